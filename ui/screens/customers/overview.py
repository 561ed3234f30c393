"""Everything about one customer: header, figures, and a tab for each kind of record below it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from app.domain.customers import Contact, Customer, Site
from app.language import tr
from app.queries.activity import Activity
from app.queries.customer_overview import CustomerOverview
from app.queries.titles import word_for
from ui.desk import Desk
from ui.formats import ago, moment, near_day
from ui.layout import clear, column, row, scrolled
from ui.screens.customers.editors import Editors
from ui.screens.customers.profile import ProfileCard
from ui.tables import columns as tables
from ui.tables.cells import Column
from ui.tables.data_table import CardTable
from ui.tables.rows_model import RowsModel
from ui.widgets.banner import Banner
from ui.widgets.buttons import Choice, button, menu_button
from ui.widgets.cards import Card, Metric
from ui.widgets.record_header import RecordHeader
from ui.widgets.timeline import Event, Timeline

SHORT, LONG = 7, 14
_EVENTS = {
    "visit": ("map-pin", "ok"), "service_order": ("wrench", "accent"), "service_request": ("inbox", "bad"),
    "note": ("message-square", "info"),
}  # fmt: skip


class CustomerView(QWidget):
    """`show_customer` fills it; every list opens the record that is double-clicked or entered."""

    def __init__(self, desk: Desk, editors: Editors) -> None:
        super().__init__()
        self._desk, self._editors = desk, editors
        self._id: UUID | None = None
        self._models: dict[str, tuple[RowsModel[Any], Callable[[CustomerOverview], Sequence[Any]]]] = {}
        more = menu_button("", "ellipsis", self._more(), tip=tr("More"))
        visit = button(tr("Plan a visit"), "calendar-days", clicked=self._plan_visit)
        order = button(tr("New service order"), "clipboard-list", clicked=self._new_order)
        self._header = RecordHeader("factory", visit, order, more)
        self._notice = column()
        self._machines = Metric(tr("Machines in warranty"), "shield-check")
        self._orders = Metric(tr("Open orders"), "wrench")
        self._visits = Metric(tr("Visits"), "calendar-days")
        self._promises = Metric(tr("Open promises"), "flag")
        figures = row(self._machines, self._orders, self._visits, self._promises, spacing=12)
        self._tabs = QTabBar()
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName(tr("Parts of the customer"))
        self._pages = QStackedWidget()
        for title, page in self._build_pages():
            self._tabs.addTab(title)
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        for place, metric in ((2, self._machines), (3, self._orders), (4, self._visits), (4, self._promises)):
            metric.clicked.connect(partial(self._tabs.setCurrentIndex, place))
        content = QWidget()
        content.setObjectName("page")
        content.setLayout(
            column(
                self._header,
                self._notice,
                figures,
                self._tabs,
                (self._pages, 1),
                margins=(24, 18, 24, 20),
                spacing=12,
            )
        )
        self.setLayout(column(scrolled(content), spacing=0))

    def show_customer(self, customer: CustomerOverview) -> None:
        """Fill every part; the tab in front stays."""
        if customer.id != self._id:
            self._id = customer.id
            self._tabs.setCurrentIndex(0)
        self._show_header(customer)
        self._show_figures(customer)
        for model, rows in self._models.values():
            model.show_rows(rows(customer))
        self._profile.show_customer(customer)
        self._timeline.show_events([self._event(found) for found in customer.activity[:12]])
        counts = (
            None,
            len(customer.contacts),
            customer.metrics.machines,
            len(customer.orders),
            len(customer.visits),
            None,
        )
        for place, count in enumerate(counts):
            if count is not None:
                self._tabs.setTabText(place, f"{self._titles[place]}  {count}")

    def _show_header(self, customer: CustomerOverview) -> None:
        values = customer.values
        chips = [(tr(values["lifecycle_stage"].label), "accent")]
        if values.get("priority_class"):
            chips.insert(0, (tr("Class {name}", name=tr(values["priority_class"].label)), "info"))
        if values.get("is_reference"):
            chips.append((tr("Reference customer"), "ok"))
        last = customer.metrics.last_visit_at
        facts = [
            (
                "map-pin",
                " ".join(values[name] for name in ("city", "district", "street") if values.get(name)),
            ),
            ("phone", values.get("phone") or ""),
            ("user", tr("Owner {name}", name=customer.owner_name) if customer.owner_name else ""),
            ("clock", tr("last visit {day}", day=near_day(last.date())) if last else ""),
        ]
        self._header.show_record(customer.name, chips, facts)
        clear(self._notice)
        if customer.open_conflicts:
            words = tr(
                "{count} questions are open: two people changed the same thing here.",
                count=customer.open_conflicts,
            )
            ask = partial(self._desk.open, "conflict", customer.id)
            self._notice.addWidget(Banner(words, "warn", "git-compare", tr("Compare and merge"), ask))
        elif customer.mark == "refused":
            words = tr("The server refused a change of this customer. The sync panel says why.")
            self._notice.addWidget(Banner(words, "bad"))

    def _show_figures(self, customer: CustomerOverview) -> None:
        m = customer.metrics
        ending = tr("{count} end soon", count=m.warranty_ending) if m.warranty_ending else ""
        self._machines.show_value(f"{m.in_warranty} / {m.machines}", ending, "warn")
        due = tr("{count} due today", count=m.orders_due_today) if m.orders_due_today else ""
        self._orders.show_value(str(m.open_orders), due, "bad")
        following = tr("next {time}", time=moment(m.next_visit_at)) if m.next_visit_at else tr("none planned")
        self._visits.show_value(str(m.visits), following)
        self._promises.show_value(str(m.open_commitments))

    def _build_pages(self) -> list[tuple[str, QWidget]]:
        self._titles = [
            tr("Overview"),
            tr("Contacts"),
            tr("Machines"),
            tr("Orders"),
            tr("Visits"),
            tr("Notes and files"),
        ]
        contacts = self._table(
            tr("Contacts"), tables.contacts(), lambda c: c.contacts, Contact, add=self._editors.add_contact
        )
        sites = self._table(tr("Sites"), tables.sites(), lambda c: c.sites, Site, add=self._editors.add_site)
        machines = self._table(
            tr("Machines"), tables.machines(), lambda c: c.machines, "asset", add=self._new_machine
        )
        orders = self._table(tr("Service orders"), tables.orders(), lambda c: c.orders, "service_order")
        requests = self._table(
            tr("Service requests"),
            tables.requests(),
            lambda c: c.requests,
            "service_request",
            add=self._new_request,
        )
        visits = self._table(tr("Visits"), tables.visits(), lambda c: c.visits, "visit")
        promises = self._table(
            tr("Promises"),
            tables.commitments(),
            lambda c: c.commitments,
            "commitment",
            add=self._editors.add_commitment,
        )
        notes = self._table(tr("Notes"), tables.notes(), lambda c: c.notes, None, add=self._editors.add_note)
        files = self._table(tr("Files"), tables.files(), lambda c: c.files, None)
        pages = [
            self._overview_page(),
            _stacked(contacts, sites),
            _stacked(machines),
            _stacked(orders, requests),
            _stacked(visits, promises),
            _stacked(notes, files),
        ]
        return list(zip(self._titles, pages, strict=True))

    def _overview_page(self) -> QWidget:
        machines = self._table(tr("Machines"), tables.machines(), lambda c: c.machines[:SHORT], "asset",
                               key="machines-short")  # fmt: skip
        self._profile = ProfileCard(self._edit)
        activity = Card(
            tr("Activity"), "", button(tr("Write a note"), "plus", "link", clicked=self._add_note)
        )
        self._timeline = Timeline()
        activity.add(self._timeline)
        page = QWidget()
        page.setLayout(
            row(
                (column(machines, self._profile, None, spacing=12), 5),
                (column(activity, None), 3),
                spacing=12,
            )
        )
        return page

    def _table(
        self,
        title: str,
        columns: list[Column[Any]],
        rows: Callable[[CustomerOverview], Sequence[Any]],
        opens: type | str | None,
        *,
        add: Callable[[UUID], object] | None = None,
        key: str = "",
    ) -> CardTable:
        model: RowsModel[Any] = RowsModel(columns)
        self._models[key or title] = (model, rows)
        actions = [button(tr("Add"), "plus", "link", clicked=partial(self._for_customer, add))] if add else []
        card = CardTable(title, model, *actions, most=SHORT if key else LONG)
        if isinstance(opens, str):
            card.table.opened.connect(lambda found: self._desk.open(opens, found.id))
        elif opens:
            card.table.opened.connect(lambda found: self._editors.edit(opens, found.id))
        return card

    def _more(self) -> list[Choice]:
        editors = self._editors
        return [
            Choice(tr("Edit"), self._edit, "pencil"),
            Choice(tr("Hand over"), partial(self._for_customer, editors.transfer), "users"),
            Choice(tr("Add a collaborator"), partial(self._for_customer, editors.add_collaborator), "user"),
            Choice(""),
            Choice(tr("New contact"), partial(self._for_customer, editors.add_contact), "user"),
            Choice(tr("New site"), partial(self._for_customer, editors.add_site), "factory"),
            Choice(tr("New service request"), partial(self._for_customer, self._new_request), "inbox"),
            Choice(tr("New visit plan"), partial(self._for_customer, editors.add_visit_plan), "calendar"),
            Choice(tr("New promise"), partial(self._for_customer, editors.add_commitment), "flag"),
        ]

    def _for_customer(self, action: Callable[[UUID], object]) -> None:
        if self._id is not None:
            action(self._id)

    def _edit(self) -> None:
        if self._id is not None:
            self._editors.edit(Customer, self._id)

    def _add_note(self) -> None:
        self._for_customer(self._editors.add_note)

    def _plan_visit(self) -> None:
        self._desk.create("visit", customer_id=self._id)

    def _new_order(self) -> None:
        self._desk.create("service_order", customer_id=self._id)

    def _new_request(self, customer_id: UUID) -> None:
        self._desk.create("service_request", customer_id=customer_id)

    def _new_machine(self, customer_id: UUID) -> None:
        self._desk.create("asset", customer_id=customer_id)

    def _event(self, found: Activity) -> Event:
        entity = found.entity.__tablename__
        icon_name, tone = _EVENTS.get(entity, ("circle", "neutral"))
        remark = " · ".join(part for part in (word_for(entity), found.who, ago(found.at)) if part)
        chip = (tr("To sync"), "warn") if found.mark == "unsynced" else None
        return Event(icon_name, found.title, remark, tone, chip)


def _stacked(*cards: QWidget) -> QWidget:
    page = QWidget()
    page.setLayout(column(*cards, None, spacing=12))
    return page
