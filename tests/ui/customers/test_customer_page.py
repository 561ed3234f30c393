"""Everything about one customer, and what can be done from there."""

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from app.domain.customers import Contact, Customer
from app.domain.ids import new_id
from app.domain.notes import Attachment
from app.language import tr
from tests.replicas import pulled
from tests.ui.customers.page import rows, stored
from tests.ui.test_conflicts import a_conflict
from ui.dialogs import Question
from ui.links import amap, baidu
from ui.screens.customers.screen import CustomersScreen
from ui.tables.data_table import CardTable
from ui.widgets.banner import Banner


def test_the_page_shows_the_customer_and_counts_its_parts(language, opened, customer):
    view = opened._view
    assert view._head._header._title.text() == customer.name
    counts = [view._tabs.tabText(place).split()[-1] for place in range(1, 6)]
    assert counts == ["1", "1", "1", "1", "2"]
    spoken = " ".join(button.accessibleName() for button in view._head.findChildren(QPushButton))
    assert "0512-1111" in spoken
    assert "星湖街 218 号" in spoken


def test_a_double_click_opens_the_record(qtbot, opened, shell, replica):
    opened._view._tabs.setCurrentIndex(2)
    machines = next(card for card in opened._view.findChildren(CardTable) if card.table.isVisible())

    machines.table.opened.emit(machines.table._records.row_at(0))

    assert shell.opened[0][0] == "asset"


def test_the_phone_number_can_be_copied(opened, shell):
    phone = next(b for b in opened._view._head.findChildren(QPushButton) if b.text() == "0512-1111")
    copy = next(action for action in phone.menu().actions() if action.text() == tr("Copy"))

    copy.trigger()

    assert QGuiApplication.clipboard().text() == "0512-1111"
    assert shell.toasts


def test_an_address_leads_to_the_maps_people_use(language, opened):
    address = next(b for b in opened._view._head.findChildren(QPushButton) if "星湖街" in b.text())
    texts = [action.text() for action in address.menu().actions()]

    assert texts == [tr("Open in Amap"), tr("Open in Baidu Maps"), tr("Copy")]
    assert amap("苏州 1 号").startswith("https://uri.amap.com/search?keyword=%E8%8B%8F")
    assert baidu("苏州").startswith("https://api.map.baidu.com/geocoder?address=%E8")


def test_a_customer_in_use_is_not_deleted_and_the_reason_is_said(qtbot, opened, shell, replica, customer):
    opened._view._delete(customer.id)
    question = opened.window().findChild(Question)
    assert customer.name in " ".join(found.text() for found in question.findChildren(QLabel))

    question.accept()

    qtbot.waitUntil(lambda: bool(shell.errors))
    assert shell.errors[-1].code == "record.in_use"
    assert stored(replica, Customer, customer.id) is not None


def test_a_contact_is_deleted_after_a_question_and_can_come_back(qtbot, opened, shell, replica):
    (contact,) = rows(replica, Contact)
    menu = opened._view._row_menu(Contact, contact, contact.name)
    menu[-1].chosen()
    opened.window().findChild(Question).accept()
    qtbot.waitUntil(lambda: not rows(replica, Contact))

    qtbot.waitUntil(lambda: bool(shell.undos))
    shell.undos[-1]()

    qtbot.waitUntil(lambda: [row.id for row in rows(replica, Contact)] == [contact.id])


def test_files_dropped_onto_the_page_are_kept_with_the_customer(qtbot, opened, replica, customer, tmp_path):
    path = tmp_path / "图纸.pdf"
    path.write_bytes(b"%PDF-1.7")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, nothing = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(5, 5), action, data, Qt.MouseButton.LeftButton, nothing)

    opened._view.dropEvent(drop)

    def kept() -> list[Attachment]:
        return [file for file in rows(replica, Attachment) if file.file_name == "图纸.pdf"]

    qtbot.waitUntil(lambda: bool(kept()))
    assert kept()[0].customer_id == customer.id
    assert replica.blobs.get(kept()[0].sha256) == b"%PDF-1.7"


def test_a_file_that_has_not_come_yet_is_fetched(qtbot, opened, shell):
    opened._view._tabs.setCurrentIndex(5)
    card = [card for card in opened._view.findChildren(CardTable) if card.table.isVisible()][-1]

    card.table.opened.emit(card.table._records.row_at(0))

    qtbot.waitUntil(lambda: tr("Downloading {name}", name="铭牌.jpg") in shell.toasts)


def test_a_customer_that_left_this_computer_says_so(language, qtbot, screen):
    screen.open_record("customer", new_id())

    words = tr("This customer is no longer on this computer")
    qtbot.waitUntil(lambda: words in screen._detail.currentWidget().accessibleName())


def test_what_others_change_appears_while_the_page_is_open(qtbot, opened, desk, customer):
    desk.change(lambda: desk.services.records.save(Customer, customer.id, {"name": "新名字有限公司"}))

    qtbot.waitUntil(lambda: opened._view._head._header._title.text() == "新名字有限公司")


def test_new_records_begin_on_the_page_of_their_kind(opened, shell, customer):
    opened._view._for_customer(opened._view._plan_visit)
    opened._view._for_customer(opened._view._new_order)

    assert shell.created == [
        ("visit", {"customer_id": customer.id}),
        ("service_order", {"customer_id": customer.id}),
    ]


def test_a_conflict_leads_to_the_question(qtbot, desk, replica, shell, customer):
    pulled(replica, a_conflict(customer, "phone", {"phone": "1"}, {"phone": "2"}, {"phone": "3"}))
    screen = CustomersScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    screen.open_record("customer", customer.id)
    qtbot.waitUntil(lambda: bool(screen._view._head.findChildren(Banner)))

    screen._view._head.findChild(Banner).findChild(QPushButton).click()

    assert shell.opened == [("conflict", customer.id)]


def test_every_control_has_a_name(language, opened):
    for button in opened.findChildren(QPushButton):
        assert button.accessibleName() or button.text(), button
