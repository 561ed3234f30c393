"""The list of customers: what it shows, how it narrows, sorts and is taken away."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.domain.customers import Customer, Industry, PriorityClass
from app.exchange import sheets
from app.language import tr
from tests.ui.customers.page import index, shown
from tests.ui.hands import write
from ui.screens.customers.screen import CustomersScreen
from ui.tables.export import write_in_background


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

    screen._list._widen()

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


def test_a_record_opened_from_elsewhere_is_marked_in_the_list_wherever_it_stands(qtbot, opened, customer):
    table = opened._list._list
    assert (table.current_row().id, table.currentIndex().row()) == (customer.id, 2)

    opened._list.filters.choose("mine")

    qtbot.waitUntil(lambda: shown(opened) == [customer.name])
    assert (table.current_row().id, table.currentIndex().row()) == (customer.id, 0)


def test_arrow_keys_in_a_narrow_window_keep_the_list_until_enter_or_a_click(qtbot, screen):
    table = screen._list._list
    screen.resize(900, 600)
    screen.go_back()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.isVisible()

    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert not table.isVisible()
    screen.go_back()
    last = table.visualRect(table.model().index(2, 0))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=last.center())

    qtbot.waitUntil(lambda: screen._view._id == table.current_row().id)
    assert not table.isVisible()
