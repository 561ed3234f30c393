"""Synchronisation rests until the user wants it again, or for an hour; a restart does not end it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.clock import local_now

if TYPE_CHECKING:
    from app.settings import Settings

TICK_MS = 10_000


class Pausable(Protocol):
    """The sync process."""

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class Pausing(QObject):
    """`clock` is the one on the wall, so that an hour passes while the computer sleeps."""

    changed = Signal()

    def __init__(
        self, settings: "Settings", sync: Pausable, clock: Callable[[], datetime] = local_now
    ) -> None:
        super().__init__()
        self._settings, self._sync, self._clock = settings, sync, clock
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        if self.until:
            self._timer.start()

    @property
    def is_on(self) -> bool:
        return self._settings.sync_paused

    @property
    def until(self) -> datetime | None:
        """When it ends by itself, if it does."""
        try:
            return datetime.fromisoformat(self._settings.pause_until) if self.is_on else None
        except ValueError:
            return None

    def begin(self, lasting: timedelta | None = None) -> None:
        """From now on, until `end` or for so long."""
        self._settings.sync_paused = True
        self._settings.pause_until = (
            (self._clock() + lasting).isoformat(timespec="seconds") if lasting else ""
        )
        if lasting:
            self._timer.start()
        self._sync.pause()
        self.changed.emit()

    def end(self) -> None:
        self._settings.sync_paused, self._settings.pause_until = False, ""
        self._timer.stop()
        self._sync.resume()
        self.changed.emit()

    def look(self) -> None:
        """Is the time over?"""
        if (until := self.until) and until <= self._clock():
            self.end()
