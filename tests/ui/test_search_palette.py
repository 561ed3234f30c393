"""The palette: one box for records and actions, in any script, by keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.customers import Customer
from app.language import tr
from app.persistence.replica import Replica
from app.persistence.search_index import index_pending
from tests.builders import a_contact, a_customer, a_note, an_asset, an_order
from tests.replicas import pulled
from tests.ui.hands import write
from ui.screens.search.delegate import ENTRY
from ui.screens.search.palette import SearchPalette


@pytest.fixture
def customer(replica: Replica) -> Customer:
    found = a_customer(name="苏州恒远精密机械有限公司")
    pulled(replica, found, a_customer(name="上海常青机电"))
    machine = an_asset(found.id, name="五轴加工中心", serial_no="VMX850-2403-0117")
    pulled(replica, a_contact(found.id, name="周建国"), machine, an_order(found.id, asset_id=machine.id),
           a_note(found.id, body="门卫要看身份证"))  # fmt: skip
    with replica.absorb() as connection:
        index_pending(connection)
    return found


@pytest.fixture
def palette(qtbot, desk, customer) -> SearchPalette:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    made = SearchPalette(desk, window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    made.open_centred(80)
    return made


def titles(palette: SearchPalette) -> list[str]:
    items = (palette._list.item(place).data(ENTRY) for place in range(palette._list.count()))
    return [entry.title for entry in items if not entry.is_heading]


def press(qtbot, palette: SearchPalette, key: Qt.Key) -> None:
    qtbot.keyClick(palette._field, key)


@pytest.mark.parametrize("typed", ["恒远", "远", "hengyuan", "szhy", "HengYuan"])
def test_a_customer_is_found_by_chinese_pinyin_and_initials(qtbot, palette, shell, customer, typed):
    write(palette._field, typed)
    qtbot.waitUntil(lambda: customer.name in titles(palette))

    press(qtbot, palette, Qt.Key.Key_Return)

    assert shell.opened == [("customer", customer.id)]
    assert not palette.isVisible()


def test_a_machine_is_found_by_part_of_its_serial_number(qtbot, palette, shell):
    write(palette._field, "2403-01")
    qtbot.waitUntil(lambda: "五轴加工中心" in " ".join(titles(palette)))

    press(qtbot, palette, Qt.Key.Key_Return)

    assert shell.opened[0][0] == "asset"


def test_a_note_leads_to_its_customer(qtbot, palette, shell, customer):
    write(palette._field, "身份证")
    qtbot.waitUntil(lambda: any("身份证" in title for title in titles(palette)))

    press(qtbot, palette, Qt.Key.Key_Return)

    assert shell.opened == [("customer", customer.id)]


def test_up_and_down_choose_without_leaving_the_field(qtbot, palette):
    first = palette._list.currentRow()

    press(qtbot, palette, Qt.Key.Key_Down)
    second = palette._list.currentRow()
    press(qtbot, palette, Qt.Key.Key_Up)

    assert second == first + 1
    assert palette._list.currentRow() == first
    assert palette._field.hasFocus()


def test_headings_are_passed_over(qtbot, palette):
    write(palette._field, "s")
    qtbot.waitUntil(lambda: palette._list.count() > 3)

    for _ in range(palette._list.count()):
        press(qtbot, palette, Qt.Key.Key_Down)
        assert not palette._list.currentItem().data(ENTRY).is_heading


def test_without_a_word_it_offers_what_can_be_done(language, qtbot, palette, shell):
    assert tr("New service order") in titles(palette)

    place = titles(palette).index(tr("Settings"))
    for _ in range(place):
        press(qtbot, palette, Qt.Key.Key_Down)
    press(qtbot, palette, Qt.Key.Key_Return)

    assert shell.pages == ["settings"]


def test_an_action_is_found_by_its_name(language, qtbot, palette, shell):
    write(palette._field, tr("New customer"))
    qtbot.waitUntil(lambda: titles(palette) == [tr("New customer")])

    press(qtbot, palette, Qt.Key.Key_Return)

    assert shell.created == [("customer", {})]


def test_enter_means_what_was_typed_however_fast(qtbot, palette, shell, customer):
    write(palette._field, "hengyuan")
    press(qtbot, palette, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: shell.opened == [("customer", customer.id)])


def test_nothing_found_is_said(language, qtbot, palette):
    write(palette._field, "zzzzqq")

    qtbot.waitUntil(lambda: palette._remark.text() == tr("Nothing found for “{text}”", text="zzzzqq"))


def test_escape_closes_it(qtbot, palette):
    press(qtbot, palette, Qt.Key.Key_Escape)

    assert not palette.isVisible()


def test_every_line_can_be_spoken(qtbot, palette):
    write(palette._field, "hengyuan")
    qtbot.waitUntil(lambda: bool(titles(palette)))

    for place in range(palette._list.count()):
        assert palette._list.item(place).data(Qt.ItemDataRole.AccessibleTextRole)
