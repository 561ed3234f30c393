"""Customers: the list with its filters and orders, everything about one of them, and the forms."""

from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton

from app.domain.customers import Collaborator, Contact, Customer, Industry, PriorityClass, Site
from app.domain.ids import new_id
from app.domain.notes import Attachment, Note
from app.domain.organisation import Role
from app.exchange import sheets
from app.language import tr
from app.persistence.replica import Replica
from app.persistence.search_index import index_pending
from tests.builders import (
    EAST,
    EAST_PRESSES,
    LI_WEI,
    PRESSES,
    a_contact,
    a_customer,
    a_note,
    a_site,
    a_territory,
    a_user,
    a_visit,
    a_visit_plan,
    an_asset,
    an_attachment,
    an_order,
)
from tests.replicas import pulled, queued
from tests.ui.hands import write
from tests.ui.test_conflicts import a_conflict
from ui.dialogs import Question
from ui.forms.form_dialog import FormDialog
from ui.links import amap, baidu
from ui.messages import words_for
from ui.screens.customers.screen import CustomersScreen
from ui.tables.data_table import CardTable
from ui.tables.export import write_in_background
from ui.widgets.banner import Banner

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def customer(replica: Replica) -> Customer:
    """One with something in every tab, beside two plain ones."""
    found = a_customer(
        name="苏州恒远精密机械有限公司", code="KH-1001", owner_id=LI_WEI, industry=Industry.MACHINE_TOOL,
        priority_class=PriorityClass.A, phone="0512-1111", email="info@hengyuan.example",
        province="江苏省", city="苏州市", district="虎丘区", street="星湖街 218 号", is_reference=True,
    )  # fmt: skip
    plain = a_customer(name="上海常青机电有限公司", code="KH-0002")
    other = a_customer(name="北京华衡自动化", code="KH-0003", industry=Industry.CRANE)
    pulled(replica, found, plain, other)
    machine = an_asset(found.id)
    pulled(
        replica,
        a_contact(found.id, email="wang@hengyuan.example"),
        a_site(found.id),
        machine,
        an_order(found.id, asset_id=machine.id),
        a_visit_plan(found.id),
        a_visit(found.id, purpose="季度回访"),
        a_note(found.id, body="门卫要看身份证"),
        an_attachment(found.id),
    )
    return found


@pytest.fixture
def screen(qtbot, desk, customer) -> CustomersScreen:
    """The page as it stands once the list is filled."""
    made = CustomersScreen(desk)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activate()
    qtbot.waitUntil(lambda: made._list._model.rowCount() == 3)
    return made


@pytest.fixture
def opened(qtbot, screen, customer) -> CustomersScreen:
    screen.open_record("customer", customer.id)
    qtbot.waitUntil(lambda: screen._view._id == customer.id)
    return screen


def shown(screen: CustomersScreen) -> list[str]:
    model = screen._list._model
    return [row.name for position in range(model.rowCount()) if (row := model.row_at(position))]


def stored(replica: Replica, entity: type, row_id: UUID) -> Any:
    with replica.read() as session:
        return session.get(entity, row_id)


def rows(replica: Replica, entity: type) -> list[Any]:
    with replica.read() as session:
        return session.query(entity).all()


def the_form(qtbot, screen: CustomersScreen) -> FormDialog:
    def visible() -> list[FormDialog]:
        return [dialog for dialog in screen.findChildren(FormDialog) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(visible()))
    return visible()[-1]


def type_into(qtbot, dialog: FormDialog, field: str, text: str) -> None:
    focus = dialog.form.editor(field).focus
    focus.setFocus()
    if isinstance(focus, (QLineEdit, QPlainTextEdit)):
        focus.selectAll()
    write(focus, text)


def save(qtbot, dialog: FormDialog) -> None:
    with qtbot.waitSignal(dialog.accepted):
        dialog._button.click()


# The list


def test_the_list_counts_and_shows_what_is_on_this_computer(language, screen):
    assert screen._list._count.text() == "3"
    assert shown(screen) == ["上海常青机电有限公司", "北京华衡自动化", "苏州恒远精密机械有限公司"]
    line = screen._list._model.index(2, 0).data()
    assert "苏州市" in line
    assert tr(Industry.MACHINE_TOOL.label) in line


def test_a_filter_shows_only_my_customers(qtbot, screen, customer):
    screen._list.filters.choose("mine")

    qtbot.waitUntil(lambda: shown(screen) == [customer.name])


