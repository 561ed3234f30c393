"""Time, parts and replacements on an order: what is booked, and the dialogs that book it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QMenu, QWidget

from app.domain.assets import Asset, PartReplacement
from app.domain.entity import fields
from app.domain.errors import RuleViolation
from app.domain.service_orders import Activity, PartUsed, TimeEntry
from app.language import tr
from app.queries.asset_card import AsBuiltRow
from app.queries.order_card import OrderCard, PartRow
from app.queries.records import Record
from ui.acts import say
from ui.desk import Desk
from ui.formats import duration, moment, number
from ui.forms.form_dialog import FormDialog
from ui.layout import column
from ui.screens.orders.lines import Line, LinesCard
from ui.widgets.buttons import Choice, button, menu_of

_ACTIVITY_ICONS = {Activity.TRAVEL: "truck", Activity.WORK: "wrench", Activity.WAITING: "pause"}
USUAL_MINUTES = 60


class Bookings(QWidget):
    """Three cards that belong together."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._card: OrderCard | None = None
        self._book = button(tr("Book time"), "plus", "link", clicked=self._book_time)
        self._use = button(tr("Book a part"), "plus", "link", clicked=self._use_part)
        self._replace = button(tr("Replace a part"), "refresh-cw", "link")
        self._replace.setMenu(QMenu(self._replace))
        self._time = LinesCard(tr("Working time"), tr("No time booked yet."), self._book)
        self._parts = LinesCard(tr("Parts used"), tr("No parts booked yet."), self._use)
        self._replaced = LinesCard(
            tr("Parts replaced"), tr("Nothing in the machine was replaced."), self._replace
        )
        self.setLayout(column(self._parts, self._time, self._replaced, spacing=12))

    def show_card(self, card: OrderCard) -> None:
        self._card = card
        for opener in (self._book, self._use, self._replace):
            opener.setVisible(not card.locked)
        self._replaced.setVisible(card.machine is not None)
        self._show_time(card)
        self._show_parts(card)
        self._replaced.show_lines(
            [
                Line(
                    "refresh-cw",
                    row.description or row.part_code or tr("Part"),
                    " · ".join(part for part in (moment(row.replaced_at), row.cause) if part),
                    f"{row.old_serial_no or '–'} → {row.new_serial_no or '–'}",
                    row.mark,
                )
                for row in card.replacements
            ]
        )
        if card.machine is not None and not card.locked:
            ask = partial(self._desk.queries.configuration, card.machine.id, datetime.now().date())
            self._desk.read(ask, self._offer_parts, owner=self)

    def _show_time(self, card: OrderCard) -> None:
        lines = [
            Line(
                _ACTIVITY_ICONS.get(entry.activity, "clock"),
                tr(entry.activity.label),
                " · ".join(part for part in (entry.engineer_name, moment(entry.started_at)) if part),
                duration(entry.minutes),
                entry.mark,
                removed=None if card.locked else partial(self._unbook, TimeEntry, entry.id),
                remove_words=tr("Take this booking back"),
            )
            for entry in card.time
        ]
        self._time.show_lines(lines, duration(card.minutes) if card.time else "")

    def _show_parts(self, card: OrderCard) -> None:
        self._parts.show_lines(
            [
                Line(
                    "package",
                    part.description,
                    _about(part),
                    " ".join(filter(None, (number(part.amount), part.unit))),
                    part.mark,
                    removed=None if card.locked else partial(self._unbook, PartUsed, part.id),
                    remove_words=tr("Take this booking back"),
                )
                for part in card.parts
            ]
        )

    def _unbook(self, entity: type[TimeEntry] | type[PartUsed], row_id: UUID) -> None:
        remove = partial(self._desk.services.order_work.remove, entity, row_id)
        self._desk.change(remove, say(self._desk, tr("Booking taken back")))

    def _book_time(self) -> None:
        order_id, work = self._order_id(), self._desk.services.order_work
        FormDialog(
            self._desk,
            self.window(),
            TimeEntry,
            tr("Book time"),
            lambda v: work.book_time(order_id, v["minutes"], v["activity"], v["started_at"]),
            only=["activity", "minutes", "started_at"],
            preset={
                "minutes": USUAL_MINUTES,
                "started_at": datetime.now().astimezone() - timedelta(minutes=USUAL_MINUTES),
            },
            then=say(self._desk, tr("Time booked")),
        ).open()

    def _use_part(self) -> None:
        PartDialog(self._desk, self.window(), self._order_id()).open()

    def _offer_parts(self, built_in: Sequence[AsBuiltRow]) -> None:
        menu = self._replace.menu()
        menu.clear()
        choices = [Choice(_built_in_words(item), partial(self._replace_part, item)) for item in built_in]
        nothing = Choice(tr("No built-in parts of this machine are known"), enabled=False)
        menu_of(choices or [nothing], menu)

    def _replace_part(self, item: AsBuiltRow) -> None:
        order_id, work = self._order_id(), self._desk.services.order_work
        FormDialog(
            self._desk,
            self.window(),
            PartReplacement,
            tr("Replace {what}", what=item.description),
            lambda v: work.replace_part(
                order_id,
                item.id,
                v["new_serial_no"] or "",
                cause=v["cause"],
                spare_part_id=v["spare_part_id"],
            ),
            only=["new_serial_no", "cause", "spare_part_id"],
            preset={},
            then=say(self._desk, tr("Replacement recorded")),
        ).open()

    def _order_id(self) -> UUID:
        assert self._card is not None
        return self._card.row.id


