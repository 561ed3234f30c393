"""Home: today's visits, what is due, and what needs the user."""

from datetime import date, datetime
from functools import partial

from app.domain.assets import Asset
from app.domain.conflicts import Conflict
from app.domain.customers import Customer
from app.domain.service_orders import ServiceOrder, ServiceRequest
from app.domain.visits import Commitment, Visit
from app.language import tr
from app.queries.home import Home
from app.queries.orders import OrderRow
from app.queries.visits import CommitmentRow
from ui.desk import Desk
from ui.formats import full_day, moment, near_day, time_of
from ui.layout import column, row, scroll_page
from ui.messages import explain
from ui.screen import Screen
from ui.screens.home.agenda import DayAgenda
from ui.sync_status import SyncState, SyncStatus
from ui.tables.cells import Cell, Column
from ui.tables.data_table import CardTable
from ui.tables.rows_model import RowsModel
from ui.widgets.buttons import button
from ui.widgets.cards import Card, Metric
from ui.widgets.labels import label
from ui.widgets.states import StateStack
from ui.widgets.timeline import Event, Timeline


class HomeScreen(Screen):
    """Every figure opens what it counts."""

    watches = (Visit, ServiceOrder, ServiceRequest, Conflict, Customer, Commitment, Asset)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._greeting = label("", "title")
        self._state = label("", "label", "text2")
        self._visits = Metric(tr("Visits today"), "calendar-days")
        self._orders = Metric(tr("My open orders"), "wrench")
        self._requests = Metric(tr("Open requests"), "inbox")
        self._waiting = Metric(tr("To sync"), "cloud-upload")
        self._visits.clicked.connect(partial(self._go, "visits"))
        self._orders.clicked.connect(partial(self._go, "orders"))
        self._requests.clicked.connect(partial(self._go, "orders"))
        self._waiting.clicked.connect(self._show_sync)
        week = button(tr("Open calendar"), kind="link", clicked=partial(self._go, "visits"))
        self._agenda = DayAgenda(partial(desk.open, "visit"), partial(desk.create, "visit"))
        self._today = Card(tr("Today"), "", week)
        self._today.add(self._agenda)
        self._attention = Timeline()
        self._refused = 0
        needs = Card(tr("Needs you"))
        needs.add(self._attention)
        needs.body.addStretch(1)
        self._order_rows: RowsModel[OrderRow] = RowsModel(_order_columns())
        orders = CardTable(
            tr("Next orders"),
            self._order_rows,
            button(tr("All orders"), kind="link", clicked=partial(self._go, "orders")),
        )
        orders.table.opened.connect(lambda found: desk.open("service_order", found.id))
        self._promise_rows: RowsModel[CommitmentRow] = RowsModel(_promise_columns())
        promises = CardTable(tr("Promises due"), self._promise_rows)
        promises.table.opened.connect(lambda found: desk.open("commitment", found.id))
        new = button(tr("New service order"), "clipboard-list", clicked=partial(desk.create, "service_order"))
        head = row((column(self._greeting, self._state, spacing=3), 1), new)
        figures = row(self._visits, self._orders, self._requests, self._waiting, spacing=12)
        page = column(
            head,
            figures,
            row((self._today, 3), (needs, 2), spacing=12),
            row((column(orders, None), 3), (column(promises, None), 2), spacing=12),
            None,
            margins=(24, 20, 24, 20),
            spacing=12,
        )
        self._stack = StateStack(scroll_page(page))
        self.setLayout(column(self._stack, spacing=0))
        desk.sync.changed.connect(self._on_status)

    def reload(self) -> None:
        self.desk.read(self.desk.queries.home, self._show, self._failed, self)

    def _show(self, home: Home) -> None:
        self._stack.show_content()
        self._refused = home.refused
        self._greeting.setText(greeting(datetime.now()) + _name(home.display_name))
        self._say_state(self.desk.sync.status)
        ahead = home.next_visit
        done = tr("{count} done", count=home.visits_done)
        following = tr("next {time}", time=time_of(ahead.planned_from)) if ahead else ""
        self._visits.show_value(str(len(home.visits)), " · ".join(part for part in (done, following) if part))
        due = tr("{count} due today", count=home.due_today)
        self._orders.show_value(str(home.open_orders), due if home.due_today else "", "bad")
        self._requests.show_value(
            str(home.open_requests), tr("waiting for an order") if home.open_requests else ""
        )
        refused = tr("{count} refused", count=home.refused) if home.refused else ""
        self._waiting.show_value(str(home.waiting), refused, "bad")
        self._today.show_title(tr("Today"), full_day(date.today()))
        self._agenda.show_visits(home.visits, ahead)
        self._attention.show_events(self._needs(home))
        self._order_rows.show_rows(home.orders)
        self._promise_rows.show_rows(home.commitments)

    def _needs(self, home: Home) -> list[Event]:
        oldest = home.oldest_conflict_at
        since = tr("oldest: {time}", time=moment(oldest)) if oldest else ""
        conflicts = tr("Conflicts to answer: {count}", count=home.conflicts)
        refused = tr("Refused by the server: {count}", count=home.refused)
        missed = tr("Missed visits: {count}", count=home.missed_visits)
        ending = tr("Warranties that end soon: {count}", count=home.warranties_ending)
        correct = tr("correct them or discard them")
        again, call = tr("plan them again or cancel them"), tr("a reason to call")
        candidates = (
            (home.refused, "circle-alert", "bad", refused, correct, self._show_sync),
            (home.conflicts, "git-compare", "bad", conflicts, since, partial(self._go, "conflicts")),
            (home.missed_visits, "calendar-days", "warn", missed, again, partial(self._go, "visits")),
            (home.warranties_ending, "shield-check", "warn", ending, call, partial(self._go, "assets")),
        )
        events = [
            Event(icon_name, title, remark, tone, action=tr("Show"), clicked=show)
            for count, icon_name, tone, title, remark, show in candidates
            if count
        ]
        return events or [Event("circle-check", tr("Nothing needs you right now."), "", "ok")]

    def _on_status(self, status: SyncStatus) -> None:
        if not self.isVisible():
            return
        self._say_state(status)
        if status.attention != self._refused:  # by that no record changed that is watched here
            self.reload()

    def _say_state(self, status: SyncStatus) -> None:
        as_of = tr("data as of {time}", time=moment(status.synced_at)) if status.synced_at else ""
        safe = tr("all changes are kept on this computer") if status.state is SyncState.OFFLINE else ""
        self._state.setText(" · ".join(part for part in (status.words, as_of, safe) if part))

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, self.reload)

    def _go(self, page: str) -> None:
        self.desk.shell.show_page(page)

    def _show_sync(self) -> None:
        self.desk.shell.show_sync()


def greeting(now: datetime) -> str:
    """By the time of day."""
    if now.hour < 12:
        return tr("Good morning")
    return tr("Good afternoon") if now.hour < 18 else tr("Good evening")


def _name(name: str) -> str:
    return tr(", {name}", name=name) if name else ""


def _order_columns() -> list[Column[OrderRow]]:
    return [
        Column(tr("Order"), lambda r: Cell(r.subject, r.number, mark=r.mark.value)),
        Column(tr("Customer"), lambda r: Cell(r.customer_name, r.asset_name or "")),
        Column(
            tr("Due"),
            lambda r: Cell(near_day(r.due_at.date()) if r.due_at else "–", tone="bad" if r.overdue else ""),
            110,
        ),
        Column(tr("State"), lambda r: Cell(tr(r.state.label), tone="accent"), 110),
    ]


def _promise_columns() -> list[Column[CommitmentRow]]:
    return [
        Column(tr("Promise"), lambda r: Cell(r.promise, r.customer_name, mark=r.mark.value)),
        Column(tr("Due"), lambda r: Cell(near_day(r.due_on), tone="bad" if r.overdue else "neutral"), 110),
    ]
