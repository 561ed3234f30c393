"""What is recorded on an order: steps, time, parts, texts, notes."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
)

from app.domain.assets import Asset
from app.domain.notes import Note
from app.domain.service_orders import (
    ChecklistItem,
    PartUsed,
    ServiceOrder,
    TimeEntry,
)
from app.language import tr
from tests.builders import (
    LI_WEI,
    SEAL,
    an_order,
)
from tests.replicas import edit, pulled
from tests.ui.orders.page import (
    at_work,
    box_of,
    can_press,
    choose,
    press,
    reload,
    rows,
    shows,
    stored,
    text_of,
    the_button,
    the_dialog,
    tick,
    wait_for,
)
from ui.dialogs import Question
from ui.forms.form_dialog import FormDialog
from ui.screens.orders.sign_dialog import SignDialog


def test_a_click_anywhere_on_a_step_ticks_it_and_another_takes_it_back(qtbot, card, replica):
    words = next(found for found in card.findChildren(QLabel) if found.text() == "断电上锁")
    qtbot.mouseClick(words, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: shows(card, "1 / 2"))
    assert not shows(card, tr("{count} mandatory steps open", count=1))

    tick(qtbot, card, "断电上锁")

    wait_for(qtbot, lambda: shows(card, "0 / 2"))
    assert box_of(card, "断电上锁").hasFocus()
    assert all(item.done_at is None for item in rows(replica, ChecklistItem))


def test_a_step_can_carry_a_remark(qtbot, card, replica):
    press(qtbot, card, tr("Remark"))
    dialog = the_dialog(qtbot, card, FormDialog)
    qtbot.keyClicks(dialog.form.editor("remark").focus, "lock 7")
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: shows(card, "lock 7"))
    assert {item.remark for item in rows(replica, ChecklistItem)} == {"lock 7", None}


def test_time_is_booked_and_taken_back(qtbot, card, replica, language):
    press(qtbot, card, tr("Book time"))
    dialog = the_dialog(qtbot, card, FormDialog)
    dialog.form.editor("minutes").show(135)
    press(qtbot, dialog, tr("Save"))
    wait_for(qtbot, lambda: [entry.minutes for entry in rows(replica, TimeEntry)] == [135])
    wait_for(qtbot, lambda: can_press(card, tr("Take this booking back")))
    assert rows(replica, TimeEntry)[0].engineer_id == LI_WEI

    press(qtbot, card, tr("Take this booking back"))

    wait_for(qtbot, lambda: rows(replica, TimeEntry) == [])
    wait_for(qtbot, lambda: shows(card, tr("No time booked yet.")))


def test_impossible_minutes_are_named_beside_the_field(qtbot, card, replica):
    press(qtbot, card, tr("Book time"))
    dialog = the_dialog(qtbot, card, FormDialog)
    dialog.form.editor("minutes").show(3000)
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: shows(dialog, tr("The minutes must be between 1 and 1440.")))
    assert rows(replica, TimeEntry) == []
    dialog.form.mark_saved()
    dialog.reject()


def test_a_spare_part_names_itself(qtbot, card, replica):
    press(qtbot, card, tr("Book a part"))
    dialog = the_dialog(qtbot, card, FormDialog)
    part = dialog.form.editor("spare_part_id")
    part.show(SEAL, "密封圈")
    part.changed.emit()
    wait_for(qtbot, lambda: dialog.form.editor("description").read() == "密封圈")
    dialog.form.editor("amount").show(Decimal("2.5"))
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: bool(rows(replica, PartUsed)))
    (used,) = rows(replica, PartUsed)
    assert (used.spare_part_id, used.amount) == (SEAL, Decimal("2.5"))
    wait_for(qtbot, lambda: shows(card, "2.5 件"))


def test_a_part_without_a_number_is_booked_by_its_description(qtbot, card, replica):
    press(qtbot, card, tr("Book a part"))
    dialog = the_dialog(qtbot, card, FormDialog)
    press(qtbot, dialog, tr("Save"))
    assert shows(dialog, tr("{label} is missing.", label=tr("Description")))

    qtbot.keyClicks(dialog.form.editor("description").focus, "NBU15")
    dialog.form.editor("description").focus.setFocus()
    wait_for(qtbot, dialog.isActiveWindow)
    qtbot.keyClick(
        dialog.form.editor("description").focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )

    wait_for(qtbot, lambda: [used.description for used in rows(replica, PartUsed)] == ["NBU15"])


def test_a_replaced_part_changes_the_machine(qtbot, card, replica, machine):
    opener = the_button(card, tr("Replace a part"))
    wait_for(qtbot, lambda: any("ZC-881" in action.text() for action in opener.menu().actions()))
    opener.menu().actions()[0].trigger()
    dialog = the_dialog(qtbot, card, FormDialog)
    qtbot.keyClicks(dialog.form.editor("new_serial_no").focus, "ZC-1204")
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: shows(card, "ZC-881 → ZC-1204"))


def test_running_hours_are_read_off_the_machine(qtbot, card, replica, machine):
    choose(the_button(card, tr("More")), tr("Read running hours"))
    dialog = the_dialog(qtbot, card, FormDialog)
    dialog.form.editor("meter").show(None)
    dialog.form.editor("meter").changed.emit()
    press(qtbot, dialog, tr("Save"))
    wait_for(qtbot, lambda: shows(dialog, tr("{label} is missing.", label=tr("Running hours"))))
    dialog.form.editor("meter").show(Decimal("10342.5"))
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: stored(replica, Asset, machine.id).meter == Decimal("10342.5"))


def test_findings_are_saved_on_purpose(qtbot, card, replica, order):
    assert not can_press(card, tr("Save"))
    qtbot.keyClicks(text_of(card, "findings"), "bearing worn")
    assert can_press(card, tr("Save"))
    text_of(card, "findings").setFocus()
    wait_for(qtbot, card.isActiveWindow)

    qtbot.keyClick(text_of(card, "findings"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    wait_for(qtbot, lambda: stored(replica, ServiceOrder, order).findings == "bearing worn")
    wait_for(qtbot, lambda: not can_press(card, tr("Save")))


def test_what_is_being_typed_is_never_overwritten(qtbot, card, replica, order, language):
    qtbot.keyClicks(text_of(card, "remedy"), "new bearing")
    edit(replica, ServiceOrder, order, findings="from elsewhere")
    card.reload()
    wait_for(qtbot, lambda: can_press(card, tr("Reload")))
    assert text_of(card, "remedy").toPlainText() == "new bearing"
    assert text_of(card, "findings").toPlainText() == ""

    press(qtbot, card, tr("Save"))

    wait_for(qtbot, lambda: text_of(card, "findings").toPlainText() == "from elsewhere")
    saved = stored(replica, ServiceOrder, order)
    assert (saved.findings, saved.remedy) == ("from elsewhere", "new bearing")


def test_leaving_asks_before_typed_texts_are_dropped(qtbot, card, order):
    assert card.leave()
    qtbot.keyClicks(text_of(card, "findings"), "half a sentence")

    assert not card.leave()
    press(qtbot, the_dialog(qtbot, card, Question), tr("Keep editing"))
    assert text_of(card, "findings").toPlainText() == "half a sentence"

    assert not card.leave()
    press(qtbot, the_dialog(qtbot, card, Question), tr("Discard"))
    assert card.leave()


def test_another_order_opens_once_typed_texts_are_settled(qtbot, card, replica, machine):
    other = an_order(machine.customer_id, number="SO-OTHER", subject="另一张")
    other_id = other.id
    pulled(replica, other)
    qtbot.keyClicks(text_of(card, "findings"), "half")
    card.open_record("service_order", other_id)
    assert not shows(card, "SO-OTHER")

    press(qtbot, the_dialog(qtbot, card, Question), tr("Discard"))

    wait_for(qtbot, lambda: shows(card, "SO-OTHER"))


def test_texts_that_are_not_saved_are_not_signed_over(qtbot, card, replica, order):
    at_work(replica, order)
    reload(card, qtbot, tr("Customer signs"))
    qtbot.keyClicks(text_of(card, "findings"), "unsaved")
    press(qtbot, card, tr("Customer signs"))

    assert card.desk.shell.toasts == [tr("Save findings and remedy first")]
    assert card.window().findChildren(SignDialog) == []


def test_a_note_on_an_order_belongs_to_its_customer(qtbot, card, replica, machine, order):
    press(qtbot, card.order._history, tr("Note"))
    dialog = the_dialog(qtbot, card, FormDialog)
    qtbot.keyClicks(dialog.form.editor("body").focus, "call next week")
    press(qtbot, dialog, tr("Save"))

    wait_for(qtbot, lambda: shows(card, "call next week"))
    (note,) = rows(replica, Note)
    assert (note.customer_id, note.asset_id, note.service_order_id) == (
        machine.customer_id,
        machine.id,
        order,
    )
