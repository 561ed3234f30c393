"""The page of service orders, driven as its user drives it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from app.domain.assets import Asset, AssetStatus
from app.domain.notes import Attachment, Note
from app.domain.service_orders import (
    ChecklistItem,
    OrderState,
    PartUsed,
    RequestState,
    ServiceOrder,
    ServiceRequest,
    SignOff,
    TimeEntry,
)
from app.language import tr
from app.persistence.replica import Replica
from tests.builders import (
    LI_WEI,
    SEAL,
    a_checklist_item,
    a_contact,
    a_customer,
    a_request,
    a_user,
    an_as_built_item,
    an_asset,
    an_order,
)
from tests.replicas import edit, pulled
from ui.dialogs import Question
from ui.forms.form_dialog import FormDialog
from ui.screens.orders.new_records import OrderDialog, RequestDialog
from ui.screens.orders.reason_dialog import ReasonDialog
from ui.screens.orders.screen import OrdersScreen
from ui.screens.orders.sign_dialog import SignDialog
from ui.widgets.labels import ElidedLabel
from ui.widgets.photo_dialog import PhotoDialog
from ui.widgets.stepper import Stepper

NOW = datetime.now().astimezone()


@pytest.fixture
def machine(replica: Replica) -> Asset:
    customer = a_customer(name="苏州恒远精密机械有限公司")
    asset = an_asset(customer.id, name="卧式加工中心 HMC-630", meter=Decimal(100))
    pulled(replica, customer, asset, a_contact(customer.id, name="周建国"))
    pulled(replica, an_as_built_item(asset.id, description="主轴轴承组", serial_no="ZC-881"))
    return asset


@pytest.fixture
def order(replica: Replica, machine: Asset) -> UUID:
    made = an_order(
        machine.customer_id, number="SO-2611-0387", asset_id=machine.id, subject="主轴异响",
        due_at=NOW + timedelta(minutes=1),
    )  # fmt: skip
    order_id = made.id
    pulled(replica, made)
    pulled(
        replica,
        a_checklist_item(order_id, position=1, step="断电上锁", mandatory=True),
        a_checklist_item(order_id, position=2, step="拍摄完工照片"),
    )
    return order_id


@pytest.fixture
def screen(request: pytest.FixtureRequest, qtbot, desk) -> OrdersScreen:
    if "language" in request.fixturenames:
        request.getfixturevalue("language")  # texts are those of the moment a widget is made
    made = OrdersScreen(desk)
    qtbot.addWidget(made)
    made.resize(1285, 711)
    made.show()
    made.activateWindow()
    return made


@pytest.fixture
def card(qtbot, screen: OrdersScreen, order: UUID) -> OrdersScreen:
    """The page with the order open."""
    screen.activate()
    screen.open_record("service_order", order)
    qtbot.waitUntil(lambda: shows(screen, "SO-2611-0387"))
    return screen


def shows(widget: QWidget, words: str) -> bool:
    texts = (label.text() for label in widget.findChildren(QLabel) if label.isVisible())
    return any(words in text for text in texts)


def the_button(widget: QWidget, words: str) -> QPushButton:
    found = [b for b in widget.findChildren(QPushButton) if b.isVisible() and b.accessibleName() == words]
    assert found, words
    return found[0]


def press(qtbot, widget: QWidget, words: str) -> None:
    qtbot.mouseClick(the_button(widget, words), Qt.MouseButton.LeftButton)


def choose(button: QPushButton, words: str) -> None:
    next(action for action in button.menu().actions() if action.text() == words).trigger()


def the_dialog(qtbot, screen: QWidget, kind: type[QDialog]) -> Any:
    def opened() -> list[QDialog]:
        return [dialog for dialog in screen.window().findChildren(kind) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(opened()))
    return opened()[-1]


def stored(replica: Replica, entity: type, row_id: UUID) -> Any:
    with replica.read() as session:
        return session.get_one(entity, row_id)


def rows(replica: Replica, entity: type) -> list[Any]:
    with replica.read() as session:
        return list(session.query(entity))


def listed(screen: OrdersScreen) -> list[str]:
    model = screen.list._list.model()
    return [model.index(position, 0).data() for position in range(model.rowCount())]


def wait_for(qtbot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=5000)


# The list


def test_a_page_without_orders_offers_to_make_one(qtbot, screen, shell, language):
    screen.activate()
    wait_for(qtbot, lambda: shows(screen, tr("No orders under “{filter}”", filter=tr("Unfinished"))))

    press(qtbot, screen, tr("Show all"))
    wait_for(qtbot, lambda: shows(screen, tr("No service orders yet")))
    press(qtbot, screen, tr("New service order"))

    assert shell.created == [("service_order", {})]


def test_the_first_order_stands_beside_the_list_at_once(qtbot, screen, order):
    screen.activate()

    wait_for(qtbot, lambda: shows(screen, "SO-2611-0387"))
    assert shows(screen, tr("Dispatched"))


def test_every_filter_lists_what_it_says(qtbot, screen, replica, machine, order):
    colleague = a_user(login="zhang", name="张强")
    pulled(replica, colleague)
    pulled(
        replica,
        an_order(machine.customer_id, number="SO-2", subject="同事的", engineer_id=colleague.id),
        an_order(machine.customer_id, number="SO-3", subject="完工的", state=OrderState.COMPLETED),
        a_request(machine.customer_id, symptom="漏油"),
    )
    edit(replica, ServiceOrder, order, description="改过")
    screen.activate()
    wanted = {
        "open": ["主轴异响", "同事的"],
        "mine": ["主轴异响"],
        "today": ["主轴异响"],
        "requests": ["漏油"],
        "unsynced": ["主轴异响"],
        "all": ["主轴异响", "同事的", "完工的"],
    }
    for key, subjects in wanted.items():
        screen.list.choose(key)
        wait_for(qtbot, lambda want=subjects: sorted(t.split(",")[0] for t in listed(screen)) == sorted(want))


def test_an_order_is_found_by_its_number_and_the_search_can_be_cleared(qtbot, screen, order):
    screen.activate()
    wait_for(qtbot, lambda: len(listed(screen)) == 1)
    field = screen.list._search
    qtbot.keyClicks(field, "0387")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: len(listed(screen)) == 1)

    field.setText("SO-9999")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: shows(screen, tr("Nothing found for “{text}”", text="SO-9999")))
    press(qtbot, screen, tr("Clear the search"))

    wait_for(qtbot, lambda: len(listed(screen)) == 1)


def test_what_is_due_comes_first_and_what_has_no_date_last(qtbot, screen, replica, machine, order):
    pulled(
        replica,
        an_order(machine.customer_id, number="SO-2", subject="无期限"),
        an_order(machine.customer_id, number="SO-3", subject="更早", due_at=NOW - timedelta(days=1)),
    )
    screen.activate()
    choose(the_button(screen, tr("Sort")), tr("Due first"))

    wait_for(qtbot, lambda: [t.split(",")[0] for t in listed(screen)] == ["更早", "主轴异响", "无期限"])


def test_a_list_is_narrowed_to_a_state_and_widened_again(qtbot, screen, replica, machine, order):
    pulled(
        replica,
        an_order(machine.customer_id, number="SO-2", subject="已签字的", state=OrderState.SIGNED),
        an_order(machine.customer_id, number="SO-3", subject="完工的", state=OrderState.COMPLETED),
    )
    screen.activate()
    screen.list.choose("all")
    screen.list._narrowing.choose("state", OrderState.COMPLETED)
    wait_for(qtbot, lambda: [t.split(",")[0] for t in listed(screen)] == ["完工的"])

    screen.list._narrowing.choose("state", OrderState.CANCELLED)
    wait_for(qtbot, lambda: shows(screen, tr("Nothing matches")))
    press(qtbot, screen, tr("Show all"))

    wait_for(qtbot, lambda: len(listed(screen)) == 3)


def test_arrow_keys_in_a_narrow_window_keep_the_list(qtbot, screen, order):
    screen.resize(900, 600)
    screen.activate()
    wait_for(qtbot, lambda: len(listed(screen)) == 1)
    table = screen.list._list
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.isVisible()

    qtbot.keyClick(table, Qt.Key.Key_Return)

    wait_for(qtbot, lambda: shows(screen, "SO-2611-0387"))
    assert not table.isVisible()


def test_a_list_that_cannot_be_read_says_so_and_tries_again(qtbot, screen, replica, order):
    with replica.absorb() as connection:
        connection.exec_driver_sql("ALTER TABLE service_order RENAME TO gone")
    screen.activate()

    wait_for(qtbot, lambda: any(b.accessibleName() == tr("Try again") for b in visible_buttons(screen)))


def visible_buttons(widget: QWidget) -> list[QPushButton]:
    return [button for button in widget.findChildren(QPushButton) if button.isVisible()]


# From dispatch to completion


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
    assert shell.toasts[0] == tr("Order accepted")
    assert shell.toasts[-1] == tr("Order completed")
    wait_for(qtbot, lambda: stepper_says(card, tr("Completed")))


def can_press(widget: QWidget, words: str) -> bool:
    return any(b.accessibleName() == words and b.isEnabled() for b in visible_buttons(widget))


def stepper_says(widget: QWidget, words: str) -> bool:
    return words in widget.findChildren(Stepper)[0].accessibleName()


def box_of(widget: QWidget, step: str) -> QCheckBox:
    boxes = widget.findChildren(QCheckBox)
    return next(box for box in boxes if box.isVisible() and box.accessibleName().startswith(step))


def tick(qtbot, widget: QWidget, step: str) -> None:
    box = box_of(widget, step)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)


def sign(qtbot, dialog: SignDialog, name: str) -> None:
    line = dialog.form.editor("signer_name").focus
    assert isinstance(line, QLineEdit)
    line.setText(name)  # as an input method does: no keyboard has these keys
    draw(qtbot, dialog.pad)
    press(qtbot, dialog, tr("Confirm"))


def draw(qtbot, pad: QWidget) -> None:
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(130, 80))
    for x in range(140, 400, 20):
        qtbot.mouseMove(pad, QPoint(x, 80 + x % 40))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(390, 40))


def at_work(replica: Replica, order: UUID) -> None:
    edit(replica, ServiceOrder, order, state=OrderState.ACCEPTED)
    for state in (OrderState.EN_ROUTE, OrderState.ON_SITE, OrderState.WORKING):
        edit(replica, ServiceOrder, order, state=state)


def reload(card: OrdersScreen, qtbot, words: str) -> None:
    """As after a sync."""
    card.reload()
    wait_for(qtbot, lambda: can_press(card, words))


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


def edit_all_done(replica: Replica) -> None:
    for item in rows(replica, ChecklistItem):
        edit(replica, ChecklistItem, item.id, done_at=NOW)


# What is recorded


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


def text_of(card: OrdersScreen, name: str) -> QPlainTextEdit:
    field = card.order.findings.form.editor(name).focus
    assert isinstance(field, QPlainTextEdit)
    return field


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


# Files


def a_photo(folder: Path) -> Path:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("steelblue"))
    path = folder / "主轴.png"
    assert image.save(str(path))
    return path


def drop(target: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, how = QPointF(10, 10), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    target.dropEvent(QDropEvent(where, how, data, buttons, keys))


def test_files_dropped_on_an_order_are_kept_with_it(qtbot, card, replica, order, tmp_path):
    notes = tmp_path / "测量.csv"
    notes.write_text("1,2")
    drop(card.order, a_photo(tmp_path), notes)

    wait_for(qtbot, lambda: can_press(card, "测量.csv"))
    kept = rows(replica, Attachment)
    assert {row.file_name for row in kept} == {"主轴.png", "测量.csv"}
    assert {row.service_order_id for row in kept} == {order}


def test_a_photo_is_seen_large_and_can_be_removed(qtbot, card, replica, tmp_path):
    card.order._files.add_files([a_photo(tmp_path)])
    strip = card.order._files._strip
    wait_for(
        qtbot,
        lambda: any(
            tile.accessibleName() == "主轴.png"
            for tile in strip.children()
            if isinstance(tile, QAbstractButton)
        ),
    )
    strip.opened.emit(rows(replica, Attachment)[0].id)
    dialog = the_dialog(qtbot, card, PhotoDialog)
    assert any(not label.pixmap().isNull() for label in dialog.findChildren(QLabel))

    press(qtbot, dialog, tr("Remove photo"))

    wait_for(qtbot, lambda: rows(replica, Attachment) == [])


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_added(
    qtbot, card, replica, tmp_path, background
):
    errors: list[Exception] = []
    background.unhandled.connect(errors.append)
    drop(card.order, tmp_path / "gone.png", a_photo(tmp_path))

    wait_for(qtbot, lambda: [row.file_name for row in rows(replica, Attachment)] == ["主轴.png"])
    assert [getattr(error, "code", "") for error in errors] == ["attachment.unreadable"]


# Besides the way


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


def says(widget: QWidget, words: str) -> bool:
    return any(label.text() == words for label in widget.findChildren(ElidedLabel) if label.isVisible())


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


# New orders and requests


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
    wait_for(qtbot, lambda: screen.list.filter == "requests" and shows(screen, tr("What was reported")))


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
