"""The week: whose visits stand when, moved by hand or by keyboard."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.language import tr
from app.queries.visits import VisitRow
from ui.acts import say
from ui.background import Task
from ui.desk import Desk
from ui.formats import monday_of, month
from ui.layout import column, row
from ui.messages import explain
from ui.screens.visits.words import entry_of
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.states import StateStack
from ui.widgets.week_view import WeekView

WEEK = timedelta(days=7)


class WeekPane(QWidget):
    """`opened(id)`; `asked_new(starts)` where somebody wants a visit at that time."""

    opened = Signal(object)
    asked_new = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._owner_id: UUID | None = None
        self._first = monday_of(date.today())
        self._asking: Task | None = None
        self.week = WeekView()
        self._stack = StateStack(self.week)
        self._stack.setParent(self)  # before the buttons above it: the page begins with the keyboard here
        self._title = label("", "title")
        self._note = label("", "label", "text3")
        today = button(tr("Today"), tip="T", clicked=self.show_today)
        back = button("", "chevron-left", tip=tr("Week before"), clicked=partial(self._turn, -1))
        ahead = button("", "chevron-right", tip=tr("Week after"), clicked=partial(self._turn, 1))
        head = row(
            self._title,
            (self._note, 0, Qt.AlignmentFlag.AlignBottom),
            None,
            back,
            today,
            ahead,
            margins=(16, 12, 12, 10),
        )
        self.setLayout(column(head, (self._stack, 1), spacing=0))
        self.week.opened.connect(self.opened)
        self.week.asked_new.connect(self.asked_new)
        self.week.moved.connect(self._move)
        keys = {"PgUp": partial(self._turn, -1), "PgDown": partial(self._turn, 1), "T": self.show_today}
        for key, action in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    @property
    def first(self) -> date:
        """The Monday of the week shown."""
        return self._first

    def load(self, owner_id: UUID | None) -> None:
        """Show the visits of one person, or of everybody."""
        self._owner_id = owner_id
        if self._asking:
            self._asking.cancel()
        self._title.setText(month(self._first))
        ask = partial(self._desk.queries.visits.week, self._first, self._first + timedelta(days=6), owner_id)
        self._asking = self._desk.read(ask, partial(self._show, self._first), self._failed, self)

    def show_day(self, day: date) -> None:
        """Turn to the week of a day."""
        self._first = monday_of(day)
        self.load(self._owner_id)

    def show_today(self) -> None:
        self.show_day(date.today())

    def _turn(self, weeks: int) -> None:
        self.show_day(self._first + weeks * WEEK)

    def _show(self, first: date, visits: Sequence[VisitRow]) -> None:
        number = tr("Week {number}", number=first.isocalendar().week)
        count = tr("Visits: {count}", count=len(visits))
        self._note.setText(f"{number} · {count}")
        self.week.show_week(first, [entry_of(visit) for visit in visits])
        self._stack.show_content()

    def _move(self, visit_id: UUID, starts: datetime, ends: datetime | None) -> None:
        move = partial(self._desk.services.visits.reschedule, visit_id, starts, ends)
        self._desk.change(move, say(self._desk, tr("Visit moved")))

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, partial(self.load, self._owner_id))
