"""An order from dispatch to completion, and the signature on the way."""

import orjson
from PySide6.QtCore import Qt

from app.domain.assets import Asset, AssetStatus
from app.domain.service_orders import (
    OrderState,
    ServiceOrder,
    SignOff,
)
from app.language import tr
from tests.ui.orders.page import (
    at_work,
    can_press,
    draw,
    edit_all_done,
    press,
    reload,
    rows,
    shows,
    sign,
    stepper_says,
    stored,
    the_dialog,
    tick,
    wait_for,
)
from ui.dialogs import Question
from ui.screens.orders.sign_dialog import SignDialog


def test_an_order_goes_from_dispatch_to_completion(qtbot, card, replica, machine, language):
    order, shell = card.order.order_id, card.desk.shell
    steps = {
        "Accept order": OrderState.ACCEPTED,
        "Set out": OrderState.EN_ROUTE,
        "Arrived on site": OrderState.ON_SITE,
        "Start work": OrderState.WORKING,
    }
    for words, state in steps.items():
        wait_for(qtbot, lambda words=words: can_press(card, tr(words)))
        press(qtbot, card, tr(words))
        wait_for(qtbot, lambda state=state: stored(replica, ServiceOrder, order).state is state)
    assert stored(replica, Asset, machine.id).status is AssetStatus.IN_MAINTENANCE
    tick(qtbot, card, "断电上锁")
    wait_for(qtbot, lambda: shows(card, "1 / 2") and can_press(card, tr("Customer signs")))

    press(qtbot, card, tr("Customer signs"))
    sign(qtbot, the_dialog(qtbot, card, SignDialog), "周建国")

    wait_for(qtbot, lambda: can_press(card, tr("Complete order")))
    assert shows(card, "周建国")
    (signed,) = rows(replica, SignOff)
    assert signed.signer_name == "周建国"
    press(qtbot, card, tr("Complete order"))
    wait_for(qtbot, lambda: stored(replica, ServiceOrder, order).state is OrderState.COMPLETED)
    wait_for(qtbot, lambda: shell.toasts[-1] == tr("Order completed"))
    assert shell.toasts[0] == tr("Order accepted")
    wait_for(qtbot, lambda: stepper_says(card, tr("Completed")))


def test_every_step_can_be_taken_back(qtbot, card, replica, order):
    shell = card.desk.shell
    press(qtbot, card, tr("Accept order"))
    wait_for(qtbot, lambda: bool(shell.undos))

    shell.undos[0]()

    wait_for(qtbot, lambda: stored(replica, ServiceOrder, order).state is OrderState.DISPATCHED)
    wait_for(qtbot, lambda: can_press(card, tr("Accept order")))


def test_nobody_signs_while_a_mandatory_step_is_open(qtbot, card, replica, order, language):
    at_work(replica, order)
    reload(card, qtbot, tr("Customer signs"))
    press(qtbot, card, tr("Customer signs"))
    dialog = the_dialog(qtbot, card, SignDialog)
    sign(qtbot, dialog, "周建国")

    words = tr("{count} mandatory steps are still open. Tick them off first.", count=1)
    wait_for(qtbot, lambda: shows(dialog, words))
    assert not dialog.pad.is_blank
    assert stored(replica, ServiceOrder, order).state is OrderState.WORKING
    dialog.pad.clear()
    dialog.reject()


def test_an_empty_pad_or_name_is_named_where_it_is(qtbot, card, replica, order):
    at_work(replica, order)
    reload(card, qtbot, tr("Customer signs"))
    press(qtbot, card, tr("Customer signs"))
    dialog = the_dialog(qtbot, card, SignDialog)
    press(qtbot, dialog, tr("Confirm"))
    assert shows(dialog, tr("{label} is missing.", label=tr("Signed by")))

    qtbot.keyClicks(dialog.form.editor("signer_name").focus, "Zhou Jianguo")
    press(qtbot, dialog, tr("Confirm"))
    wait_for(
        qtbot, lambda: shows(dialog, tr("The signature is missing. Let the customer sign in the field."))
    )
    dialog.reject()


def test_escape_does_not_throw_a_signature_away(qtbot, card, replica, order):
    at_work(replica, order)
    reload(card, qtbot, tr("Customer signs"))
    press(qtbot, card, tr("Customer signs"))
    dialog = the_dialog(qtbot, card, SignDialog)
    draw(qtbot, dialog.pad)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    press(qtbot, the_dialog(qtbot, dialog, Question), tr("Keep it"))
    assert dialog.isVisible()
    assert not dialog.pad.is_blank
    dialog.pad.clear()
    dialog.reject()


def test_what_is_signed_lies_between_0_and_1_with_four_decimals(qtbot, card, replica, order):
    at_work(replica, order)
    edit_all_done(replica)
    reload(card, qtbot, tr("Customer signs"))
    press(qtbot, card, tr("Customer signs"))
    sign(qtbot, the_dialog(qtbot, card, SignDialog), "周建国")
    wait_for(qtbot, lambda: bool(rows(replica, SignOff)))

    (line,) = orjson.loads(rows(replica, SignOff)[0].strokes)
    assert line[0] == [0.25, 0.5]
    assert all(0 <= share <= 1 and round(share, 4) == share for point in line for share in point)
