"""The pages of the main window, what each of them shows, and what can be made new."""

from collections.abc import Callable
from dataclasses import dataclass

from app.language import msgid
from ui.desk import Desk
from ui.screen import Screen


@dataclass(frozen=True)
class Page:
    """`opens` are the entities whose records it shows; the factory is called when it is first needed."""

    key: str
    title: str
    icon: str
    factory: Callable[[Desk], Screen]
    shortcut: str = ""
    opens: frozenset[str] = frozenset()
    bottom: bool = False


@dataclass(frozen=True)
class NewRecord:
    """An entry of the menu "New"."""

    entity: str
    title: str
    icon: str
    shortcut: str = ""


# The screens are imported when they are shown first: the window is on screen before that.


def _home(desk: Desk) -> Screen:
    from ui.screens.home.screen import HomeScreen

    return HomeScreen(desk)


def _customers(desk: Desk) -> Screen:
    from ui.screens.customers.screen import CustomersScreen

    return CustomersScreen(desk)


def _assets(desk: Desk) -> Screen:
    from ui.screens.assets.screen import AssetsScreen

    return AssetsScreen(desk)


def _visits(desk: Desk) -> Screen:
    from ui.screens.visits.screen import VisitsScreen

    return VisitsScreen(desk)


def _orders(desk: Desk) -> Screen:
    from ui.screens.orders.screen import OrdersScreen

    return OrdersScreen(desk)


def _conflicts(desk: Desk) -> Screen:
    from ui.screens.conflicts.screen import ConflictsScreen

    return ConflictsScreen(desk)


def _settings(desk: Desk) -> Screen:
    from ui.screens.settings.screen import SettingsScreen

    return SettingsScreen(desk)


PAGES: tuple[Page, ...] = (
    Page("home", msgid("Home"), "house", _home, "Ctrl+1"),
    Page(
        "customers", msgid("Customers"), "building-2", _customers, "Ctrl+2",
        frozenset({"customer", "contact", "site"}),
    ),
    Page("assets", msgid("Machines"), "cpu", _assets, "Ctrl+3", frozenset({"asset"})),
    Page(
        "visits", msgid("Visits"), "calendar-days", _visits, "Ctrl+4",
        frozenset({"visit", "visit_plan", "commitment"}),
    ),
    Page(
        "orders", msgid("Orders"), "clipboard-list", _orders, "Ctrl+5",
        frozenset({"service_order", "service_request"}),
    ),
    Page(
        "conflicts", msgid("Conflicts"), "git-compare", _conflicts, "Ctrl+6",
        frozenset({"conflict"}), bottom=True,
    ),
    Page(
        "settings", msgid("Settings"), "settings", _settings, "Ctrl+7",
        frozenset({"delegation"}), bottom=True,
    ),
)  # fmt: skip

NEW_RECORDS: tuple[NewRecord, ...] = (
    NewRecord("service_order", msgid("Service order"), "clipboard-list", "Ctrl+Shift+O"),
    NewRecord("visit", msgid("Visit"), "calendar-days", "Ctrl+Shift+V"),
    NewRecord("customer", msgid("Customer"), "building-2"),
    NewRecord("asset", msgid("Machine"), "cpu"),
    NewRecord("service_request", msgid("Service request"), "inbox"),
)