@pytest.mark.parametrize("typed", ["恒远", "hengyuan", "hyjm", "KH-1001", "0512"])
def test_typing_filters_the_list(qtbot, desk, replica, customer, typed):
    index(replica)
    screen = CustomersScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    screen.activate()

    write(screen._list.search, typed)

    qtbot.waitUntil(lambda: shown(screen) == [customer.name])


def test_the_list_narrows_by_industry_and_priority_and_says_so(qtbot, screen, customer):
    narrowing = screen._list.narrowing
    narrowing.choose("industry", Industry.MACHINE_TOOL)
    narrowing.choose("priority", PriorityClass.A)
    qtbot.waitUntil(lambda: shown(screen) == [customer.name])

    chips = [chip for chip in narrowing.findChildren(QPushButton) if chip.isVisible()]
    assert [tr(Industry.MACHINE_TOOL.label) in chip.accessibleName() for chip in chips] == [True, False]
    chips[0].click()
    chips[1].click()

    qtbot.waitUntil(lambda: len(shown(screen)) == 3)


def test_the_territories_to_narrow_by_are_those_of_the_catalogue(qtbot, screen):
    def offered() -> list[str]:
        return [found.key for found in screen._list.narrowing._offered]

    qtbot.waitUntil(lambda: "territory_id" in offered())
    menu = screen._list.narrowing.button.menu()
    texts = [action.text() for part in menu.actions() for action in part.menu().actions()]
    assert "华东 压力机" in texts


def test_nothing_found_offers_to_show_everything_again(language, qtbot, screen):
    screen._list.narrowing.choose("industry", Industry.BOILER)
    qtbot.waitUntil(lambda: tr("Nothing matches") in screen._list._stack.currentWidget().accessibleName())

    screen._list._show_all()

    qtbot.waitUntil(lambda: len(shown(screen)) == 3)


def test_the_list_is_sorted_as_asked(language, qtbot, screen, customer):
    action = next(a for a in screen._list._sorting.menu().actions() if a.text() == tr("Customer no."))
    action.trigger()

    qtbot.waitUntil(lambda: shown(screen)[-1] == customer.name and shown(screen)[0] == "上海常青机电有限公司")
    assert action.isChecked()


def test_the_list_as_shown_is_written_for_spreadsheets(qtbot, screen, shell, tmp_path, customer):
    screen._list.filters.choose("mine")
    qtbot.waitUntil(lambda: shown(screen) == [customer.name])
    path = tmp_path / "list.csv"

    write_in_background(screen.desk, Customer, screen._list._source(), path)

    qtbot.waitUntil(lambda: bool(shell.toasts))
    assert path.name in shell.toasts[-1]
    text = path.read_text(encoding=sheets.ENCODING)
    assert tr("Customer no.") in text.splitlines()[0]
    assert "KH-1001" in text
    assert "李伟" in text
    assert len(text.splitlines()) == 2


def test_a_file_that_cannot_be_written_is_said_so(qtbot, screen, shell, tmp_path):
    write_in_background(screen.desk, Customer, screen._list._source(), tmp_path)

    qtbot.waitUntil(lambda: bool(shell.errors))
    assert shell.errors[-1].code == "report.unwritable"


# One customer


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


def test_editing_sends_only_what_was_changed(qtbot, opened, replica, customer):
    opened._view._edit()
    dialog = the_form(qtbot, opened)
    type_into(qtbot, dialog, "phone", "0512-2222")

    save(qtbot, dialog)

    assert stored(replica, Customer, customer.id).phone == "0512-2222"
    (op,) = queued(replica)
    assert set(op["patch"]["set"]) == {"phone"}
    qtbot.waitUntil(
        lambda: any(b.text() == "0512-2222" for b in opened._view._head.findChildren(QPushButton))
    )


def test_a_name_cannot_be_taken_away(language, qtbot, opened, replica, customer):
    opened._view._edit()
    dialog = the_form(qtbot, opened)
    dialog.form.editor("name").focus.clear()

    dialog._button.click()

    assert dialog.isVisible()
    errors = dialog.form._rows["name"]._error.text()
    assert {"zh_CN": "名称", "en": "Name"}[language] in errors
    assert stored(replica, Customer, customer.id).name == customer.name


