"""The conflict inbox: every record that waits for somebody's answer, and ways to answer."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtGui import QKeySequence, QShortcut

from app.domain.conflicts import Conflict
from app.language import tr
from app.queries.conflicts import ConflictCard, ConflictRow
from app.services.conflicts import Take
from ui.desk import Desk
from ui.formats import moment
from ui.layout import column, row
from ui.messages import explain
from ui.screen import Screen
from ui.screens.conflicts.dialog import ConflictDialog
from ui.screens.conflicts.settled import SettledDialog
from ui.tables.cells import Cell, Column
from ui.tables.data_table import DataTable
from ui.tables.rows_model import RowsModel
from ui.widgets.buttons import Choice, button, menu_button
from ui.widgets.cards import Card
from ui.widgets.labels import label
from ui.widgets.states import StateStack


class ConflictsScreen(Screen):
    """Oldest first; Enter asks, a menu answers all of a record at once."""

    watches = (Conflict,)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked_for: UUID | None = None
        self._model: RowsModel[ConflictRow] = RowsModel(
            [
                Column(
                    tr("Record"),
                    lambda r: Cell(r.title or tr("(deleted)"), subline=_below(r), mark="conflict"),
                ),
                Column(tr("What"), lambda r: tr(", ").join(r.labels), 260),
                Column(tr("Changed by"), _people, 220),
                Column(tr("Since"), lambda r: moment(r.oldest_at), 130),
            ]
        )
        self._table = DataTable(self._model, tr("Conflicts"))
        self._table.opened.connect(lambda found: self._ask(found.entity, found.row_id))
        self._count = label("", "title")
        self._resolve = button(tr("Compare and merge"), "git-compare", "primary", clicked=self._ask_current)
        self._bulk = menu_button(
            tr("Answer all"), "list-checks",
            [
                Choice(tr("Take mine everywhere"), partial(self._take_all, Take.MINE), "laptop"),
                Choice(tr("Take the server's everywhere"), partial(self._take_all, Take.THEIRS), "server"),
            ],
        )  # fmt: skip
        note = label(
            tr("Two people changed the same thing. Until you answer, the server's value stands; "
               "both versions are kept."), "label", "text2", wrap=True,
        )  # fmt: skip
        settled = button(tr("Settled"), "history", "ghost", clicked=self._open_settled)
        card = Card()
        card.add(self._table, 1)
        self._stack = StateStack(card)
        self.setLayout(
            column(row(self._count, None, settled, self._bulk, self._resolve), note, (self._stack, 1),
                   margins=(24, 20, 24, 20), spacing=12)
        )  # fmt: skip
        QShortcut(QKeySequence("Ctrl+Return"), self, self._ask_current)

    def reload(self) -> None:
        self._stack.show_loading()
        self.desk.read(self.desk.queries.conflicts.page, self._show, self._failed, self)

    def open_record(self, entity: str, row_id: UUID) -> None:
        """`row_id` is a conflict, or the record it is about."""
        self._asked_for = row_id
        self.reload()

    def _show(self, rows: Sequence[ConflictRow]) -> None:
        chosen = self._table.current_row()
        self._model.show_rows(rows)
        questions = sum(found.count for found in rows)
        self._count.setText(tr("Conflicts") + (f"  {questions}" if questions else ""))
        for control in (self._resolve, self._bulk):
            control.setEnabled(bool(rows))
        if not rows:
            self._stack.show_empty(
                tr("No conflicts"),
                tr("Where two people change different things, both are kept without asking."),
            )
        else:
            self._stack.show_content()
            same = (n for n, found in enumerate(rows) if chosen and found.row_id == chosen.row_id)
            self._table.setCurrentIndex(self._model.index(next(same, 0), 0))
        self._open_asked_for(rows)

    def _open_asked_for(self, rows: Sequence[ConflictRow]) -> None:
        wanted, self._asked_for = self._asked_for, None
        for found in rows:
            if wanted is not None and wanted in (found.row_id, *found.conflict_ids):
                self._ask(found.entity, found.row_id)

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, self.reload)

    def _ask_current(self) -> None:
        if found := self._table.current_row():
            self._ask(found.entity, found.row_id)

    def _ask(self, entity: type, row_id: UUID) -> None:
        self.desk.read(
            partial(self.desk.queries.conflicts.card, entity, row_id), self._open_dialog, owner=self
        )

    def _open_dialog(self, card: ConflictCard | None) -> None:
        if card is None:
            self.desk.toast(tr("This conflict has been resolved already"))
            return
        dialog = ConflictDialog(self.desk, card, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open_settled(self) -> None:
        dialog = SettledDialog(self.desk, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_all(self, side: Take) -> None:
        """Of every record in the list; one action, one undo."""
        ids = [conflict_id for found in self._model.rows() for conflict_id in found.conflict_ids]
        undo = partial(self.desk.change, partial(self.desk.services.conflicts.undo, ids))
        self.desk.change(
            partial(self.desk.services.conflicts.resolve_all, side, ids),
            lambda _: self.desk.toast(tr("{count} conflicts resolved", count=len(ids)), undo),
        )


def _below(found: ConflictRow) -> str:
    parts = (
        [found.kind_words] if found.customer_name == found.title else [found.kind_words, found.customer_name]
    )
    return " · ".join(part for part in parts if part)


def _people(found: ConflictRow) -> str:
    mine = tr("You") if found.is_mine else found.author_name or tr("Someone else")
    return " / ".join(part for part in (mine, found.their_author_name) if part)
