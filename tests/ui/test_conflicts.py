"""What two people changed at once: the inbox and the dialog that asks."""

import json
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from app.domain.conflicts import Conflict, ConflictState
from app.domain.customers import Customer
from app.domain.ids import new_id
from app.language import tr
from app.persistence.replica import Replica
from app.services.conflicts import Take
from tests.builders import LI_WEI, MORNING, a_customer
from tests.replicas import ENGINEER, pulled
from ui.screens.conflicts.dialog import ConflictDialog
from ui.screens.conflicts.screen import ConflictsScreen
from ui.screens.conflicts.settled import SettledDialog


def a_conflict(customer: Customer, field: str, base: object, mine: object, theirs: object) -> Conflict:
    return Conflict(
        id=new_id(), root_id=customer.id, entity="customer", row_id=customer.id, field=field, kind="field",
        base=json.dumps(base), mine=json.dumps(mine), theirs=json.dumps(theirs), op_id=new_id(),
        author_id=LI_WEI, device_id=ENGINEER.device_id, acted_at=MORNING, received_at=MORNING,
        their_author_id=None, their_acted_at=MORNING, state="open",
    )  # fmt: skip


@pytest.fixture
def customer(replica: Replica) -> Customer:
    found = a_customer(
        id=new_id(), name="苏州恒远精密机械有限公司", phone="222", city="苏州", street="星湖街 218 号"
    )
    address = dict.fromkeys(("province", "district", "postcode"))
    pulled(
        replica,
        found,
        a_conflict(found, "phone", {"phone": "111"}, {"phone": "333"}, {"phone": "222"}),
        a_conflict(
            found,
            "address",
            {**address, "city": "苏州", "street": "旧街"},
            {**address, "city": "苏州", "street": "新街 1 号"},
            {**address, "city": "苏州", "street": "星湖街 218 号"},
        ),
    )
    return found


@pytest.fixture
def of_a_stranger(replica: Replica) -> Customer:
    """A conflict between two people whose names have not come to this computer."""
    found = a_customer(id=new_id(), phone="222")
    conflict = a_conflict(found, "phone", {"phone": "111"}, {"phone": "333"}, {"phone": "222"})
    conflict.author_id, conflict.device_id = new_id(), new_id()
    pulled(replica, found, conflict)
    return found


def the_dialog(qtbot, desk, customer: Customer) -> ConflictDialog:
    screen = ConflictsScreen(desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 700)
    screen.show()
    screen.open_record("conflict", customer.id)
    qtbot.waitUntil(lambda: screen.findChild(ConflictDialog) is not None)
    dialog = screen.findChild(ConflictDialog)
    assert dialog is not None
    return dialog


def row_of(dialog: ConflictDialog, field: str):
    return next(row for row in dialog._rows if field in row.question.fields)


def stored(replica: Replica, entity: type, row_id: UUID):
    with replica.read() as session:
        return session.get_one(entity, row_id)


def states(replica: Replica) -> set[ConflictState]:
    with replica.read() as session:
        return {conflict.state for conflict in session.query(Conflict)}


def test_every_record_with_a_question_is_listed_with_who_and_what(qtbot, desk, customer, language):
    screen = ConflictsScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    screen.activate()

    qtbot.waitUntil(lambda: screen._model.rowCount() == 1)

    shown = screen._model.index(0, 1).data()
    assert {"zh_CN": "电话", "en": "Phone"}[language] in shown
    assert customer.name in screen._model.index(0, 0).data()


def test_without_conflicts_the_inbox_says_so(qtbot, desk, language):
    screen = ConflictsScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    screen.activate()

    words = {"zh_CN": "没有冲突", "en": "No conflicts"}[language]
    qtbot.waitUntil(lambda: words in screen._stack.currentWidget().accessibleName())


def test_nothing_can_be_saved_before_every_question_is_answered(qtbot, desk, customer):
    dialog = the_dialog(qtbot, desk, customer)
    save = dialog._save

    assert not save.isEnabled()
    row_of(dialog, "phone").mine.click()
    assert not save.isEnabled()
    row_of(dialog, "street").theirs.click()
    assert save.isEnabled()


@pytest.mark.parametrize(
    ("field", "mine", "theirs"),
    [("lifecycle_stage", "in_service", "prospect"), ("is_reference", True, False)],
)
def test_a_list_of_options_is_no_answer_before_somebody_chose(*, qtbot, desk, replica, field, mine, theirs):
    found = a_customer(id=new_id(), name="恒远")
    pulled(replica, found, a_conflict(found, field, {field: theirs}, {field: mine}, {field: theirs}))

    dialog = the_dialog(qtbot, desk, found)

    assert not dialog._save.isEnabled()
    assert row_of(dialog, field).answer() is None
    row_of(dialog, field).theirs.click()
    assert dialog._save.isEnabled()


