"""The page of visits as a test drives it: what one sees on it, what one presses and types."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.changes import Changes
from app.domain.customers import Customer
from app.domain.visits import Visit, VisitState
from app.persistence.replica import Replica
from tests.builders import a_contact, a_customer, a_visit
from tests.replicas import pulled
from tests.ui.conftest import RecordingShell
from tests.ui.hands import write
from ui.desk import Desk
from ui.dialogs import Question
from ui.forms.form_dialog import FormDialog
from ui.screens.visits.screen import VisitsScreen

TODAY = date.today()
TEN = datetime.combine(TODAY, time(10)).astimezone()
PREPARED = {"action_plan": "先听诊再拆检", "expected_result": "当天恢复生产"}
CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass
class VisitsPage:
    """A page of 1360 x 840 with the week in front."""

    qtbot: QtBot
    desk: Desk
    shell: RecordingShell
    replica: Replica

    def __post_init__(self) -> None:
        self.screen = VisitsScreen(self.desk)
        self.qtbot.addWidget(self.screen)
        self.screen.resize(1360, 840)
        self.screen.show()
        self.screen.activate()

    # What there is

    def planned(self, customer: Customer, **values: Any) -> UUID:
        """A visit at ten o'clock today that came with a pull."""
        usual = {"planned_from": TEN, "planned_to": TEN + timedelta(hours=1)}
        made = a_visit(customer.id, **usual | values)
        visit_id = made.id
        pulled(self.replica, made)
        self.desk.feed.publish(Changes(frozenset({Visit}), frozenset({visit_id})))
        return visit_id

    def stored(self, entity: type, row_id: UUID) -> Any:
        with self.replica.read() as session:
            return session.get_one(entity, row_id)

    def state_of(self, visit_id: UUID) -> VisitState:
        return self.stored(Visit, visit_id).state

    # What one sees

    def wait(self, condition: Any) -> None:
        self.qtbot.waitUntil(condition)

    def entries(self) -> list[str]:
        """Titles in the week."""
        return [place.entry.title for place in self.screen.week.week._grid._places]

    def listed(self) -> list[str]:
        """Purposes in the list."""
        model = self.screen.list._model
        rows = [model.row_at(place) for place in range(model.rowCount())]
        return [row.purpose for row in rows if row is not None]

    def texts(self, part: QWidget | None = None) -> str:
        part = part or self.screen
        shown = [found.text() for found in part.findChildren(QLabel) if found.isVisible()]
        named = [found.accessibleName() for found in part.findChildren(QAbstractButton) if found.isVisible()]
        return "\n".join(shown + named)

    def says(self, words: str) -> bool:
        return words in self.texts()

    # What one does

    def opened(self, visit_id: UUID) -> None:
        self.screen.open_record("visit", visit_id)
        self.wait(lambda: self.screen.visit.head.isVisible() and self.screen.visit.visit_id == visit_id)

    def press(self, words: str, part: QWidget | None = None) -> None:
        buttons = (part or self.screen).findChildren(QAbstractButton)
        target = next(found for found in buttons if found.accessibleName() == words and found.isVisible())
        self.qtbot.mouseClick(target, Qt.MouseButton.LeftButton)

    def choose(self, words: str) -> None:
        """An entry of the visit's menu."""
        menu = self.screen.visit.head._more.menu()
        next(action for action in menu.actions() if action.text() == words).trigger()

    def report_field(self, name: str) -> QPlainTextEdit:
        field = self.screen.visit.report.form.editor(name).focus
        assert isinstance(field, QPlainTextEdit)
        return field

    def report(self, name: str, text: str) -> None:
        self.report_field(name).setFocus()
        write(self.report_field(name), text)

    def dialog(self, kind: type[QDialog] = FormDialog) -> Any:
        def shown() -> list[QDialog]:
            return [found for found in self.screen.findChildren(kind) if found.isVisible()]

        self.wait(lambda: bool(shown()))
        found = shown()[-1]
        found.activateWindow()
        self.wait(found.isActiveWindow)
        return found

    def answer(self, words: str) -> None:
        self.press(words, self.dialog(Question))


def type_into(dialog: FormDialog, **texts: str) -> None:
    for name, text in texts.items():
        field = dialog.form.editor(name).focus
        field.setFocus()
        if isinstance(field, QPlainTextEdit):
            field.setPlainText(text)
        else:
            assert isinstance(field, QLineEdit)
            field.setText(text)


def two_customers(replica: Replica) -> Customer:
    """The one a test is about, and another beside it."""
    made = a_customer(name="苏州恒远精密机械有限公司", city="苏州", street="星湖街 218 号")
    other = a_customer(name="宁波东骏注塑设备股份有限公司")
    pulled(replica, made, other)
    pulled(replica, a_contact(made.id, name="周建国"), a_contact(other.id, name="黄海"))
    return made
