"""Tells every screen what has changed, whoever changed it."""

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.changes import Changes

GATHER_MS = 150


class ChangeFeed(QObject):
    """`changed(changes, initiator)`: the initiator is the widget that already shows the change, or None."""

    changed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gathered = Changes()
        self._soon = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._soon.timeout.connect(self._tell_gathered)

    def publish(self, changes: Changes, initiator: QObject | None = None) -> None:
        """Tell at once what the user did."""
        if changes:
            self.changed.emit(changes, initiator)

    def gather(self, changes: Changes) -> None:
        """Tell what others did, all that comes within a moment together: screens read anew only once."""
        if not changes:
            return
        self._gathered |= changes
        if not self._soon.isActive():
            self._soon.start()

    def _tell_gathered(self) -> None:
        changes, self._gathered = self._gathered, Changes()
        self.publish(changes)
