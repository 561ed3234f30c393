"""The frame around the pages: rail, keys, notices, toasts, and going from record to record."""

from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from app.domain.changes import Changes
from app.domain.customers import Customer
from app.domain.errors import DiskFull, RuleViolation
from app.domain.service_orders import ServiceOrder
from app.language import tr
from ui.desk import Desk
from ui.layout import column
from ui.main_window import MainWindow
from ui.navigation import PAGES, Page
from ui.screen import Screen
from ui.sync_status import SyncState, SyncStatus
from ui.widgets.banner import Banner
from ui.widgets.labels import label
from ui.widgets.popup import Popup
from ui.widgets.rail_button import RailButton
from ui.widgets.search_field import SearchField

SOMEONE = UUID(int=7)


class Notes(Screen):
    """A page that writes down what it is asked for."""

    watches = (Customer,)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.loads = 0
        self.unsaved = False
        self.asked: list[object] = []
        self.field = SearchField("filter")
        self.setLayout(column(self.field, label("Notes")))

    def reload(self) -> None:
        self.loads += 1

    def leave(self) -> bool:
        return not self.unsaved

    def open_record(self, entity: str, row_id: UUID) -> None:
        self.asked.append((entity, row_id))

    def create_record(self, entity: str, preset: dict[str, Any]) -> None:
        self.asked.append((entity, preset))


def a_popup(desk: Desk, window: QWidget) -> Popup:
    made = Popup(window)
    made.setLayout(column(QLineEdit()))
    return made


@pytest.fixture
def window(qtbot, desk):
    pages = [Page(p.key, p.title, p.icon, Notes, p.shortcut, p.opens, p.bottom) for p in PAGES]
    made = MainWindow(desk, "李伟", a_popup, a_popup, pages)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def page(window: MainWindow, key: str) -> Notes:
    window.show_page(key)
    shown = window._screens[key]
    assert isinstance(shown, Notes)
    return shown


def press(qtbot, window: MainWindow, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget() or window, key, how)


def test_a_page_is_built_when_it_is_first_shown(window):
    assert list(window._screens) == ["home"]
    page(window, "customers")
    assert list(window._screens) == ["home", "customers"]


def test_a_hidden_page_reloads_once_when_it_is_shown_again(window, desk):
    customers = page(window, "customers")
    page(window, "home")
    for _ in range(3):
        desk.feed.publish(Changes(frozenset({Customer})))
    assert customers.loads == 1

    page(window, "customers")

    assert customers.loads == 2


def test_a_page_reloads_only_for_what_it_watches(window, desk):
    home = page(window, "home")

    desk.feed.publish(Changes(frozenset({ServiceOrder})))
    assert home.loads == 1
    desk.feed.publish(Changes(frozenset({Customer})))
    assert home.loads == 2


def test_a_record_opens_on_the_page_that_shows_its_kind(window, desk):
    desk.open("contact", SOMEONE)
    desk.create("visit", customer_id=SOMEONE)

    assert page(window, "customers").asked == [("contact", SOMEONE)]
    assert page(window, "visits").asked == [("visit", {"customer_id": SOMEONE})]


def test_unsaved_input_keeps_its_page_in_front(window):
    customers = page(window, "customers")
    customers.unsaved = True

    window.show_page("home")

    assert window._stack.currentWidget() is customers
    assert window._rail._buttons["customers"].isChecked()


@pytest.mark.parametrize("position", range(7))
def test_each_page_has_its_number(qtbot, window, position):
    press(qtbot, window, Qt.Key(Qt.Key.Key_1 + position), Qt.KeyboardModifier.ControlModifier)

    assert window._current == PAGES[position].key


def test_new_records_have_their_keys(qtbot, window):
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(qtbot, window, Qt.Key.Key_O, both)

    assert page(window, "orders").asked == [("service_order", {})]


def test_the_filter_of_a_page_has_a_key(qtbot, window):
    home = page(window, "home")
    window._rail.focus_current()

    press(qtbot, window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(home.field.hasFocus)


def test_search_opens_and_escape_gives_the_focus_back(qtbot, window):
    home = page(window, "home")
    home.field.setFocus()
    press(qtbot, window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window._palette.isVisible()

    press(qtbot, window, Qt.Key.Key_Escape)

    assert not window._palette.isVisible()
    qtbot.waitUntil(home.field.hasFocus)


def test_f6_goes_through_the_parts_of_the_window(qtbot, window):
    home = page(window, "home")
    home.field.setFocus()
    seen: set[str] = set()
    for _ in range(3):
        press(qtbot, window, Qt.Key.Key_F6)
        focused = QApplication.focusWidget()
        seen.add(type(focused).__name__)

    assert {"RailButton", "_SearchDoor", "SearchField"} <= seen


def test_a_toast_can_be_taken_back_with_a_key(qtbot, window, desk):
    undone: list[bool] = []
    desk.toast("saved", lambda: undone.append(True))
    window._rail.focus_current()

    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert undone == [True]
    assert not window._toast.isVisible()


def banners(window: MainWindow) -> list[Banner]:
    return [banner for banner in window.findChildren(Banner) if banner.isVisible()]


def test_an_error_stands_above_the_page_until_it_is_dismissed(qtbot, window, desk):
    desk.fail(RuleViolation("visit.already_begun"))
    qtbot.waitUntil(lambda: len(banners(window)) == 1)

    banners(window)[0].findChildren(QPushButton)[-1].click()

    assert banners(window) == []


def test_an_error_about_the_safety_of_data_insists(qtbot, window, desk):
    desk.fail(DiskFull("replica.disk_full"))

    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    QApplication.activeModalWidget().close()


def test_an_error_in_a_worker_without_a_handler_is_shown(qtbot, window, desk):
    def refused() -> None:
        raise RuleViolation("visit.already_begun")

    desk.change(refused)

    qtbot.waitUntil(lambda: bool(banners(window)))


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (SyncStatus(SyncState.SYNCED), False),
        (SyncStatus(SyncState.OFFLINE, reason="sync.unreachable"), False),
        (SyncStatus(SyncState.OFFLINE, reason="sync.captive_portal"), True),
        (SyncStatus(SyncState.SIGN_IN), True),
        (SyncStatus(SyncState.STORAGE), True),
    ],
)
def test_a_banner_stands_only_where_the_user_can_do_something(qtbot, window, desk, status, shown):
    desk.sync.changed.emit(status)
    QApplication.processEvents()

    assert bool(banners(window)) is shown


def test_open_conflicts_are_counted_on_the_rail(window, desk):
    desk.sync.changed.emit(SyncStatus(SyncState.CONFLICT, conflicts=2))

    button = window._rail._buttons["conflicts"]
    assert button.accessibleName() == f"{tr('Conflicts')} 2"


def test_settings_take_effect_at_once(window, desk):
    desk.settings.language, desk.settings.text_scale = "en", 125
    desk.apply_settings()
    english = {button.text() for button in window.findChildren(RailButton)}
    desk.settings.language, desk.settings.text_scale = "zh_CN", 100
    desk.apply_settings()

    assert {"Home", "Customers"} <= english
    assert window._rail._buttons["home"].text() == "工作台"


def test_size_and_page_are_remembered(qtbot, window, desk):
    page(window, "orders")
    window.close()

    again = MainWindow(desk, "李伟", a_popup, a_popup, list(window._pages.values()))
    qtbot.addWidget(again)

    assert again._current == "orders"
    assert desk.settings.window.partition("|")[0]


def test_everything_that_takes_the_focus_has_a_name(window, language):
    nameless = [
        type(widget).__name__
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
    ]

    assert nameless == []
