"""The page of service orders: the list at the left, an order or a request at the right."""

from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QStackedWidget

from app.domain.assets import AsBuiltItem, Asset, PartReplacement
from app.domain.changes import Changes
from app.domain.conflicts import Conflict
from app.domain.customers import Contact, Customer
from app.domain.notes import Attachment, Note
from app.domain.service_orders import (
    ChecklistItem,
    PartUsed,
    ServiceOrder,
    ServiceRequest,
    SignOff,
    TimeEntry,
)
from app.language import tr
from app.queries.orders import OrderRow, RequestRow
from ui.acts import say
from ui.desk import Desk
from ui.layout import column
from ui.screen import Screen
from ui.screens.orders.new_records import OrderDialog, RequestDialog
from ui.screens.orders.order_list import REQUESTS, OrderList
from ui.screens.orders.order_view import OrderView
from ui.screens.orders.request_view import RequestView
from ui.widgets.master_detail import MasterDetail
from ui.widgets.states import EmptyState


class OrdersScreen(Screen):
    """Opens service orders and service requests."""

    watches = (
        ServiceOrder, ServiceRequest, ChecklistItem, TimeEntry, PartUsed, SignOff, PartReplacement, Note,
        Attachment, Customer, Contact, Asset, AsBuiltItem, Conflict,
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listed = False
        self.list = OrderList(desk)
        self.order, self.request = OrderView(desk), RequestView(desk)
        self._nothing = EmptyState(tr("Choose an order from the list"), icon_name="clipboard-list")
        self._detail = QStackedWidget()
        for part in (self._nothing, self.order, self.request):
            self._detail.addWidget(part)
        self._split = MasterDetail(self.list, self._detail)
        self.setLayout(column(self._split, spacing=0))
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(self._opened)
        self.list.filled.connect(self._begin)

    # What the window asks for

    def reload(self) -> None:
        if self._listed:
            self.list.refresh()
        else:
            self._listed = True
            self.list.load()
        shown = self._detail.currentWidget()
        if isinstance(shown, OrderView | RequestView):
            shown.reload()

    def open_record(self, entity: str, row_id: UUID) -> None:
        show = self._show_request if entity == "service_request" else self._show_order
        self.order.settle(partial(show, row_id), self._mark_shown)

    def create_record(self, entity: str, preset: dict[str, Any]) -> None:
        if entity == "service_request":
            RequestDialog(self.desk, self.window(), preset, self._taken_in).open()
        else:
            OrderDialog(self.desk, self.window(), preset, self._dispatched).open()

    def leave(self) -> bool:
        if not self.order.findings.is_dirty:
            return True
        self.order.settle(lambda: None, lambda: None)
        return False

    def go_back(self) -> None:
        self._split.show_master()

    # Choosing

    @property
    def _shown_id(self) -> UUID | None:
        shown = self._detail.currentWidget()
        if shown is self.order:
            return self.order.order_id
        return self.request.request_id if shown is self.request else None

    def _chosen(self, row: OrderRow | RequestRow) -> None:
        """In a narrow window the record takes the list's place, which arrow keys alone must not do."""
        if not self._split.narrow:
            self._take(row)

    def _take(self, row: OrderRow | RequestRow) -> None:
        if row.id != self._shown_id:
            show = self._show_order if isinstance(row, OrderRow) else self._show_request
            self.order.settle(partial(show, row.id), self._mark_shown)

    def _opened(self, row: OrderRow | RequestRow) -> None:
        self._take(row)
        self._split.show_detail()

    def _show_order(self, order_id: UUID) -> None:
        self._detail.setCurrentWidget(self.order)
        self.order.show_order(order_id)
        self._shown()

    def _show_request(self, request_id: UUID) -> None:
        self._detail.setCurrentWidget(self.request)
        self.request.show_request(request_id)
        self._shown()

    def _shown(self) -> None:
        self._split.show_detail()
        self._mark_shown()

    def _mark_shown(self) -> None:
        self.list.mark(self._shown_id)

    def _begin(self) -> None:
        """A wide page is never half empty: the first record stands beside the list."""
        if self._shown_id is None and not self._split.narrow:
            self.list.choose_first()

    # Making

    def _dispatched(self, made: tuple[UUID, Changes]) -> None:
        say(self.desk, tr("Order dispatched"))(made)
        self.order.settle(partial(self._show_order, made[0]), self._mark_shown)

    def _taken_in(self, made: tuple[UUID, Changes]) -> None:
        say(self.desk, tr("Request taken in"))(made)
        self.list.filters.choose(REQUESTS)
        self.order.settle(partial(self._show_request, made[0]), self._mark_shown)
