"""Tells every screen what has changed, whoever changed it."""

from PySide6.QtCore import QObject, Signal

from app.domain.changes import Changes


class ChangeFeed(QObject):
    """`changed(changes, initiator)`: the initiator is the widget that already shows the change, or None."""

    changed = Signal(object, object)

    def publish(self, changes: Changes, initiator: QObject | None = None) -> None:
        if changes:
            self.changed.emit(changes, initiator)
