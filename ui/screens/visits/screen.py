"""The page of visits: week, list, plans and promises, and the visit opened from any of them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from app.domain.changes import Changes
from app.domain.conflicts import Conflict
from app.domain.customers import Contact, Customer
from app.domain.notes import Attachment, Note
from app.domain.service_orders import ServiceOrder, ServiceRequest
from app.domain.visits import Commitment, Visit, VisitPlan, VisitState
from app.language import tr
from app.queries.visit_card import VisitCard
from app.queries.visits import VisitFilter, VisitRow
from ui.acts import say
from ui.desk import Desk
from ui.layout import column, frame, row
from ui.screen import Screen
from ui.screens.visits.dialogs import PlanDialog, PromiseDialog, VisitDialog, edit_plan, edit_promise
from ui.screens.visits.halves import Halves
from ui.screens.visits.plans import PlansPane
from ui.screens.visits.promises import PromisesPane
from ui.screens.visits.visit_view import VisitView
from ui.screens.visits.week import WeekPane
from ui.screens.visits.words import line_of
from ui.tables.list_pane import Empty, ListPane, ListSpec
from ui.tables.paged_model import Source
from ui.widgets.buttons import Choice, button
from ui.widgets.filter_chips import FilterChips

WEEK, LIST, PLANS, PROMISES = "week", "list", "plans", "promises"
MINE, EVERYBODY = "mine", "everybody"
_FILTERS = {
    "ahead": VisitFilter(ahead=True),
    "missed": VisitFilter(missed=True),
    "done": VisitFilter(state=VisitState.DONE),
    "unsynced": VisitFilter(unsynced=True),
    "all": VisitFilter(),
}
_NEWEST_FIRST = ("missed", "done", "all")


class VisitsScreen(Screen):
    """Opens visits, visit plans and promises. What is chosen above stays as long as the window."""

    watches = (
        Visit, VisitPlan, Commitment, Customer, Contact, Note, ServiceOrder, ServiceRequest, Conflict,
        Attachment,
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._view = WEEK
        self._listed = self._turning = False
        self._me = desk.queries.me
        self.board = FilterChips(
            [(WEEK, tr("Week")), (LIST, tr("List")), (PLANS, tr("Visit plans")), (PROMISES, tr("Promises"))],
            tr("View"),
        )
        self.whose = FilterChips([(MINE, tr("Only mine")), (EVERYBODY, tr("Everybody's"))], tr("Whose"))
        self.week, self.plans, self.promises = WeekPane(desk), PlansPane(desk), PromisesPane(desk)
        self.list = ListPane(desk.background, self._spec())
        self.visit = VisitView(desk)
        self._boards = QStackedWidget()
        self._panes = {WEEK: self.week, LIST: self.list, PLANS: self.plans, PROMISES: self.promises}
        for pane in self._panes.values():
            self._boards.addWidget(pane)
        self._halves = Halves(self._boards, self.visit)
        plan = button(tr("Plan a visit"), "plus", "primary", clicked=partial(self._plan, {}))
        for chips in (self.board, self.whose):
            chips.stand_in_a_line()
        middle = Qt.AlignmentFlag.AlignVCenter
        bar = row(
            (self.board, 0, middle), (self.whose, 0, middle), None, plan,
            margins=(16, 10, 16, 10), spacing=24,
        )  # fmt: skip
        self.setLayout(column(frame(bar, "topbar"), (self._halves, 1), spacing=0))
        self._connect()

    def _connect(self) -> None:
        self.board.chosen.connect(self._switch)
        self.whose.chosen.connect(lambda _whose: self._load(anew=True))
        self.week.opened.connect(self._open)
        self.week.asked_new.connect(lambda starts: self._plan({"planned_from": starts}))
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(self._opened)
        self.list.filled.connect(self._begin)
        self.visit.shown.connect(self._shown)
        self._halves.close_asked.connect(self.go_back)

    # What the window asks for

    def reload(self) -> None:
        self._load()
        self.visit.reload()

    def open_record(self, entity: str, row_id: UUID) -> None:
        match entity:
            case "visit_plan":
                self.board.choose(PLANS)
                edit_plan(self.desk, self.window(), row_id)
            case "commitment":
                self.board.choose(PROMISES)
                edit_promise(self.desk, self.window(), row_id)
            case _:
                self._turning = True
                self._open(row_id)

    def create_record(self, entity: str, preset: dict[str, Any]) -> None:
        match entity:
            case "visit_plan":
                PlanDialog(self.desk, self.window(), preset).open()
            case "commitment":
                PromiseDialog(self.desk, self.window(), preset).open()
            case _:
                self._plan(preset)

    def leave(self) -> bool:
        if not self.visit.is_dirty:
            return True
        self.visit.settle(lambda: None)
        return False

    def go_back(self) -> None:
        if self._halves.is_open:
            self.visit.settle(self._close)

    # Choosing

    def _switch(self, view: str) -> None:
        if view == self._view:
            return
        self.visit.settle(partial(self._show_view, view), lambda: self.board.choose(self._view))

    def _show_view(self, view: str) -> None:
        self._view = view
        self._boards.setCurrentWidget(self._panes[view])
        self._halves.set_list_like(view == LIST)
        self._halves.show_board()
        self._load()

    def _load(self, *, anew: bool = False) -> None:
        """Fill the board in front; a list that was filled before keeps its place unless asked `anew`."""
        owner_id = self._me if self.whose.current == MINE else None
        match self._view:
            case "week":
                self.week.load(owner_id)
            case "plans":
                self.plans.load_of(owner_id)
            case "promises":
                self.promises.load_of(owner_id)
            case _:
                self.list.refresh() if self._listed and not anew else self.list.load()
                self._listed = True

    def _open(self, visit_id: UUID) -> None:
        self.visit.settle(partial(self._show_visit, visit_id), self._mark_shown)

    def _chosen(self, found: VisitRow) -> None:
        """In a narrow window the visit takes the list's place, which arrow keys alone must not do."""
        if not self._halves.narrow:
            self._opened(found)

    def _opened(self, found: VisitRow) -> None:
        if found.id != self.visit.visit_id:
            self._open(found.id)
        else:
            self._halves.show_card()

    def _show_visit(self, visit_id: UUID) -> None:
        self.visit.show_visit(visit_id)
        self._halves.show_card()
        self._mark_shown()

    def _mark_shown(self) -> None:
        self.list.mark(self.visit.visit_id)

    def _begin(self) -> None:
        """Where both halves are in sight, an empty one would be a waste."""
        if self._view == LIST and self.visit.visit_id is None and not self._halves.narrow:
            self.list.choose_first()

    def _shown(self, card: VisitCard) -> None:
        """The calendar turns to a visit that was opened from elsewhere."""
        self.week.week.choose(card.row.id)
        day = card.row.planned_from.astimezone().date()
        if self._turning and self._view == WEEK:
            self.week.show_day(day)
        self._turning = False

    def _close(self) -> None:
        self._halves.show_board()
        self._panes[self._view].setFocus()

    # Making

    def _plan(self, preset: dict[str, Any]) -> None:
        VisitDialog(self.desk, self.window(), preset, self._planned).open()

    def _planned(self, made: tuple[UUID, Changes]) -> None:
        say(self.desk, tr("Visit planned"))(made)
        self._turning = True
        self._open(made[0])

    # The list

    def _spec(self) -> ListSpec[VisitRow]:
        create = Choice(tr("Plan a visit"), partial(self._plan, {}))
        return ListSpec(
            title=tr("Visits"),
            line=line_of,
            filters=(
                ("ahead", tr("Ahead")),
                ("missed", tr("Missed")),
                ("done", tr("Done")),
                ("unsynced", tr("To sync")),
                ("all", tr("All")),
            ),
            sorts=(),
            source=self._source,
            search_hint=tr("Customer, purpose, report"),
            empty={
                "all": Empty(tr("No visits on this computer yet"), create),
                "ahead": Empty(tr("No visits are planned"), create),
            },
            create=(create,),
        )

    def _source(self, text: str, chosen: str, _sort: str, _narrowed: Mapping[str, Any]) -> Source[VisitRow]:
        owner_id = self._me if self.whose.current == MINE else None
        wanted = replace(_FILTERS[chosen], text=text, owner_id=owner_id)
        visits, newest_first = self.desk.queries.visits, chosen in _NEWEST_FIRST
        return Source(
            partial(visits.count, wanted),
            lambda offset, limit: visits.page(wanted, offset, limit, descending=newest_first),
        )
