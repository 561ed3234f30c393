"""The list of orders and requests: filtered, searched, sorted, narrowed."""

from datetime import timedelta

from PySide6.QtCore import Qt

from app.domain.service_orders import (
    OrderState,
    ServiceOrder,
)
from app.language import tr
from tests.builders import (
    a_request,
    a_user,
    an_order,
)
from tests.replicas import edit, pulled
from tests.ui.orders.page import NOW, choose, listed, press, shows, the_button, visible_buttons, wait_for


def test_a_page_without_orders_offers_to_make_one(qtbot, screen, shell, language):
    screen.activate()
    wait_for(qtbot, lambda: shows(screen, tr("Nothing under “{filter}”", filter=tr("Unfinished"))))

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
        screen.list.filters.choose(key)
        wait_for(qtbot, lambda want=subjects: sorted(t.split(",")[0] for t in listed(screen)) == sorted(want))


def test_an_order_is_found_by_its_number_and_the_search_can_be_cleared(qtbot, screen, order):
    screen.activate()
    wait_for(qtbot, lambda: len(listed(screen)) == 1)
    field = screen.list.search
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
    screen.list.filters.choose("all")
    screen.list.narrowing.choose("state", OrderState.COMPLETED)
    wait_for(qtbot, lambda: [t.split(",")[0] for t in listed(screen)] == ["完工的"])

    screen.list.narrowing.choose("state", OrderState.CANCELLED)
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
