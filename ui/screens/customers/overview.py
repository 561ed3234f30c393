"""Everything about one customer: header, figures, and a tab for each kind of record below it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from app.domain.customers import Collaborator, Contact, Customer, Site
from app.domain.entity import Entity
from app.domain.notes import Note
from app.language import tr
from app.queries.activity import Activity
from app.queries.contacts import AttachmentRow, ContactRow
from app.queries.customer_overview import CustomerOverview
from app.queries.titles import shortened, word_for
from ui.desk import Desk
from ui.formats import ago, moment, near_day
from ui.forms.delete_record import delete_record
from ui.kept_files import KeptFiles, dropped
from ui.layout import column, row, scrolled
from ui.screens.customers.editors import Editors
from ui.screens.customers.head import CustomerHead
from ui.screens.customers.people import PeopleCard, reach
from ui.screens.customers.profile import ProfileCard
from ui.tables import columns as tables
from ui.tables.cells import Column
from ui.tables.data_table import CardTable
from ui.tables.files_table import FilesTable
from ui.tables.rows_model import RowsModel
from ui.widgets.buttons import Choice, button, menu_button
from ui.widgets.cards import Card, Metric
from ui.widgets.labels import label
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
        self._customer: CustomerOverview | None = None
        self._name = ""
        self._files = KeptFiles(desk, self)
        self.setAcceptDrops(True)
        self._models: dict[str, tuple[RowsModel[Any], Callable[[CustomerOverview], Sequence[Any]]]] = {}
        more = menu_button("", "ellipsis", self._more(), tip=tr("More"))
        visit = button(
            tr("Plan a visit"), "calendar-days", clicked=partial(self._for_customer, self._plan_visit)
        )
        order = button(
            tr("New order"), "clipboard-list", clicked=partial(self._for_customer, self._new_order)
        )
        self._head = CustomerHead(desk, visit, order, more)
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
                self._head,
                figures,
                self._tabs,
                (self._pages, 1),
                margins=(24, 18, 24, 20),
                spacing=12,
            )
        )
        self.setLayout(column(scrolled(content), spacing=0))

    def show_customer(self, customer: CustomerOverview) -> None:
        """Fill every part; the tab in front stays. What has not changed is not laid out anew."""
        if customer == self._customer:
            return
        self._customer = customer
        self._name = customer.name
        if customer.id != self._id:
            self._id = customer.id
            self._tabs.setCurrentIndex(0)
        self._head.show_customer(customer)
        self._show_figures(customer)
        for model, rows in self._models.values():
            model.show_rows(rows(customer))
        self._files_table.show_files(customer.files)
        self._people.show_contacts(customer.contacts)
        self._profile.show_customer(customer)
        self._timeline.show_events([self._event(found) for found in customer.activity[:12]])
        self._quiet.setVisible(not customer.activity)
        m = customer.metrics
        written = len(customer.notes) + len(customer.files)
        counts = ("", len(customer.contacts), m.machines, m.orders, m.visits, written)
        for place, (title, count) in enumerate(zip(self._titles, counts, strict=True)):
            self._tabs.setTabText(place, f"{title}  {count}" if count else title)

    def _show_figures(self, customer: CustomerOverview) -> None:
        m = customer.metrics
        ending = tr("{count} end soon", count=m.warranty_ending) if m.warranty_ending else ""
        self._machines.show_value(f"{m.in_warranty} / {m.machines}", ending, "warn")
        due = tr("{count} due today", count=m.orders_due_today) if m.orders_due_today else ""
        self._orders.show_value(str(m.open_orders), due, "bad")
        following = tr("next {time}", time=moment(m.next_visit_at)) if m.next_visit_at else ""
        last = tr("last visit {day}", day=near_day(m.last_visit_at.date())) if m.last_visit_at else ""
        self._visits.show_value(str(m.visits), following or last or tr("none planned"))
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
        editors = self._editors
        contacts = self._table(
            tr("Contacts"), tables.contacts(), lambda c: c.contacts, Contact, add=editors.add_contact,
            menu=self._contact_menu,
        )  # fmt: skip
        sites = self._table(
            tr("Sites"), tables.sites(), lambda c: c.sites, Site, add=editors.add_site,
            menu=lambda found: self._row_menu(Site, found, found.name),
        )  # fmt: skip
        helpers = self._table(
            tr("Collaborators"), tables.collaborators(), lambda c: c.collaborators, Collaborator,
            add=editors.add_collaborator, menu=lambda found: self._row_menu(Collaborator, found, found.name),
        )  # fmt: skip
        machines = self._table(
            tr("Machines"), tables.machines(), lambda c: c.machines, "asset", add=self._new_machine
        )
        orders = self._table(
            tr("Service orders"), tables.orders(), lambda c: c.orders, "service_order", add=self._new_order
        )
        requests = self._table(
            tr("Service requests"), tables.requests(), lambda c: c.requests, "service_request",
            add=self._new_request,
        )  # fmt: skip
        visits = self._table(tr("Visits"), tables.visits(), lambda c: c.visits, "visit", add=self._plan_visit)
        plans = self._table(
            tr("Visit plans"), tables.visit_plans(), lambda c: c.plans, "visit_plan",
            add=editors.add_visit_plan,
        )  # fmt: skip
        promises = self._table(
            tr("Promises"), tables.commitments(), lambda c: c.commitments, "commitment",
            add=editors.add_commitment,
        )  # fmt: skip
        notes = self._table(
            tr("Notes"), tables.notes(), lambda c: c.notes, Note, add=editors.add_note,
            menu=lambda found: self._row_menu(Note, found, shortened(found.body)),
        )  # fmt: skip
        add_files = button(tr("Add"), "plus", "link", clicked=partial(self._for_customer, self._files.ask))
        self._files_table = FilesTable(self._desk, self._files, add_files, most=LONG)
        self._files_table.table.menu_for = self._file_menu
        pages = [
            self._overview_page(),
            _stacked(contacts, sites, helpers),
            _stacked(machines),
            _stacked(orders, requests),
            _stacked(visits, plans, promises),
            _stacked(notes, self._files_table),
        ]
        return list(zip(self._titles, pages, strict=True))

    def _overview_page(self) -> QWidget:
        machines = self._table(tr("Machines"), tables.machines(), lambda c: c.machines[:SHORT], "asset",
                               key="machines-short")  # fmt: skip
        self._profile = ProfileCard(self._desk, self._edit)
        activity = Card(
            tr("Activity"), "", button(tr("Write a note"), "plus", "link", clicked=self._add_note)
        )
        self._timeline = Timeline()
        self._quiet = label(tr("Nothing here yet"), "label", "text3")
        activity.add(self._quiet)
        activity.add(self._timeline)
        self._people = PeopleCard(
            self._desk,
            partial(self._for_customer, self._editors.add_contact),
            partial(self._tabs.setCurrentIndex, 1),
        )
        page = QWidget()
        page.setLayout(
            row(
                (column(machines, self._profile, None, spacing=12), 5),
                (column(self._people, activity, None, spacing=12), 3),
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
        menu: Callable[[Any], Sequence[Choice]] | None = None,
        key: str = "",
    ) -> CardTable:
        model: RowsModel[Any] = RowsModel(columns)
        self._models[key or title] = (model, rows)
        actions = [button(tr("Add"), "plus", "link", clicked=partial(self._for_customer, add))] if add else []
        card = CardTable(title, model, *actions, most=SHORT if key else LONG)
        card.table.menu_for = menu
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
            Choice(tr("Delegate for a while"), partial(self._for_customer, editors.delegate), "calendar"),
            Choice(""),
            Choice(tr("New contact"), partial(self._for_customer, editors.add_contact), "user"),
            Choice(tr("New site"), partial(self._for_customer, editors.add_site), "factory"),
            Choice(tr("New service request"), partial(self._for_customer, self._new_request), "inbox"),
            Choice(tr("New visit plan"), partial(self._for_customer, editors.add_visit_plan), "calendar"),
            Choice(tr("New promise"), partial(self._for_customer, editors.add_commitment), "flag"),
            Choice(tr("Add files"), partial(self._for_customer, self._files.ask), "paperclip"),
            Choice(""),
            Choice(tr("Delete"), partial(self._for_customer, self._delete), "trash-2"),
        ]

    def _contact_menu(self, found: ContactRow) -> list[Choice]:
        return [*reach(self._desk, found), *self._row_menu(Contact, found, found.name)]

    def _file_menu(self, found: AttachmentRow) -> list[Choice]:
        return [
            Choice(tr("Open"), partial(self._files.show, found), "folder-open"),
            Choice(tr("Remove"), partial(self._files.remove, found), "trash-2"),
        ]

    def _row_menu(self, entity: type[Entity], found: Any, title: str) -> list[Choice]:
        delete = partial(delete_record, self._desk, self, entity, found.id, title)
        return [
            Choice(tr("Edit"), partial(self._editors.edit, entity, found.id), "pencil"),
            Choice(tr("Delete"), delete, "trash-2"),
        ]

    def _delete(self, customer_id: UUID) -> None:
        delete_record(self._desk, self, Customer, customer_id, self._name)

    def _for_customer(self, action: Callable[[UUID], object]) -> None:
        if self._id is not None:
            action(self._id)

    def _edit(self) -> None:
        if self._id is not None:
            self._editors.edit(Customer, self._id)

    def _add_note(self) -> None:
        self._for_customer(self._editors.add_note)

    def _plan_visit(self, customer_id: UUID) -> None:
        self._desk.create("visit", customer_id=customer_id)

    def _new_order(self, customer_id: UUID) -> None:
        self._desk.create("service_order", customer_id=customer_id)

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

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._id is not None and dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._id is not None:
            self._files.add(self._id, dropped(event.mimeData()))
            event.acceptProposedAction()


def _stacked(*cards: QWidget) -> QWidget:
    page = QWidget()
    page.setLayout(column(*cards, None, spacing=12))
    return page