def test_a_new_customer_is_mine_and_shown(qtbot, screen, shell, replica):
    screen.create_record("customer", {"territory_id": EAST_PRESSES})
    dialog = the_form(qtbot, screen)
    qtbot.waitUntil(lambda: dialog.form.editor("owner_id").focus.text() == "李伟")
    type_into(qtbot, dialog, "name", "无锡新客户")

    save(qtbot, dialog)

    (made,) = [row for row in rows(replica, Customer) if row.name == "无锡新客户"]
    assert made.owner_id == LI_WEI
    qtbot.waitUntil(lambda: ("customer", made.id) in shell.opened)


def test_the_address_is_chosen_from_the_divisions_of_china(qtbot, opened, replica, customer):
    opened._view._edit()
    form = the_form(qtbot, opened).form
    province, city, district = (form.editor(name) for name in ("province", "city", "district"))
    assert district._box.findText("姑苏区") >= 0

    choose(province, "浙江省")
    assert (city.read(), district.read()) == (None, None)
    assert city._box.findText("杭州市") >= 0
    choose(province, "北京市")

    assert city.read() == "北京市"
    assert district._box.findText("海淀区") >= 0


def test_a_place_is_found_by_its_pinyin(qtbot, opened):
    opened._view._edit()
    form = the_form(qtbot, opened).form
    completer = form.editor("city")._box.completer()

    completer.setCompletionPrefix("wx")

    assert "无锡市" in [
        completer.pathFromIndex(completer.completionModel().index(place, 0))
        for place in range(completer.completionCount())
    ]


def test_an_address_abroad_may_be_typed(qtbot, opened, replica, customer):
    opened._view._edit()
    dialog = the_form(qtbot, opened)
    for name, text in (("province", "Bayern"), ("city", "München"), ("district", "")):
        dialog.form.editor(name)._box.setCurrentText(text)

    save(qtbot, dialog)

    found = stored(replica, Customer, customer.id)
    assert (found.province, found.city, found.district) == ("Bayern", "München", None)


def test_a_new_contact_site_and_note_hang_below_the_customer(qtbot, opened, replica, customer):
    for add, field, text in (
        (opened._editors.add_contact, "name", "周建国"),
        (opened._editors.add_site, "name", "三号厂房"),
        (opened._editors.add_note, "body", "下周回电"),
    ):
        add(customer.id)
        dialog = the_form(qtbot, opened)
        type_into(qtbot, dialog, field, text)
        save(qtbot, dialog)

    assert "周建国" in {row.name for row in rows(replica, Contact)}
    assert "三号厂房" in {row.name for row in rows(replica, Site)}
    assert "下周回电" in {row.body for row in rows(replica, Note)}
    assert all(
        row.root_id == customer.id for entity in (Contact, Site, Note) for row in rows(replica, entity)
    )
    qtbot.waitUntil(lambda: opened._view._tabs.tabText(1).endswith("2"))


def test_handing_over_changes_owner_and_territory(qtbot, opened, replica, customer):
    west = a_territory(name="华西 压力机", region_id=EAST, product_line_id=PRESSES)
    colleague = a_user(login="chen", name="陈立", role=Role.ENGINEER)
    pulled(replica, west, colleague)
    opened._editors.transfer(customer.id)
    dialog = the_form(qtbot, opened)

    pick(qtbot, dialog, "territory_id", "华西")
    pick(qtbot, dialog, "owner_id", "陈立")
    save(qtbot, dialog)

    found = stored(replica, Customer, customer.id)
    assert (found.territory_id, found.owner_id) == (west.id, colleague.id)


def test_a_collaborator_is_added_and_listed(qtbot, opened, replica, customer):
    opened._editors.add_collaborator(customer.id)
    dialog = the_form(qtbot, opened)
    pick(qtbot, dialog, "user_id", "李伟")

    save(qtbot, dialog)

    assert [row.user_id for row in rows(replica, Collaborator)] == [LI_WEI]


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


# Small steps


def index(replica: Replica) -> None:
    with replica.absorb() as connection:
        index_pending(connection)


def choose(editor: Any, text: str) -> None:
    """Pick an entry of a box as the mouse does."""
    place = editor._box.findText(text)
    editor._box.setCurrentIndex(place)
    editor._box.activated.emit(place)


def pick(qtbot, dialog: FormDialog, field: str, text: str) -> None:
    """Choose a record for a reference from what typing finds."""
    editor = dialog.form.editor(field)
    editor.focus.clear()
    write(editor.focus, text)
    qtbot.waitUntil(lambda: any(text in choice.title for choice in editor._found))
    editor._choose(editor._titles.index(0, 0))
