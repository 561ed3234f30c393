"""What can be done with an order besides the next step, and what its card says."""

from uuid import UUID

from PySide6.QtWidgets import (
    QLabel,
)

from app.domain.service_orders import (
    OrderState,
    ServiceOrder,
)
from app.language import tr
from tests.builders import (
    a_user,
)
from tests.replicas import edit, pulled
from tests.ui.orders.page import (
    at_work,
    box_of,
    can_press,
    choose,
    press,
    reload,
    says,
    shows,
    stored,
    text_of,
    the_button,
    the_dialog,
    wait_for,
)
from ui.forms.form_dialog import FormDialog
from ui.screens.orders.reason_dialog import ReasonDialog


def test_cancelling_asks_why(qtbot, card, replica, order, language):
    choose(the_button(card, tr("More")), tr("Cancel order"))
    dialog = the_dialog(qtbot, card, ReasonDialog)
    press(qtbot, dialog, tr("Cancel the order"))
    wait_for(qtbot, lambda: shows(dialog, tr("Say why, in a few words.")))
    assert stored(replica, ServiceOrder, order).state is OrderState.DISPATCHED

    qtbot.keyClicks(dialog.reason.focus, "machine sold")
    press(qtbot, dialog, tr("Cancel the order"))

    wait_for(qtbot, lambda: stored(replica, ServiceOrder, order).state is OrderState.CANCELLED)
    wait_for(qtbot, lambda: shows(card, "machine sold"))
    assert not can_press(card, tr("Accept order"))


def test_an_order_is_given_to_someone_else(qtbot, card, replica, order):
    colleague = a_user(login="zhang", name="张强")
    colleague_id = colleague.id
    pulled(replica, colleague)
    choose(the_button(card, tr("More")), tr("Give to someone else"))
    dialog = the_dialog(qtbot, card, FormDialog)
    person = dialog.form.editor("engineer_id")
    person.show(None)
    press(qtbot, dialog, tr("Save"))
    wait_for(qtbot, lambda: shows(dialog, tr("{label} is missing.", label=tr("Service engineer"))))
    person.show(colleague_id, "张强")
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: stored(replica, ServiceOrder, order).engineer_id == colleague_id)
    wait_for(qtbot, lambda: says(card, "张强"))


def test_an_order_is_edited_where_it_was_dispatched(qtbot, card, replica, order):
    choose(the_button(card, tr("More")), tr("Edit order"))
    dialog = the_dialog(qtbot, card, FormDialog)
    dialog.form.editor("subject").show("主轴异响，已停机")
    dialog.form.changed.emit()
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: stored(replica, ServiceOrder, order).subject == "主轴异响，已停机")


def test_the_links_open_customer_and_machine(qtbot, card, shell, machine):
    press(qtbot, card, "苏州恒远精密机械有限公司")
    press(qtbot, card, "卧式加工中心 HMC-630")

    assert shell.opened == [("customer", machine.customer_id), ("asset", machine.id)]


def test_a_signed_order_can_only_be_completed(qtbot, card, replica, order, language):
    at_work(replica, order)
    edit(replica, ServiceOrder, order, state=OrderState.SIGNED)
    reload(card, qtbot, tr("Complete order"))

    for words in ("Book time", "Book a part", "Replace a part", "Save"):
        assert not can_press(card, tr(words))
    assert not box_of(card, "断电上锁").isEnabled()
    assert not text_of(card, "findings").isEnabled()
    enabled = [a.text() for a in the_button(card, tr("More")).menu().actions() if a.isEnabled() and a.text()]
    assert enabled == []


def test_an_order_that_has_left_this_computer_is_said_to_have(qtbot, screen, order):
    screen.activate()
    screen.open_record("service_order", UUID(int=7))

    wait_for(qtbot, lambda: shows(screen, tr("This order is not on this computer")))


def test_a_record_with_a_mark_says_so_on_the_card(qtbot, card, replica, order):
    assert not shows(card, tr("To sync"))
    press(qtbot, card, tr("Accept order"))

    wait_for(qtbot, lambda: shows(card, tr("Accepted")))
    chips = [label.text() for label in card.order._head.findChildren(QLabel) if label.isVisible()]
    assert tr("To sync") in chips
