"""One visit: its preparation, its report, and what follows from it."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.domain.entity import fields
from app.domain.errors import RuleViolation
from app.domain.visits import Visit, VisitState
from app.language import tr
from app.queries.visit_card import VisitCard
from ui.acts import say
from ui.background import Task
from ui.desk import Desk
from ui.dialogs import ask_to_discard
from ui.forms.form_card import FormCard
from ui.layout import column, row, scroll_page
from ui.messages import explain
from ui.screens.visits.files import VisitFiles
from ui.screens.visits.follow_up import FollowUp
from ui.screens.visits.head import VisitHead
from ui.screens.visits.preparation import Preparation
from ui.theme import theme
from ui.widgets.cards import Card
from ui.widgets.facts_grid import FactsGrid
from ui.widgets.states import StateStack

PREPARED = ("purpose", "action_plan", "expected_result")
REPORTED = ("needs", "product_usage", "requirements", "opinions", "actual_result")
BESIDE = 760
"""From this width on the preparation stands beside the work, below it in a narrower pane."""


class VisitView(QWidget):
    """`shown(card)` when a visit has been loaded."""

    shown = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._visit_id: UUID | None = None
        self._card: VisitCard | None = None
        self._asking: Task | None = None
        self._reporting = False  # just checked in: the report is what one writes next
        visits = desk.services.visits
        self.head = VisitHead(desk)
        self.plan = FormCard(
            desk, Visit, tr("What for"),
            only=PREPARED, save=visits.prepare, words=tr("Preparation saved"),
        )  # fmt: skip
        self.report = FormCard(
            desk, Visit, tr("Report"), only=REPORTED, save=visits.report, words=tr("Report saved")
        )
        self._follow_up, self._preparation = FollowUp(desk), Preparation(desk)
        self._files = VisitFiles(desk)
        self._planned, self._plan_facts = Card(tr("What for")), FactsGrid()
        self._planned.add(self._plan_facts)
        work = column(self.plan, self._planned, self.report, self._follow_up, self._files, None, spacing=12)
        self._halves: QBoxLayout = row((work, 3), (column(self._preparation, None), 2), spacing=12)
        page = column(self.head, self._halves, None, margins=(24, 16, 24, 24), spacing=14)
        self._stack = StateStack(scroll_page(page))
        self.setLayout(column(self._stack, spacing=0))
        self.head.check_in_asked.connect(self._check_in)
        self.head.finish_asked.connect(self.finish)
        self.show_nothing()

    @property
    def visit_id(self) -> UUID | None:
        return self._visit_id

    @property
    def is_dirty(self) -> bool:
        return self.plan.is_dirty or self.report.is_dirty

    def show_nothing(self) -> None:
        self._visit_id = self._card = None
        self._stack.show_empty(tr("No visit chosen"), tr("Choose one in the list, or search with Ctrl+K."))

    def show_visit(self, visit_id: UUID) -> None:
        """Load another visit; what was typed on the one before has been settled."""
        if visit_id != self._visit_id:
            self._visit_id, self._card = visit_id, None
            self._stack.show_loading()
        self.reload()

    def reload(self) -> None:
        if self._visit_id is None:
            return
        if self._asking:
            self._asking.cancel()
        ask = partial(self._desk.queries.visit_card, self._visit_id)
        self._asking = self._desk.read(ask, self._show, self._failed, self)

    def finish(self) -> None:
        """Save the report and end the visit, in one step."""
        self.report.run(self._desk.services.visits.finish, tr("Visit finished"))

    def settle(self, then: Callable[[], object], kept: Callable[[], object] = lambda: None) -> None:
        """Go on at once, or ask first where texts were typed and not saved; `kept` if they are to stay."""
        if not self.is_dirty:
            then()
            return

        def discard() -> None:
            self.plan.discard()
            self.report.discard()
            then()

        ask_to_discard(
            self.window(), tr("Preparation and report of this visit have not been saved."), discard, kept
        )

    def _show(self, card: VisitCard | None) -> None:
        self._card = card
        if card is None:
            words = tr("It was deleted, or its customer is with someone else now.")
            self._stack.show_empty(tr("This visit is not on this computer"), words)
            return
        self._show_texts(card)
        for part in (self.head, self._follow_up, self._files, self._preparation):
            part.show_card(card)
        self._stack.show_content()
        self.shown.emit(card)

    def _show_texts(self, card: VisitCard) -> None:
        """The preparation is edited until the visit begins, the report from then on."""
        visit = card.row
        self.plan.show_record(visit.id, card.values)
        self.report.show_record(visit.id, card.values)
        planning = visit.state is VisitState.PLANNED or self.plan.is_dirty
        planned = [(tr(fields(Visit)[name].label), card.values[name] or "") for name in PREPARED[1:]]
        self._plan_facts.show_facts(planned)
        self.plan.setVisible(planning)
        self._planned.setVisible(not planning and any(text for _, text in planned))
        self.report.setVisible(visit.state in (VisitState.UNDER_WAY, VisitState.DONE))
        if self._reporting and visit.state is VisitState.UNDER_WAY:
            self._reporting = False
            self.report.form.focus_field()

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, self.reload)

    def _check_in(self) -> None:
        """Nobody checks in with a preparation half typed."""
        if self._visit_id is None:
            return
        if self.plan.is_dirty:
            self._desk.toast(tr("Save the preparation first"))
            self.plan.form.focus_field()
            return
        check_in = partial(self._desk.services.visits.check_in, self._visit_id)
        self._desk.change(check_in, self._checked_in, self._not_prepared)

    def _checked_in(self, result: object) -> None:
        say(self._desk, tr("Checked in"))(result)
        self._reporting = True

    def _not_prepared(self, error: Exception) -> None:
        if not (isinstance(error, RuleViolation) and self.plan.form.show_problem(error)):
            self._desk.fail(error)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= theme.px(BESIDE)
        self._halves.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
