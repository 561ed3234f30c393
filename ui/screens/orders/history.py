"""Notes on an order and what has happened with it, newest first."""

from datetime import datetime

from app.domain.notes import Note
from app.domain.service_orders import OrderState
from app.language import tr
from app.queries.order_card import OrderCard
from ui.acts import say
from ui.desk import Desk
from ui.formats import moment
from ui.forms.form_dialog import FormDialog
from ui.screens.orders.words import mark_chips
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label
from ui.widgets.timeline import Event, Timeline

_SIGNS = {
    OrderState.EN_ROUTE: "navigation",
    OrderState.ON_SITE: "map-pin",
    OrderState.SIGNED: "signature",
    OrderState.COMPLETED: "circle-check",
}


class HistoryCard(Card):
    """A note can be added whatever the state of the order."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Notes and history"), "", button(tr("Note"), "plus", "link", clicked=self._write))
        self._desk = desk
        self._card: OrderCard | None = None
        self._nothing = label(tr("Nothing has happened yet."), "label", "text3")
        self._timeline = Timeline()
        self.add(self._nothing)
        self.add(self._timeline)

    def show_card(self, card: OrderCard) -> None:
        self._card = card
        events = [*_notes(card), *_moves(card)]
        events.sort(key=lambda dated: dated[0], reverse=True)
        self._timeline.show_events([event for _, event in events])
        self._nothing.setVisible(not events)
        self._timeline.setVisible(bool(events))

    def _write(self) -> None:
        assert self._card is not None
        row, notes = self._card.row, self._desk.services.notes
        asset_id = self._card.machine.id if self._card.machine else None
        FormDialog(
            self._desk,
            self.window(),
            Note,
            tr("New note"),
            lambda v: notes.write(row.customer_id, v["body"], asset_id=asset_id, service_order_id=row.id),
            only=["body"],
            preset={},
            then=say(self._desk, tr("Note added")),
        ).open()


def _notes(card: OrderCard) -> list[tuple[datetime, Event]]:
    return [
        (
            note.written_at,
            Event(
                "message-square",
                note.body,
                " · ".join(part for part in (note.author_name, moment(note.written_at)) if part),
                "neutral",
                next(iter(mark_chips(note.mark)), None),
            ),
        )
        for note in card.notes
    ]


def _moves(card: OrderCard) -> list[tuple[datetime, Event]]:
    return [
        (step.at, Event(_SIGNS.get(step.state, "circle"), tr(step.state.label), moment(step.at)))
        for step in card.steps
        if step.at is not None
    ]
