"""The conflicts that are settled: what came of each, and asking again."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QDialog, QWidget

from app.language import tr
from app.queries.conflicts import Settled
from ui.desk import Desk
from ui.formats import moment
from ui.layout import column, row
from ui.messages import explain
from ui.tables.cells import Cell, Column
from ui.tables.data_table import DataTable
from ui.tables.rows_model import RowsModel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.states import StateStack


class SettledDialog(QDialog):
    """Newest first."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(tr("Settled conflicts"))
        self.resize(theme.px(760), theme.px(520))
        self._model: RowsModel[Settled] = RowsModel(
            [
                Column(tr("Record"), lambda found: Cell(found.title or tr("(deleted)"), subline=found.label)),
                Column(tr("Settled by"), lambda found: found.by_name or tr("Settled by itself"), 180),
                Column(tr("When"), lambda found: moment(found.at), 150),
            ]
        )
        self._table = DataTable(self._model, tr("Settled conflicts"))
        self._table.selectionModel().currentChanged.connect(lambda *_: self._refresh())
        self._stack = StateStack(self._table)
        self._undo = button(tr("Ask again"), "undo-2", clicked=self._ask_again)
        close = button(tr("Close"), clicked=self.accept)
        note = label(
            tr("Asking again puts the server's value back and opens the conflict anew."), "label", "text2"
        )
        self.setLayout(
            column(
                label(tr("Settled conflicts"), "title"), note, (self._stack, 1),
                row(self._undo, None, close), margins=(20, 18, 20, 16),
            )
        )  # fmt: skip
        self._refresh()
        self._read()

    def _read(self) -> None:
        self._stack.show_loading()
        self._desk.read(self._desk.queries.conflicts.settled, self._show, self._failed, self)

    def _show(self, settled: Sequence[Settled]) -> None:
        self._model.show_rows(settled)
        if settled:
            self._stack.show_content()
            self._table.setCurrentIndex(self._model.index(0, 0))
        else:
            self._stack.show_empty(tr("Nothing settled yet"), tr("What was decided is listed here."))
        self._refresh()

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text)

    def _refresh(self) -> None:
        found = self._table.current_row()
        self._undo.setEnabled(found is not None and found.can_undo)

    def _ask_again(self) -> None:
        if found := self._table.current_row():
            self._desk.change(
                partial(self._desk.services.conflicts.undo, [found.id]),
                lambda _: self._read(),
                self._desk.fail,
                self,
            )
