"""The preparation pack: what to know before going in, each line a way to the record itself."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.language import tr
from app.queries.marks import Mark
from app.queries.visit_card import PrepPack, VisitCard
from ui.desk import Desk
from ui.formats import moment, near_day
from ui.layout import column
from ui.links import place
from ui.screens.visits.words import mark_chips
from ui.tables.columns import warranty
from ui.widgets.buttons import button, menu_of
from ui.widgets.cards import Card
from ui.widgets.labels import label
from ui.widgets.timeline import Event, Timeline

MOST = 6


class Preparation(QWidget):
    """Cards without content are left out."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._maps = button(tr("Map"), "map-pin", "link")
        self._maps.setMenu(QMenu(self._maps))
        self._place = Card(tr("Address"), "", self._maps)
        self._address = label("", "label", "text2", wrap=True)
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._place.add(self._address)
        self._missing = Card(tr("Ask for"))
        self._wanted = label("", "label", "text2", wrap=True)
        self._missing.add(self._wanted)
        self._contacts = EventsCard(tr("Contacts"))
        self._open = EventsCard(tr("Open orders and requests"))
        self._machines = EventsCard(tr("Machines"))
        self._before = EventsCard(tr("Last visits"))
        self.setLayout(
            column(
                self._place, self._missing, self._contacts, self._open, self._machines, self._before,
                spacing=12,
            )
        )  # fmt: skip

    def show_card(self, card: VisitCard) -> None:
        prep, customer = card.prep, card.row.customer_id
        self._address.setText(prep.address)
        self._maps.menu().clear()
        menu_of(place(self._desk, prep.address), self._maps.menu())
        self._place.setVisible(bool(prep.address))
        percent = tr("profile {percent} % complete", percent=prep.completeness.percent)
        self._missing.show_title(tr("Ask for"), percent)
        self._wanted.setText(tr(", ").join(tr(item.label) for item in prep.completeness.missing))
        self._missing.setVisible(bool(prep.completeness.missing))
        more = partial(self._desk.open, "customer", customer)
        self._contacts.show_events(self._people(prep), more)
        self._open.show_events(self._work(prep), more)
        self._machines.show_events(self._standing(prep), more)
        self._before.show_events(self._visits(card), more)

    def _people(self, prep: PrepPack) -> list[Event]:
        return [
            Event(
                "user",
                _joined(person.name, person.job_title),
                _joined(person.mobile or person.phone, person.department),
                "info" if person.buying_role else "accent",
                _chip(person.mark, (tr(person.buying_role.label), "info") if person.buying_role else None),
            )
            for person in prep.contacts
        ]

    def _work(self, prep: PrepPack) -> list[Event]:
        requests = [
            Event(
                "inbox",
                found.symptom,
                _joined(found.asset_name, moment(found.reported_at)),
                "bad",
                _chip(found.mark, (tr(found.state.label), "warn")),
                *self._opening("service_request", found.id),
            )
            for found in prep.open_requests
        ]
        orders = [
            Event(
                "wrench",
                order.subject,
                _joined(order.number, order.asset_name),
                "bad" if order.overdue else "accent",
                _chip(order.mark, (tr(order.state.label), "accent")),
                *self._opening("service_order", order.id),
            )
            for order in prep.open_orders
        ]
        return requests + orders

    def _standing(self, prep: PrepPack) -> list[Event]:
        lines = []
        for machine in prep.machines:
            cover = warranty(machine)
            chip = (cover.text, cover.tone) if cover.tone else None
            remark = _joined(machine.serial_no, machine.location)
            lines.append(
                Event("cpu", machine.name, remark, "neutral", _chip(machine.mark, chip),
                      *self._opening("asset", machine.id))
            )  # fmt: skip
        return lines

    def _visits(self, card: VisitCard) -> list[Event]:
        return [
            Event(
                "circle-check",
                visit.purpose,
                _joined(near_day(visit.planned_from.astimezone().date()), visit.owner_name,
                        visit.actual_result),
                "ok",
                _chip(visit.mark, None),
                *self._opening("visit", visit.id),
            )
            for visit in card.prep.last_visits
            if visit.id != card.row.id
        ]  # fmt: skip

    def _opening(self, entity: str, row_id: UUID) -> tuple[str, Callable[[], object]]:
        return tr("Open"), partial(self._desk.open, entity, row_id)


class EventsCard(Card):
    """A card of lines; hidden while there are none."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._words = title
        self._lines = Timeline()
        self.add(self._lines)

    def show_events(self, events: Sequence[Event], more: Callable[[], object]) -> None:
        """The first few; `more` shows the rest."""
        self.show_title(self._words, str(len(events)) if len(events) > 1 else "")
        rest = len(events) - MOST
        words = tr("{count} more", count=rest)
        tail = [Event("ellipsis", words, "", "neutral", action=tr("Show"), clicked=more)] if rest > 0 else []
        self._lines.show_events([*events[:MOST], *tail])
        self.setVisible(bool(events))


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _chip(mark: Mark, usual: tuple[str, str] | None) -> tuple[str, str] | None:
    """What the sync has to say goes first."""
    return next(iter(mark_chips(mark)), usual)
