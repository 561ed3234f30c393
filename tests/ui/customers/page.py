"""The page of customers as a test drives it: what one sees, picks and types."""

from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.persistence.replica import Replica
from app.persistence.search_index import index_pending
from tests.ui.hands import write
from ui.forms.form_dialog import FormDialog
from ui.screens.customers.screen import CustomersScreen


def shown(screen: CustomersScreen) -> list[str]:
    model = screen._list._model
    return [row.name for position in range(model.rowCount()) if (row := model.row_at(position))]


def stored(replica: Replica, entity: type, row_id: UUID) -> Any:
    with replica.read() as session:
        return session.get(entity, row_id)


def rows(replica: Replica, entity: type) -> list[Any]:
    with replica.read() as session:
        return session.query(entity).all()


def the_form(qtbot, screen: CustomersScreen) -> FormDialog:
    def visible() -> list[FormDialog]:
        return [dialog for dialog in screen.findChildren(FormDialog) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(visible()))
    return visible()[-1]


def type_into(qtbot, dialog: FormDialog, field: str, text: str) -> None:
    focus = dialog.form.editor(field).focus
    focus.setFocus()
    if isinstance(focus, (QLineEdit, QPlainTextEdit)):
        focus.selectAll()
    write(focus, text)


def save(qtbot, dialog: FormDialog) -> None:
    with qtbot.waitSignal(dialog.accepted):
        dialog._button.click()


def index(replica: Replica) -> None:
    with replica.absorb() as connection:
        index_pending(connection)


def choose(editor: Any, text: str) -> None:
    """Pick an entry of a box as the mouse does."""
    place = editor._box.findText(text)
    editor._box.setCurrentIndex(place)
    editor._box.activated.emit(place)


def pick(qtbot, dialog: FormDialog, field: str, text: str) -> None:
    """Choose a record for a reference from what typing finds."""
    editor = dialog.form.editor(field)
    editor.focus.clear()
    write(editor.focus, text)
    qtbot.waitUntil(lambda: any(text in choice.title for choice in editor._found))
    editor._choose(editor._titles.index(0, 0))
