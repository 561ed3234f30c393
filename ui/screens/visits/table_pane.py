"""A table over the whole page with a heading, actions for the row chosen, and all its states."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.language import tr
from ui.background import Task
from ui.desk import Desk
from ui.layout import column, row
from ui.messages import explain
from ui.tables.cells import Column
from ui.tables.data_table import DataTable
from ui.tables.rows_model import RowsModel
from ui.theme import theme
from ui.widgets.labels import label
from ui.widgets.search_field import SearchField
from ui.widgets.states import StateStack


class TablePane(QWidget):
    """`nothing` are words, more words, and the action of the empty table. `opened(row)` on Enter or a
    double click. The actions of a row are off while none is chosen."""

    opened = Signal(object)

    def __init__(
        self,
        desk: Desk,
        title: str,
        columns: Sequence[Column[Any]],
        nothing: tuple[str, str, str, Callable[[], object]],
        row_actions: Sequence[QPushButton],
        *actions: QPushButton,
    ) -> None:
        super().__init__()
        self._desk, self._nothing, self._row_actions = desk, nothing, row_actions
        self._asking: Task | None = None
        self._query: Callable[[], Sequence[Any]] = list
        self._rows: Sequence[Any] = ()
        self._model: RowsModel[Any] = RowsModel(columns)
        self.table = DataTable(self._model, title)
        self._count = label("", "label", "text3")
        self._search = SearchField(tr("Filter"))
        self._search.setMaximumWidth(theme.px(240))
        head = row(
            label(title, "title"),
            (self._count, 0, Qt.AlignmentFlag.AlignBottom),
            None,
            *row_actions,
            *actions,
            (self._search, 1),
            margins=(16, 12, 16, 10),
        )
        self._stack = StateStack(self.table)
        self.setLayout(column(head, (self._stack, 1), spacing=0))
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(lambda _row: self._refresh())
        self._search.searched.connect(lambda _text: self._fill())
        self._refresh()

    def load(self, query: Callable[[], Sequence[Any]]) -> None:
        """Show what the query finds; the row chosen stays chosen."""
        self._query = query
        if self._asking:
            self._asking.cancel()
        if not self._rows:
            self._stack.show_loading()
        self._asking = self._desk.read(query, self._show, self._failed, self)

    def current_row(self) -> Any:
        """The row chosen, or None."""
        return self.table.current_row()

    def choose(self, row_id: object) -> None:
        """Choose the row of a record, if it is there."""
        found = (place for place, shown in enumerate(self._model.rows()) if shown.id == row_id)
        place = next(found, None)
        if place is not None:
            self.table.selectRow(place)

    def _show(self, rows: Sequence[Any]) -> None:
        self._rows = rows
        self._fill()

    def _fill(self) -> None:
        chosen = self.current_row()
        wanted = self._search.text().strip().casefold()
        shown = [
            found
            for found in self._rows
            if wanted in " ".join(c.value(found).spoken for c in self._model.columns).casefold()
        ]
        self._model.show_rows(shown)
        self._count.setText(str(len(shown)))
        if chosen is not None:
            self.choose(chosen.id)
        if shown:
            self._stack.show_content()
        elif self._rows:
            self._stack.show_empty(tr("Nothing matches"), "", tr("Show all"), self._search.clear)
        else:
            self._stack.show_empty(*self._nothing)
        self._refresh()

    def _refresh(self) -> None:
        for action in self._row_actions:
            action.setEnabled(self.current_row() is not None)

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, lambda: self.load(self._query))
