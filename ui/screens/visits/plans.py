"""Recurring visits: the plans, and planning what falls due by them."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.domain.changes import Changes
from app.domain.errors import RuleViolation
from app.domain.visits import Visit
from app.language import tr
from app.queries.visits import VisitPlanRow
from ui.acts import say
from ui.desk import Desk
from ui.formats import day
from ui.forms.time_editors import DayField
from ui.layout import column, row
from ui.messages import explain
from ui.screens.visits.dialogs import PlanDialog, edit_plan
from ui.screens.visits.table_pane import TablePane
from ui.tables.cells import Cell, Column
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label

USUAL_HORIZON = timedelta(days=90)


class PlansPane(TablePane):
    """Enter edits a plan."""

    def __init__(self, desk: Desk) -> None:
        edit = button(tr("Edit"), "pencil", clicked=self._edit)
        customer = button(tr("Show the customer"), "building-2", clicked=self._show_customer)
        generate = button(tr("Plan what is due…"), "calendar-days", clicked=self.ask_until)
        new = button(tr("New visit plan"), "plus", clicked=self._new)
        words = tr("A visit plan says how often a customer is visited, and why.")
        super().__init__(
            desk,
            tr("Visit plans"),
            _columns(),
            (tr("No visit plans yet"), words, tr("New visit plan"), self._new),
            (edit, customer),
            new,
            generate,
        )
        self.opened.connect(lambda plan: edit_plan(desk, self.window(), plan.id))

    def load_of(self, owner_id: UUID | None) -> None:
        self.load(partial(self._desk.queries.visits.plans, owner_id=owner_id))

    def ask_until(self) -> None:
        DueDialog(self._desk, self.window()).open()

    def _edit(self) -> None:
        edit_plan(self._desk, self.window(), self.current_row().id)

    def _show_customer(self) -> None:
        self._desk.open("customer", self.current_row().customer_id)

    def _new(self) -> None:
        PlanDialog(self._desk, self.window(), {}).open()


class DueDialog(QDialog):
    """Asks until which day the visits of one's own plans are to be planned."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Plan what is due"))
        self._desk = desk
        self.until = DayField()
        self.until.show_day(date.today() + USUAL_HORIZON)
        self.until.setAccessibleName(tr("Until"))
        self._problem = label("", "caption", "bad", wrap=True)
        self._problem.hide()
        self._agree = button(tr("Plan visits"), kind="primary", clicked=self.plan)
        words = tr(
            "Plans every visit that falls due by your active plans. Planning again makes none a second time."
        )
        self.setLayout(
            column(
                label(tr("Plan what is due"), "title"),
                label(words, "label", "text2", wrap=True),
                label(tr("Until"), "label", "text2"),
                self.until,
                self._problem,
                row(None, button(tr("Cancel"), clicked=self.reject), self._agree),
                margins=(24, 20, 24, 18),
                spacing=10,
            )
        )
        self.setMinimumWidth(theme.px(420))
        self.until.returnPressed.connect(self.plan)
        self.until.setFocus()

    def plan(self) -> None:
        try:
            until = self.until.day()
        except ValueError:
            until = None
        if until is None or until < date.today():
            self._say(tr("Write a day from today on, like {day}.", day=day(date.today() + USUAL_HORIZON)))
        elif self._agree.isEnabled():
            self._agree.setEnabled(False)
            generate = partial(self._desk.services.visit_plans.generate, until)
            self._desk.change(generate, self._planned, self._failed, self)

    def _planned(self, changes: Changes) -> None:
        self.accept()
        if changes.touch(Visit):
            say(self._desk, tr("Visits planned: {count}", count=len(changes.ids)))(changes)
        else:
            self._desk.toast(tr("Every visit due until then is planned already."))

    def _failed(self, error: Exception) -> None:
        self._agree.setEnabled(True)
        if isinstance(error, RuleViolation):
            self._say(explain(error).text)
        else:
            self._desk.fail(error)

    def _say(self, words: str) -> None:
        self._problem.setText(words)
        self._problem.show()
        self.until.setFocus()


def _columns() -> list[Column[VisitPlanRow]]:
    return [
        Column(tr("Purpose"), lambda p: Cell(p.purpose, p.customer_name, mark=p.mark.value)),
        Column(tr("How often"), lambda p: tr("every {days} days", days=p.visit_cadence), 130),
        Column(tr("From"), lambda p: day(p.starts_on), 120),
        Column(tr("Until"), lambda p: day(p.ends_on) if p.ends_on else "–", 120),
        Column(tr("Owner"), lambda p: p.owner_name or "–", 110),
        Column(
            tr("State"),
            lambda p: Cell(tr("Active"), tone="ok") if p.active else Cell(tr("At rest"), tone="neutral"),
            100,
        ),
    ]
