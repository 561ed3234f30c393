"""A page of the main window: loads when shown, and again when what it shows has changed."""

from typing import Any, ClassVar
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.changes import Changes
from app.domain.entity import Entity
from ui.desk import Desk


class Screen(QWidget):
    """A subclass names the entities it `watches` and loads them in `reload`."""

    watches: ClassVar[tuple[type[Entity], ...]] = ()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.desk = desk
        self._stale = True
        desk.feed.changed.connect(self._on_changed)

    def activate(self) -> None:
        """The page is in front now."""
        if self._stale:
            self._stale = False
            self.reload()

    def reload(self) -> None:
        """Load what is shown; keep selection, scroll position and unsaved input."""
        raise NotImplementedError

    def open_record(self, entity: str, row_id: UUID) -> None:
        """Show one record. Only called for entities the page declares in navigation.py."""
        raise NotImplementedError

    def create_record(self, entity: str, preset: dict[str, Any]) -> None:
        """Begin a new record. Only called for entities the page declares in navigation.py."""
        raise NotImplementedError

    def leave(self) -> bool:
        """Another page is asked for; False keeps this one in front (unsaved input)."""
        return True

    def go_back(self) -> None:
        """Escape: from a record back to the list, where the page is too narrow for both."""

    def _on_changed(self, changes: Changes, initiator: QObject | None) -> None:
        if initiator is self or not changes.touch(*self.watches):
            return
        if self.isVisible():
            self.reload()
        else:
            self._stale = True
