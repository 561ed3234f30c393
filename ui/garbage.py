"""Collects cyclic garbage in the UI thread only.

Python collects wherever it happens to allocate. In a worker that would delete widgets outside the
thread they belong to, and Qt does not survive it; so automatic collection is off and a timer does it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

PAUSE_MS = 5_000


class UiThreadCollector(QObject):
    """Lives as long as the application; `parent` owns it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._limits = gc.get_threshold()
        gc.disable()
        clock = QTimer(self, interval=PAUSE_MS)
        clock.timeout.connect(self.collect)
        clock.start()

    def collect(self) -> None:
        """Collect the generations that are due, as Python itself would have."""
        due = [count > limit for count, limit in zip(gc.get_count(), self._limits, strict=True)]
        if due[0]:
            gc.collect(max(generation for generation, is_due in enumerate(due) if is_due))