class PartDialog(FormDialog):
    """Books a spare part of the catalogue, or anything else by its description."""

    def __init__(self, desk: Desk, parent: QWidget, order_id: UUID) -> None:
        super().__init__(
            desk,
            parent,
            PartUsed,
            tr("Book a part"),
            lambda v: desk.services.order_work.use_part(
                order_id,
                v["amount"],
                spare_part_id=v["spare_part_id"],
                description=v["description"],
                serial_no=v["serial_no"],
            ),
            only=["spare_part_id", "amount", "description", "serial_no"],
            preset={"amount": 1},
            then=say(desk, tr("Part booked")),
        )
        self.form.editor("spare_part_id").changed.connect(self._name_it)

    def _name_it(self) -> None:
        """The part chosen says what it is; what was typed by hand stays."""
        try:
            part_id = self.form.editor("spare_part_id").read()
        except RuleViolation:  # half typed
            return
        if part_id and not self.form.editor("description").read():
            ask = partial(self._desk.queries.records.title, "spare_part", part_id)
            self._desk.read(ask, self._named, owner=self)

    def _named(self, title: str | None) -> None:
        if title and not self.form.editor("description").read():
            self.form.editor("description").show(title)


def read_meter(desk: Desk, parent: QWidget, card: OrderCard) -> None:
    """Ask for the running hours of the order's machine."""
    assert card.machine is not None
    work = desk.services.order_work

    def save(edited: dict[str, Any]) -> Any:
        if edited["meter"] is None:
            raise RuleViolation("field.required", field="meter", label=fields(Asset)["meter"].label)
        return work.read_meter(card.row.id, edited["meter"])

    def ask(machine: Record | None) -> None:
        if machine is not None:
            FormDialog(
                desk,
                parent,
                Asset,
                tr("Running hours of {machine}", machine=machine.title),
                save,
                only=["meter"],
                values=machine.values,
                then=say(desk, tr("Running hours recorded")),
            ).open()

    desk.read(partial(desk.queries.records.values, Asset, card.machine.id), ask, owner=parent)


def _about(part: PartRow) -> str:
    serial = tr("Serial number {number}", number=part.serial_no) if part.serial_no else ""
    return " · ".join(text for text in (part.code, serial) if text)


def _built_in_words(item: AsBuiltRow) -> str:
    return "  ".join(text for text in (item.position, item.description, item.serial_no) if text)
