"""The list at the left: orders or open requests, filtered, searched and sorted by the database."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from app.domain.entity import fields
from app.domain.service_orders import OrderState, OrderType, ServiceOrder, ServiceRequest
from app.language import msgid, tr
from app.queries.orders import OrderFilter, OrderRow, OrderSort, RequestRow
from ui.desk import Desk
from ui.screens.orders.words import line_of
from ui.tables.export import export_list
from ui.tables.list_pane import Empty, ListPane, ListSpec
from ui.tables.narrowing import options_of
from ui.tables.paged_model import Source
from ui.widgets.buttons import Choice

Row = OrderRow | RequestRow
REQUESTS = "requests"
FILTERS = {
    "open": (msgid("Unfinished"), OrderFilter(only_open=True)),
    "mine": (msgid("Mine, unfinished"), OrderFilter(only_open=True, mine=True)),
    "today": (msgid("Due today"), OrderFilter(due_today=True)),
    REQUESTS: (msgid("Requests"), OrderFilter()),
    "unsynced": (msgid("To sync"), OrderFilter(unsynced=True)),
    "all": (msgid("All"), OrderFilter()),
}
SORTS = {
    "newest": (msgid("Newest first"), OrderSort.NUMBER, True),
    "due": (msgid("Due first"), OrderSort.DUE, False),
    "planned": (msgid("Planned first"), OrderSort.PLANNED, False),
    "completed": (msgid("Last completed first"), OrderSort.COMPLETED, True),
}


class OrderList(ListPane):
    """Its rows are of either kind."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        super().__init__(desk.background, self._order_spec())

    def _order_spec(self) -> ListSpec[Row]:
        create = self._desk.create
        order = Choice(tr("Service order"), partial(create, "service_order"), "clipboard-list")
        request = Choice(tr("Service request"), partial(create, "service_request"), "inbox")
        known = fields(ServiceOrder)
        return ListSpec(
            title=tr("Orders"),
            line=line_of,
            filters=[(key, tr(words)) for key, (words, _) in FILTERS.items()],
            sorts=[(key, tr(words)) for key, (words, _, _) in SORTS.items()],
            source=self._rows,
            search_hint=tr("Number, subject, text"),
            empty={
                "all": Empty(tr("No service orders yet"), replace(order, text=tr("New service order"))),
                REQUESTS: Empty(tr("No open requests"), replace(request, text=tr("Take in a request"))),
            },
            create=(order, request),
            narrowings=(
                options_of("state", tr(known["state"].label), OrderState),
                options_of("type", tr(known["type"].label), OrderType),
            ),
            export=self._export_rows,
        )

    def _rows(self, text: str, chosen: str, sort: str, narrowed: Mapping[str, Any]) -> Source[Row]:
        orders = self._desk.queries.orders
        if chosen == REQUESTS:
            return Source(
                partial(orders.count_requests, text),
                lambda offset, limit: orders.requests(text, offset=offset, limit=limit),
            )
        wanted = replace(FILTERS[chosen][1], text=text, **narrowed)
        _, by, descending = SORTS[sort]
        return Source(
            partial(orders.count, wanted),
            lambda offset, limit: orders.page(wanted, by, offset, limit, descending=descending),
        )

    def _export_rows(self, rows: Source[Row]) -> None:
        if self.filters.current == REQUESTS:
            export_list(self._desk, self, ServiceRequest, tr("Service requests"), rows)
        else:
            export_list(self._desk, self, ServiceOrder, tr("Service orders"), rows)
