"""What comes of a visit besides its report: promises made and kept, and notes."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.changes import Changes
from app.language import tr
from app.queries.visit_card import VisitCard
from app.queries.visits import CommitmentRow
from ui.acts import say
from ui.desk import Desk
from ui.formats import moment
from ui.layout import column
from ui.screens.visits.dialogs import PromiseDialog, write_note
from ui.screens.visits.words import due_chip, mark_chips
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label
from ui.widgets.timeline import Event, Timeline

Settle = Callable[[UUID], Changes]


class FollowUp(QWidget):
    """Promises given here, and those the customer still waits for; notes of this visit."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._card: VisitCard | None = None
        promise = button(tr("Promise something"), "plus", "link", clicked=self._promise)
        note = button(tr("Write a note"), "plus", "link", clicked=self._write)
        self._promises, self._notes = Timeline(), Timeline()
        self._nothing_promised = label(tr("Nothing is promised."), "label", "text3")
        self._nothing_noted = label(tr("No notes yet."), "label", "text3")
        promises, notes = Card(tr("Promises"), "", promise), Card(tr("Notes"), "", note)
        for card, lines, nothing in (
            (promises, self._promises, self._nothing_promised),
            (notes, self._notes, self._nothing_noted),
        ):
            card.add(nothing)
            card.add(lines)
        self.setLayout(column(promises, notes, spacing=12))

    def show_card(self, card: VisitCard) -> None:
        self._card = card
        here = {promise.id for promise in card.commitments}
        others = [promise for promise in card.prep.open_commitments if promise.id not in here]
        promises = [self._line(promise, here=True) for promise in card.commitments]
        promises += [self._line(promise, here=False) for promise in others]
        self._promises.show_events(promises)
        self._nothing_promised.setHidden(bool(promises))
        self._notes.show_events(
            [
                Event(
                    "message-square",
                    note.body,
                    " · ".join(part for part in (note.author_name, moment(note.written_at)) if part),
                    "info",
                    next(iter(mark_chips(note.mark)), None),
                )
                for note in card.notes
            ]
        )
        self._nothing_noted.setHidden(bool(card.notes))

    def _line(self, promise: CommitmentRow, *, here: bool) -> Event:
        kept = promise.kept_at is not None
        commitments = self._desk.services.commitments
        where = tr("given on this visit") if here else tr("given before")
        mark = next(iter(mark_chips(promise.mark)), None)
        return Event(
            "circle-check" if kept else "flag",
            promise.promise,
            " · ".join(part for part in (promise.owner_name, where, mark[0] if mark else "") if part),
            "ok" if kept else "bad" if promise.overdue else "warn",
            (tr("Kept"), "ok") if kept else due_chip(promise.due_on),
            tr("Not kept after all") if kept else tr("Mark as kept"),
            partial(self._settle, commitments.reopen, promise.id, tr("Promise is open again"))
            if kept
            else partial(self._settle, commitments.keep, promise.id, tr("Promise kept")),
        )

    def _settle(self, use_case: Settle, promise_id: UUID, words: str) -> None:
        self._desk.change(partial(use_case, promise_id), say(self._desk, words))

    def _promise(self) -> None:
        if self._card:
            visit = self._card.row
            preset = {"customer_id": visit.customer_id, "visit_id": visit.id}
            PromiseDialog(self._desk, self.window(), preset).open()

    def _write(self) -> None:
        if self._card:
            write_note(self._desk, self.window(), self._card.row)
