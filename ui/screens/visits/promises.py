"""What was promised and is not kept yet, soonest due first."""

from functools import partial
from uuid import UUID

from app.language import tr
from app.queries.visits import CommitmentRow
from ui.acts import say
from ui.desk import Desk
from ui.screens.visits.dialogs import PromiseDialog, edit_promise
from ui.screens.visits.table_pane import TablePane
from ui.screens.visits.words import due_chip
from ui.tables.cells import Cell, Column
from ui.widgets.buttons import button


class PromisesPane(TablePane):
    """Enter edits a promise."""

    def __init__(self, desk: Desk) -> None:
        keep = button(tr("Kept"), "check", clicked=self._keep)
        edit = button(tr("Edit"), "pencil", clicked=self._edit)
        customer = button(tr("Show the customer"), "building-2", clicked=self._show_customer)
        new = button(tr("New promise"), "plus", clicked=self._new)
        words = tr("What you promise at a visit waits here until it is kept.")
        super().__init__(
            desk,
            tr("Open promises"),
            _columns(),
            (tr("No open promises"), words, tr("New promise"), self._new),
            (keep, edit, customer),
            new,
        )
        self.opened.connect(lambda promise: edit_promise(desk, self.window(), promise.id))

    def load_of(self, owner_id: UUID | None) -> None:
        self.load(partial(self._desk.queries.visits.commitments, owner_id))

    def _keep(self) -> None:
        keep = partial(self._desk.services.commitments.keep, self.current_row().id)
        self._desk.change(keep, say(self._desk, tr("Promise kept")))

    def _edit(self) -> None:
        edit_promise(self._desk, self.window(), self.current_row().id)

    def _show_customer(self) -> None:
        self._desk.open("customer", self.current_row().customer_id)

    def _new(self) -> None:
        PromiseDialog(self._desk, self.window(), {}).open()


def _columns() -> list[Column[CommitmentRow]]:
    return [
        Column(tr("Promise"), lambda p: Cell(p.promise, p.customer_name, mark=p.mark.value)),
        Column(tr("Owner"), lambda p: p.owner_name or "–", 120),
        Column(tr("Due"), _due, 130),
    ]


def _due(promise: CommitmentRow) -> Cell:
    words, tone = due_chip(promise.due_on)
    return Cell(words, tone=tone)
