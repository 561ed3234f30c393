"""Home: today's visits, what is due, and what needs the user."""

from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app.clock import local_now
from app.domain.customers import Customer
from app.domain.visits import Visit, VisitState
from app.language import tr
from app.persistence.replica import Replica
from tests.builders import LI_WEI, a_commitment, a_customer, a_request, a_visit, an_asset, an_order
from tests.replicas import pulled
from tests.ui.test_conflicts import a_conflict
from tests.ui.test_sync_panel import refuse_all
from ui.screens.home.screen import HomeScreen, greeting
from ui.sync_status import SyncStatus


def today_at(hour: int) -> datetime:
    now = local_now()
    return datetime.combine(now.date(), time(hour), now.tzinfo)


@pytest.fixture
def customer(replica: Replica) -> Customer:
    found = a_customer(name="苏州恒远精密机械有限公司", city="苏州市", phone="222")
    pulled(replica, found)
    return found


@pytest.fixture
def full(replica: Replica, customer: Customer) -> Visit:
    """A day with one of everything."""
    visit = a_visit(customer.id, planned_from=today_at(23), planned_to=today_at(23), purpose="季度回访")
    missed = a_visit(
        customer.id,
        planned_from=today_at(9) - timedelta(days=2),
        planned_to=today_at(10) - timedelta(days=2),
        state=VisitState.MISSED,
    )
    machine = an_asset(customer.id, warranty_until=date.today() + timedelta(days=10))
    pulled(
        replica,
        visit,
        missed,
        machine,
        an_order(customer.id, asset_id=machine.id, due_at=today_at(0) - timedelta(hours=5)),
        a_request(customer.id),
        a_commitment(customer.id, owner_id=LI_WEI, due_on=date.today()),
        a_conflict(customer, "phone", {"phone": "1"}, {"phone": "2"}, {"phone": "222"}),
    )
    return visit


@pytest.fixture
def home(qtbot, desk) -> HomeScreen:
    made = HomeScreen(desk)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


def texts(home: HomeScreen) -> str:
    return " ".join(found.text() for found in home.findChildren(QLabel) if found.isVisible())


def loaded(qtbot, home: HomeScreen) -> None:
    home.activate()
    qtbot.waitUntil(lambda: any(found.isVisible() for found in home._attention.findChildren(QLabel)))


def test_the_day_is_told_in_figures_and_lists(language, qtbot, home, full):
    loaded(qtbot, home)

    assert home._visits._value.text() == "1"
    assert home._orders._value.text() == "1"
    assert home._requests._value.text() == "1"
    assert "李伟" in home._greeting.text()
    qtbot.waitUntil(lambda: "季度回访" in texts(home))
    assert home._order_rows.rowCount() == 1
    assert home._promise_rows.rowCount() == 1


def test_what_needs_the_user_leads_to_where_it_is_done(qtbot, home, full, shell):
    loaded(qtbot, home)

    for link in home._attention.findChildren(QPushButton):
        link.click()

    assert shell.pages == ["conflicts", "visits", "assets"]


def test_an_empty_day_says_so_and_offers_to_plan(language, qtbot, home, shell):
    loaded(qtbot, home)

    qtbot.waitUntil(lambda: tr("No visits today") in texts(home))
    assert tr("Nothing needs you right now.") in texts(home)
    next(b for b in home._agenda.findChildren(QPushButton) if b.text() == tr("Plan a visit")).click()
    assert shell.created == [("visit", {})]


def test_a_visit_of_today_opens(qtbot, home, full, shell):
    loaded(qtbot, home)

    home._agenda.findChildren(QPushButton)[0].click()

    assert shell.opened == [("visit", full.id)]


def test_figures_open_what_they_count(qtbot, home, shell):
    loaded(qtbot, home)

    for metric in (home._visits, home._orders, home._requests, home._waiting):
        metric.click()

    assert shell.pages == ["visits", "orders", "orders", "sync"]


def test_a_refusal_by_the_server_needs_the_user_as_soon_as_it_is_known(
    *, language, qtbot, replica, desk, home, customer, shell
):
    desk.services.records.save(Customer, customer.id, {"phone": "333"})
    loaded(qtbot, home)
    assert tr("Nothing needs you right now.") in texts(home)

    refuse_all(replica, "field.too_long", "phone")
    desk.sync.receive({"event": "state", "state": "refused", "pending": 0, "attention": 1, "conflicts": 0})

    qtbot.waitUntil(lambda: tr("Refused by the server: {count}", count=1) in texts(home))
    home._attention.findChildren(QPushButton)[0].click()
    assert shell.pages == ["sync"]


def test_offline_it_says_that_everything_is_kept(language, qtbot, desk, home):
    loaded(qtbot, home)

    desk.sync.receive({"event": "state", "state": "offline", "pending": 2, "attention": 0, "conflicts": 0})

    assert tr("all changes are kept on this computer") in home._state.text()
    assert isinstance(desk.sync.status, SyncStatus)


def test_a_change_elsewhere_is_shown_at_once(qtbot, desk, home, customer):
    loaded(qtbot, home)

    prepared = {"purpose": "抢修", "action_plan": "查主轴", "expected_result": "恢复生产"}
    hours = {"planned_from": today_at(22), "planned_to": today_at(23)}
    desk.change(lambda: desk.services.visits.plan({"customer_id": customer.id} | prepared | hours))

    qtbot.waitUntil(lambda: home._visits._value.text() == "1")
    qtbot.waitUntil(lambda: home._waiting._value.text() == "1")


@pytest.mark.parametrize(
    ("hour", "words"), [(8, "Good morning"), (14, "Good afternoon"), (20, "Good evening")]
)
def test_the_greeting_follows_the_hour(language, hour, words):
    assert greeting(datetime(2026, 11, 22, hour)) == tr(words)
