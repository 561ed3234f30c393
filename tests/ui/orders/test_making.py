"""New orders and requests, and the order made of a request."""

from PySide6.QtCore import Qt

from app.domain.service_orders import (
    ChecklistItem,
    RequestState,
    ServiceOrder,
    ServiceRequest,
)
from app.language import tr
from tests.builders import (
    a_customer,
    a_request,
    an_asset,
)
from tests.replicas import pulled
from tests.ui.orders.page import can_press, press, rows, shows, stored, the_dialog, wait_for
from ui.dialogs import Question
from ui.screens.orders.new_records import OrderDialog, RequestDialog


def test_naming_the_machine_names_its_customer(qtbot, screen, replica, machine):
    screen.create_record("service_order", {"asset_id": machine.id})
    dialog = the_dialog(qtbot, screen, OrderDialog)
    wait_for(qtbot, lambda: dialog.form.editor("customer_id").read() == machine.customer_id)
    qtbot.keyClicks(dialog.form.editor("subject").focus, "spindle noise")
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: bool(rows(replica, ServiceOrder)))
    (made,) = rows(replica, ServiceOrder)
    assert (made.customer_id, made.asset_id, made.subject) == (
        machine.customer_id,
        machine.id,
        "spindle noise",
    )
    wait_for(qtbot, lambda: shows(screen, made.number))
    assert len(rows(replica, ChecklistItem)) > 3


def test_an_order_lacks_nothing_that_must_be_there(qtbot, screen, replica):
    screen.create_record("service_order", {})
    dialog = the_dialog(qtbot, screen, OrderDialog)
    press(qtbot, dialog, tr("Save"))

    assert shows(dialog, tr("{label} is missing.", label=tr("Customer")))
    assert shows(dialog, tr("{label} is missing.", label=tr("Subject")))
    assert rows(replica, ServiceOrder) == []
    dialog.reject()


def test_only_machines_of_the_customer_are_offered(qtbot, screen, replica, machine):
    other = a_customer(name="别家")
    other_id = other.id
    pulled(replica, other, an_asset(other_id, name="别家的设备"))
    screen.create_record("service_order", {"customer_id": machine.customer_id})
    dialog = the_dialog(qtbot, screen, OrderDialog)
    asset, customer = dialog.form.editor("asset_id"), dialog.form.editor("customer_id")
    asset.focus.setFocus()
    qtbot.keyClick(asset.focus, Qt.Key.Key_Down)
    wait_for(qtbot, lambda: [found.title for found in asset._found] == ["卧式加工中心 HMC-630"])
    asset._list.hide()
    asset.show(machine.id, "卧式加工中心 HMC-630")

    customer.show(other_id, "别家")
    customer.changed.emit()

    assert asset.read() is None
    qtbot.keyClick(asset.focus, Qt.Key.Key_Down)
    wait_for(qtbot, lambda: [found.title for found in asset._found] == ["别家的设备"])
    dialog.form.mark_saved()
    dialog.reject()


def test_a_second_request_about_a_machine_must_be_meant(qtbot, screen, replica, machine, language):
    pulled(replica, a_request(machine.customer_id, asset_id=machine.id, symptom="漏油"))
    screen.activate()
    screen.create_record("service_request", {"customer_id": machine.customer_id, "asset_id": machine.id})
    dialog = the_dialog(qtbot, screen, RequestDialog)
    qtbot.keyClicks(dialog.form.editor("symptom").focus, "noise")
    press(qtbot, dialog, tr("Save"))
    question = the_dialog(qtbot, dialog, Question)
    assert shows(question, "漏油")
    assert len(rows(replica, ServiceRequest)) == 1

    press(qtbot, question, tr("Take in anyway"))

    wait_for(qtbot, lambda: len(rows(replica, ServiceRequest)) == 2)
    wait_for(
        qtbot, lambda: screen.list.filters.current == "requests" and shows(screen, tr("What was reported"))
    )


def test_an_order_is_made_of_a_request(qtbot, screen, replica, machine):
    shell = screen.desk.shell
    request = a_request(machine.customer_id, asset_id=machine.id, symptom="漏油")
    request_id = request.id
    pulled(replica, request)
    screen.activate()
    screen.open_record("service_request", request_id)
    wait_for(qtbot, lambda: can_press(screen, tr("Make a service order")))
    press(qtbot, screen, tr("Make a service order"))
    screen.create_record(*shell.created[-1])
    press(qtbot, the_dialog(qtbot, screen, OrderDialog), tr("Save"))

    wait_for(qtbot, lambda: stored(replica, ServiceRequest, request_id).state is RequestState.ORDERED)
    (made,) = rows(replica, ServiceOrder)
    assert (made.subject, made.service_request_id, made.asset_id) == ("漏油", request_id, machine.id)

    screen.open_record("service_request", request_id)
    wait_for(qtbot, lambda: can_press(screen, tr("Open the order")))
    press(qtbot, screen, tr("Open the order"))
    assert shell.opened[-1] == ("service_order", made.id)


def test_a_request_that_needs_no_order_is_closed(qtbot, screen, replica, machine):
    request = a_request(machine.customer_id, symptom="漏油")
    request_id = request.id
    pulled(replica, request)
    screen.activate()
    screen.open_record("service_request", request_id)
    wait_for(qtbot, lambda: can_press(screen, tr("Close request")))
    press(qtbot, screen, tr("Close request"))

    wait_for(qtbot, lambda: stored(replica, ServiceRequest, request_id).state is RequestState.CLOSED)
    wait_for(qtbot, lambda: not can_press(screen, tr("Close request")))
