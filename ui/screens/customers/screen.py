"""The customers page: the list beside the customer chosen in it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.assets import Asset
from app.domain.conflicts import Conflict
from app.domain.customers import (
    Collaborator,
    Contact,
    Customer,
    Industry,
    LifecycleStage,
    PriorityClass,
    Site,
)
from app.domain.entity import fields
from app.domain.notes import Attachment, Note
from app.domain.service_orders import ServiceOrder, ServiceRequest
from app.domain.visits import Commitment, Visit, VisitPlan
from app.language import tr
from app.queries.customer_overview import CustomerOverview
from app.queries.customers import CustomerFilter, CustomerRow, CustomerSort
from app.queries.records import Choice, Record
from ui.desk import Desk
from ui.formats import ago
from ui.layout import column
from ui.messages import explain
from ui.screen import Screen
from ui.screens.customers.editors import Editors
from ui.screens.customers.overview import CustomerView
from ui.tables.cells import RecordLine
from ui.tables.export import export_list
from ui.tables.list_pane import Empty, ListPane, ListSpec
from ui.tables.narrowing import Narrowing, options_of
from ui.tables.paged_model import Source
from ui.widgets import buttons
from ui.widgets.master_detail import MasterDetail
from ui.widgets.states import StateStack

_BELOW: dict[str, type[Contact | Site]] = {"contact": Contact, "site": Site}
_SORTS = {sort.value: sort for sort in CustomerSort}


class CustomersScreen(Screen):
    """Opens customers, and contacts and sites with their customer."""

    watches = (
        Customer, Contact, Site, Collaborator, Asset, Visit, VisitPlan, Commitment, ServiceOrder,
        ServiceRequest, Note, Attachment, Conflict,
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._id: UUID | None = None
        self._editors = Editors(desk, self)
        self._list = ListPane(desk.background, self._spec())
        self._view = CustomerView(desk, self._editors)
        self._detail = StateStack(self._view)
        self._halves = MasterDetail(self._list, self._detail)
        self._list.chosen.connect(self._chosen)
        self._list.opened.connect(self._opened)
        self._list.filled.connect(self._begin)
        self._halves.went_back.connect(self._list.setFocus)
        self.setLayout(column(self._halves, spacing=0))
        self._detail.show_empty(
            tr("No customer chosen"), tr("Choose one in the list, or search with Ctrl+K.")
        )

    def reload(self) -> None:
        self._list.load() if self._id is None else self._list.refresh()
        self.desk.read(self.desk.queries.catalogue.territories, self._offer_territories, owner=self)
        if self._id is not None:
            self._load(self._id)

    def open_record(self, entity: str, row_id: UUID) -> None:
        if entity in _BELOW:
            self._open_below(_BELOW[entity], row_id)
            return
        self._list.mark(row_id)
        self._load(row_id)
        self._halves.show_detail()

    def create_record(self, entity: str, preset: dict[str, Any]) -> None:
        self._editors.new_customer(preset)

    def go_back(self) -> None:
        self._halves.show_master()

    def _begin(self) -> None:
        """Where both halves are in sight, an empty one would be a waste."""
        if self._id is None and not self._halves.narrow:
            self._list.choose_first()

    def _chosen(self, found: CustomerRow) -> None:
        """In a narrow window the record takes the list's place, which arrow keys alone must not do."""
        if not self._halves.narrow:
            self._opened(found)

    def _opened(self, found: CustomerRow) -> None:
        if found.id != self._id:
            self._load(found.id)
        self._halves.show_detail()

    def _load(self, customer_id: UUID) -> None:
        if customer_id != self._id:
            self._id = customer_id
            self._detail.show_loading()
        self.desk.read(
            partial(self.desk.queries.customer_overview, customer_id), self._show, self._failed, self
        )

    def _show(self, customer: CustomerOverview | None) -> None:
        if customer is None:
            self._id = None
            words = tr("It was deleted, or it belongs to another territory now.")
            self._detail.show_empty(tr("This customer is no longer on this computer"), words)
        elif customer.id == self._id:
            self._view.show_customer(customer)
            self._detail.show_content()

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._detail.show_error(message.title, message.text, self.reload)

    def _open_below(self, entity: type[Contact | Site], row_id: UUID) -> None:
        def show(record: Record | None) -> None:
            if record is not None:
                self.open_record("customer", record.values["customer_id"])
                self._editors.edit(entity, row_id)

        self.desk.read(partial(self.desk.queries.records.values, entity, row_id), show, owner=self)

    def _offer_territories(self, found: Sequence[Choice]) -> None:
        title = tr(fields(Customer)["territory_id"].label)
        choices = [(territory.id, territory.title) for territory in found]
        self._list.narrowing.offer(Narrowing("territory_id", title, choices))

    def _spec(self) -> ListSpec[CustomerRow]:
        listed = fields(Customer)
        create = buttons.Choice(tr("New customer"), partial(self._editors.new_customer, {}))
        return ListSpec(
            title=tr("Customers"),
            line=customer_line,
            filters=(
                ("all", tr("All")),
                ("mine", tr("My customers")),
                ("orders", tr("With open orders")),
                ("unsynced", tr("To sync")),
            ),
            sorts=tuple((sort.value, tr(sort.label)) for sort in CustomerSort),
            source=self._source,
            search_hint=tr("Name, number, phone, pinyin"),
            empty={"all": Empty(tr("No customers on this computer yet"), create)},
            create=(create,),
            narrowings=(
                options_of("industry", tr(listed["industry"].label), Industry),
                options_of("stage", tr(listed["lifecycle_stage"].label), LifecycleStage),
                options_of("priority", tr(listed["priority_class"].label), PriorityClass),
            ),
            export=partial(export_list, self.desk, self, Customer, tr("Customers")),
        )

    def _source(self, text: str, chosen: str, sort: str, narrowed: Mapping[str, Any]) -> Source[CustomerRow]:
        wanted = CustomerFilter(
            text=text,
            mine=chosen == "mine",
            with_open_orders=chosen == "orders",
            unsynced=chosen == "unsynced",
            **narrowed,
        )
        customers = self.desk.queries.customers
        return Source(
            partial(customers.count, wanted),
            lambda offset, limit: customers.page(wanted, _SORTS[sort], offset, limit),
        )


def customer_line(customer: CustomerRow) -> RecordLine:
    """Two lines of the list."""
    industry = tr(customer.industry.label) if customer.industry else ""
    machines = tr("Machines: {count}", count=customer.machines) if customer.machines else ""
    return RecordLine(
        title=customer.name,
        subline=" · ".join(part for part in (customer.city, industry, machines) if part),
        right=ago(customer.last_contact_at) if customer.last_contact_at else "",
        chip=(tr("{count} open", count=customer.open_orders), "neutral") if customer.open_orders else None,
        mark=customer.mark.value,
        avatar=initial(customer.name),
    )


def initial(name: str) -> str:
    """The telling character: the first after a leading place name of two characters."""
    chinese = len(name) > 4 and all("\u4e00" <= character <= "\u9fff" for character in name[:3])
    return name[2] if chinese else name[:1].upper()