def test_the_answers_are_saved_and_the_questions_closed(qtbot, desk, replica, shell, customer):
    dialog = the_dialog(qtbot, desk, customer)
    row_of(dialog, "phone").mine.click()
    row_of(dialog, "street").theirs.click()

    with qtbot.waitSignal(dialog.accepted):
        dialog._save.click()

    assert stored(replica, Customer, customer.id).phone == "333"
    assert stored(replica, Customer, customer.id).street == "星湖街 218 号"
    assert states(replica) == {ConflictState.RESOLVED}
    qtbot.waitUntil(lambda: bool(shell.undos))


def test_an_answer_can_be_taken_back(qtbot, desk, replica, shell, customer):
    dialog = the_dialog(qtbot, desk, customer)
    dialog._take_all("mine")
    with qtbot.waitSignal(dialog.accepted):
        dialog._save.click()

    shell.undos[-1]()

    qtbot.waitUntil(lambda: states(replica) == {ConflictState.OPEN})
    assert stored(replica, Customer, customer.id).phone == "222"


def test_a_third_value_may_be_typed(qtbot, desk, replica, customer):
    dialog = the_dialog(qtbot, desk, customer)
    phone = row_of(dialog, "phone")._editors["phone"].widget
    assert isinstance(phone, QLineEdit)
    phone.setFocus()
    qtbot.keyClicks(phone, "444")
    row_of(dialog, "street").mine.click()

    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert stored(replica, Customer, customer.id).phone == "444"
    assert stored(replica, Customer, customer.id).street == "新街 1 号"


def test_the_keyboard_alone_is_enough(qtbot, desk, replica, customer):
    dialog = the_dialog(qtbot, desk, customer)
    qtbot.waitUntil(dialog._rows[0].mine.hasFocus)
    keys = {"phone": Qt.Key.Key_2, "street": Qt.Key.Key_1}

    for row in dialog._rows:
        key = next(key for field, key in keys.items() if field in row.question.fields)
        qtbot.keyClick(dialog.focusWidget(), key, Qt.KeyboardModifier.AltModifier)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert stored(replica, Customer, customer.id).phone == "222"
    assert stored(replica, Customer, customer.id).street == "新街 1 号"


def test_later_changes_nothing(qtbot, desk, replica, customer):
    dialog = the_dialog(qtbot, desk, customer)
    row_of(dialog, "phone").mine.click()

    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert stored(replica, Customer, customer.id).phone == "222"
    assert states(replica) == {ConflictState.OPEN}


def test_all_conflicts_of_the_inbox_can_be_answered_at_once(qtbot, desk, replica, shell, customer):
    screen = ConflictsScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    screen.activate()
    qtbot.waitUntil(lambda: screen._model.rowCount() == 1)

    screen._bulk.menu().actions()[0].trigger()

    qtbot.waitUntil(lambda: states(replica) == {ConflictState.RESOLVED})
    assert stored(replica, Customer, customer.id).phone == "333"
    qtbot.waitUntil(lambda: bool(shell.toasts))


def test_who_is_not_known_here_is_someone_else(qtbot, desk, of_a_stranger, language):
    dialog = the_dialog(qtbot, desk, of_a_stranger)

    said = [label.text() for label in dialog.findChildren(QLabel)]
    someone = {"zh_CN": "其他人", "en": "Someone else"}[language]
    assert someone in said  # over his side
    assert any(text.startswith(someone) and text != someone for text in said)  # and in the sentence


def test_every_control_of_the_dialog_has_a_name(qtbot, desk, customer, language):
    dialog = the_dialog(qtbot, desk, customer)

    for kind in (QPushButton, QLineEdit, QPlainTextEdit):
        for control in dialog.findChildren(kind):
            inside = isinstance(control.parent(), QComboBox)  # the box has the name
            assert inside or control.accessibleName() or control.text(), control


def test_what_is_for_the_office_to_decide_can_only_be_looked_at(qtbot, desk, replica) -> None:
    found = a_customer(id=new_id(), name="恒远", annual_sales=None)
    sales = {"annual_sales": 10_000, "currency": "CNY"}
    pulled(
        replica,
        found,
        a_conflict(found, "annual_sales", sales, sales | {"annual_sales": 20_000}, sales),
    )

    dialog = the_dialog(qtbot, desk, found)

    [row] = dialog._rows
    assert not any(widget.isEnabled() for widget in row.focus_widgets)
    assert not any(
        button.text().strip() == tr("Save the result") for button in dialog.findChildren(QPushButton)
    )


def test_a_settled_conflict_can_be_asked_again(qtbot, desk, replica, customer) -> None:
    with replica.read() as session:
        asked = session.query(Conflict).filter_by(field="phone").one().id
    desk.services.conflicts.resolve_all(Take.MINE, [asked])
    dialog = SettledDialog(desk, None)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(dialog._undo.isEnabled)

    qtbot.mouseClick(dialog._undo, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: stored(replica, Conflict, asked).state == ConflictState.OPEN)
    assert stored(replica, Customer, customer.id).phone == "222"
