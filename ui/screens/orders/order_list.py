"""The list at the left: orders or open requests, filtered, searched and sorted by the database."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.entity import fields
from app.domain.service_orders import OrderState, OrderType, ServiceOrder, ServiceRequest
from app.language import msgid, tr
from app.queries.orders import OrderFilter, OrderRow, OrderSort, RequestRow
from ui.desk import Desk
from ui.layout import column, row
from ui.messages import explain
from ui.screens.orders.words import line_of
from ui.tables.cells import Column
from ui.tables.export import export_list
from ui.tables.narrowing import NarrowingChips, options_of
from ui.tables.paged_model import PAGE, PagedModel, Source
from ui.tables.record_list import RecordList
from ui.widgets.buttons import Choice, button, menu_button, menu_of
from ui.widgets.filter_chips import FilterChips
from ui.widgets.labels import label
from ui.widgets.search_field import SearchField
from ui.widgets.states import StateStack

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
SORTS = (
    (msgid("Newest first"), OrderSort.NUMBER, True),
    (msgid("Due first"), OrderSort.DUE, False),
    (msgid("Planned first"), OrderSort.PLANNED, False),
    (msgid("Last completed first"), OrderSort.COMPLETED, True),
)


class OrderList(QWidget):
    """`chosen(row)` when another row is current, `opened(row)` on Enter; rows are of either kind."""

    chosen = Signal(object)
    opened = Signal(object)
    loaded = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._sort = 0
        self._text = ""
        self._model: PagedModel[Row] = PagedModel(desk.background, [Column("", line_of)])
        self._list = RecordList(self._model, tr("Service orders"))
        self._search = SearchField(tr("Number, subject, text"))
        self._list.search_with(self._search)
        self._chips = FilterChips([(key, tr(words)) for key, (words, _) in FILTERS.items()], tr("Filter"))
        known = fields(ServiceOrder)
        state, kind = known["state"].label, known["type"].label
        self._narrowing = NarrowingChips(
            [options_of("state", tr(state), OrderState), options_of("type", tr(kind), OrderType)]
        )
        self._narrowing.changed.connect(self.ask)
        self._count = label("", "label", "text3")
        self._new = menu_button("", "plus", self._new_choices(), "ghost", tip=tr("New order or request"))
        self._sorter = button("", "arrow-up-down", "ghost", tip=tr("Sort"))
        self._sorter.setMenu(QMenu(self._sorter))
        self._show_sorts()
        self._stack = StateStack(self._list)
        export = button("", "file-down", "ghost", tip=tr("Export this list"), clicked=self._export)
        head = row(
            label(tr("Orders"), "title"), self._count, None, self._narrowing.button, self._sorter, export,
            self._new, spacing=4,
        )  # fmt: skip
        tools = column(head, self._search, self._chips, self._narrowing, margins=(16, 16, 16, 8), spacing=10)
        self.setLayout(column(tools, (self._stack, 1), spacing=0))
        self._search.searched.connect(self._searched)
        self._chips.chosen.connect(lambda _key: self.ask())
        self._model.counted.connect(self._counted)
        self._model.failed.connect(self._failed)
        self._list.chosen.connect(self.chosen)
        self._list.opened.connect(self.opened)
        self._stack.show_loading()

    @property
    def filter(self) -> str:
        """The key of the filter chosen."""
        return self._chips.current

    @property
    def by_keyboard(self) -> bool:
        """Whether the last row was chosen with a key."""
        return bool(self._list.property("keyboard"))

    def choose(self, key: str) -> None:
        """Set the filter."""
        self._chips.choose(key)

    def ask(self) -> None:
        """Ask anew what the filter, the text and the order want."""
        self._list.clear_choice()
        self._model.show_source(self._requests() if self.filter == REQUESTS else self._orders())

    def refresh(self) -> None:
        """Something changed; the place in the list stays."""
        self._model.refresh()

    def select(self, row_id: UUID | None) -> None:
        """Mark the row of a record that is shown, if it is among the first."""
        for position in range(min(self._model.rowCount(), PAGE)):
            found = self._model.row_at(position)
            if found is not None and found.id == row_id:
                self._list.select_position(position)
                return
        self._list.clear_choice()

    def first(self) -> Row | None:
        return self._model.row_at(0) if self._model.rowCount() else None

    def _orders(self) -> Source[Row]:
        orders = self._desk.queries.orders
        wanted = replace(FILTERS[self.filter][1], text=self._text, **self._narrowing.chosen)
        _, sort, descending = SORTS[self._sort]

        def page(offset: int, limit: int) -> list[Row]:
            return [*orders.page(wanted, sort, offset, limit, descending=descending)]

        return Source(partial(orders.count, wanted), page)

    def _requests(self) -> Source[Row]:
        orders, text = self._desk.queries.orders, self._text

        def page(offset: int, limit: int) -> list[Row]:
            return [*orders.requests(text, offset=offset, limit=limit)]

        return Source(partial(orders.count_requests, text), page)

    def _export(self) -> None:
        if self.filter == REQUESTS:
            export_list(self._desk, self, ServiceRequest, tr("Service requests"), self._requests())
        else:
            export_list(self._desk, self, ServiceOrder, tr("Service orders"), self._orders())

    def _counted(self, count: int) -> None:
        self._count.setText(f"{count:,}")
        if count:
            self._stack.show_content()
        else:
            self._show_empty()
        self.loaded.emit()

    def _show_empty(self) -> None:
        if self._text:
            words = tr("Nothing found for “{text}”", text=self._text)
            self._stack.show_empty(words, "", tr("Clear the search"), self._search.clear)
        elif self._narrowing.chosen and self.filter != REQUESTS:
            self._stack.show_empty(tr("Nothing matches"), "", tr("Show all"), self._widen)
        elif self.filter == REQUESTS:
            make = partial(self._desk.create, "service_request")
            self._stack.show_empty(tr("No open requests"), "", tr("Take in a request"), make)
        elif self.filter == "all":
            make = partial(self._desk.create, "service_order")
            self._stack.show_empty(tr("No service orders yet"), "", tr("New service order"), make)
        else:
            chosen = tr(FILTERS[self.filter][0])
            words = tr("No orders under “{filter}”", filter=chosen)
            self._stack.show_empty(words, "", tr("Show all"), partial(self._chips.choose, "all"))

    def _widen(self) -> None:
        self._narrowing.reset()
        self.ask()

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, self.ask)

    def _searched(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.ask()

    def _sort_by(self, number: int) -> None:
        self._sort = number
        self._show_sorts()
        self.ask()

    def _show_sorts(self) -> None:
        menu = self._sorter.menu()
        menu.clear()
        choices = [
            Choice(tr(words), partial(self._sort_by, number), "check" if number == self._sort else "")
            for number, (words, _, _) in enumerate(SORTS)
        ]
        menu_of(choices, menu)

    def _new_choices(self) -> list[Choice]:
        order, request = (partial(self._desk.create, name) for name in ("service_order", "service_request"))
        return [
            Choice(tr("Service order"), order, "clipboard-list"),
            Choice(tr("Service request"), request, "inbox"),
        ]
