"""Collects cyclic garbage in the UI thread only, and so that nobody notices.

Python collects wherever it happens to allocate. In a worker that would delete widgets outside the
thread they belong to, and Qt does not survive it; so automatic collection is off and a timer does it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

PAUSE_MS = 1_000
LIMITS = (700, 10, 60)
"""As Python's own, but all of a window is looked through every ten minutes at most: that takes longest."""


class UiThreadCollector(QObject):
    """Lives as long as the application; `parent` owns it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        clock = QTimer(self, interval=PAUSE_MS)
        clock.timeout.connect(self.collect)
        clock.start()

    def collect(self) -> None:
        """Collect the generations that are due."""
        due = [count > limit for count, limit in zip(gc.get_count(), LIMITS, strict=True)]
        if due[0]:
            gc.collect(max(generation for generation, is_due in enumerate(due) if is_due))


def keep_what_is_here() -> None:
    """Before a window is built: modules and mappings stay as long as the program, and looking through
    them again and again for garbage would stop the window for a tenth of a second each time."""
    gc.collect()
    gc.freeze()
