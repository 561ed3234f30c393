"""The head of an order: what it is, and everything that can be done with it besides the next step."""

from functools import partial
from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from app.domain.conflicts import Conflict
from app.domain.entity import fields, name_of
from app.domain.errors import RuleViolation
from app.domain.service_orders import OrderState, ServiceOrder
from app.language import tr
from app.queries.marks import Mark
from app.queries.order_card import OrderCard
from ui.acts import say
from ui.desk import Desk
from ui.formats import moment
from ui.forms.form_dialog import FormDialog
from ui.layout import clear, column, row
from ui.paper.paper_menu import PaperMenu
from ui.screens.orders.bookings import read_meter
from ui.screens.orders.reason_dialog import ReasonDialog
from ui.screens.orders.report import order_sheet
from ui.screens.orders.words import mark_chips, order_chip, severity_chips
from ui.widgets.banner import Banner
from ui.widgets.buttons import Choice, button, menu_of
from ui.widgets.record_header import RecordHeader

DISPATCHED = (
    "subject", "type", "severity", "description", "asset_id", "contact_id", "engineer_id", "due_at",
    "planned_from", "planned_to",
)  # fmt: skip
NAMES_AT_MOST = 36


class OrderHead(QWidget):
    """Title, chips and facts; links to customer, machine and request; menus at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._card: OrderCard | None = None
        self.report = PaperMenu(desk, tr("Service report"), "file-text")
        self._more = button("", "ellipsis", tip=tr("More"))
        self._more.setMenu(QMenu(self._more))
        self._header = RecordHeader("clipboard-list", self.report.button, self._more)
        self._links = row(spacing=4)
        self._notices = column(spacing=8)
        self.setLayout(column(self._header, row(62, self._links, None, spacing=0), self._notices, spacing=6))

    def show_card(self, card: OrderCard) -> None:
        self._card = card
        order = card.row
        late = [(tr("Overdue"), "bad")] if order.overdue else []
        self._header.show_record(
            order.subject,
            [order_chip(order.state), *severity_chips(order.severity), *late, *mark_chips(card.mark)],
            [
                ("tag", order.number),
                ("wrench", tr(order.type.label)),
                ("clock", tr("due {when}", when=moment(order.due_at)) if order.due_at else ""),
                ("user", order.engineer_name or tr("Nobody assigned")),
            ],
        )
        sheet = partial(order_sheet, self._desk.queries, order.id)
        self.report.show_record(f"{tr('Service report')} {order.number}", sheet)
        self._show_links(card)
        self._show_notices(card)
        self._show_choices(card)

    def _show_links(self, card: OrderCard) -> None:
        clear(self._links)
        open_ = self._desk.open
        links = [("building-2", card.row.customer_name, partial(open_, "customer", card.row.customer_id))]
        if card.machine:
            links.append(("cpu", card.machine.name, partial(open_, "asset", card.machine.id)))
        if card.request:
            words = tr("Request of {when}", when=moment(card.request.reported_at))
            links.append(("inbox", words, partial(open_, "service_request", card.request.id)))
        for icon, words, opened in links:
            self._links.addWidget(button(_short(words), icon, "link", tip=words, clicked=opened))

    def _show_notices(self, card: OrderCard) -> None:
        clear(self._notices)
        if card.mark is Mark.CONFLICT:
            show = partial(self._desk.open, name_of(Conflict), card.row.id)
            words = tr("This order was changed here and elsewhere at the same time.")
            self._notices.addWidget(Banner(words, "bad", "git-compare", tr("Compare and merge"), show))
        if card.mark is Mark.REFUSED:
            words = tr("The server refused a change of this order. Open the sync panel to correct it.")
            self._notices.addWidget(Banner(words, "bad"))

    def _show_choices(self, card: OrderCard) -> None:
        states = card.next_states
        cancelled = card.row.state is OrderState.CANCELLED
        may_reassign = OrderState.DISPATCHED in states or card.row.state is OrderState.DISPATCHED
        menu = self._more.menu()
        menu.clear()
        menu_of(
            [
                Choice(tr("Edit order"), self._edit, "pencil", enabled=not card.locked),
                Choice(
                    tr("Dispatch again") if cancelled else tr("Give to someone else"),
                    self._reassign,
                    "users",
                    enabled=may_reassign,
                ),
                Choice(
                    tr("Read running hours"),
                    lambda: read_meter(self._desk, self.window(), card),
                    "timer",
                    enabled=card.machine is not None and not card.locked,
                ),
                Choice(
                    tr("Back to on site"),
                    self._step_back,
                    "undo-2",
                    enabled=card.row.state is OrderState.WORKING,
                ),
                Choice(""),
                Choice(tr("Cancel order"), self._cancel, "circle-x", enabled=OrderState.CANCELLED in states),
            ],
            menu,
        )

    def _edit(self) -> None:
        assert self._card is not None
        order_id, seen = self._card.row.id, dict(self._card.values)
        FormDialog(
            self._desk,
            self.window(),
            ServiceOrder,
            tr("Edit {number}", number=self._card.row.number),
            lambda edited: self._desk.services.orders.change(order_id, edited, seen=seen),
            only=DISPATCHED,
            values=seen,
            then=say(self._desk, tr("Saved")),
        ).open()

    def _reassign(self) -> None:
        assert self._card is not None
        order_id, orders = self._card.row.id, self._desk.services.orders
        engineer_id = self._card.values["engineer_id"]

        def reassign(values: dict[str, Any]) -> Any:
            if values["engineer_id"] is None:
                label = fields(ServiceOrder)["engineer_id"].label
                raise RuleViolation("field.required", field="engineer_id", label=label)
            return orders.reassign(order_id, values["engineer_id"])

        FormDialog(
            self._desk,
            self.window(),
            ServiceOrder,
            tr("Who takes the order over?"),
            reassign,
            only=["engineer_id"],
            preset={"engineer_id": engineer_id},
            then=say(self._desk, tr("Dispatched again")),
        ).open()

    def _cancel(self) -> None:
        assert self._card is not None
        ReasonDialog(self._desk, self.window(), self._card.row.id).open()

    def _step_back(self) -> None:
        assert self._card is not None
        back = partial(self._desk.services.orders.step_back, self._card.row.id)
        self._desk.change(back, say(self._desk, tr("Back on site")))


def _short(words: str) -> str:
    return words if len(words) <= NAMES_AT_MOST else words[: NAMES_AT_MOST - 1] + "…"
