"""Machines: the list, one machine with its configuration at any date, and the forms."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QPushButton

from app.domain.assets import AsBuiltItem, Asset, AssetStatus
from app.domain.customers import Customer
from app.domain.ids import new_id
from app.language import tr
from app.persistence.replica import Replica
from tests.builders import CHINA, a_customer, a_part_replacement, an_as_built_item, an_asset, an_order
from tests.replicas import pulled, queued
from tests.ui.hands import write
from ui.forms.form_dialog import FormDialog
from ui.screens.assets.screen import AssetsScreen
from ui.tables.data_table import CardTable

REPLACED_AT = datetime(2026, 6, 1, 9, 0, tzinfo=CHINA)


@pytest.fixture
def customer(replica: Replica) -> Customer:
    found = a_customer(name="苏州恒远精密机械有限公司")
    pulled(replica, found)
    return found


@pytest.fixture
def machine(replica: Replica, customer: Customer) -> Asset:
    """Its seal was replaced in June."""
    found = an_asset(
        customer.id, name="五轴加工中心 VMX-850", serial_no="VMX850-2403-0117", location="1 号车间",
        status=AssetStatus.FAULTY, warranty_until=date.today() + timedelta(days=20),
    )  # fmt: skip
    plain = an_asset(customer.id, name="数控车床 CK-6150", serial_no="CK6150-0361")
    pulled(replica, found, plain)
    item = an_as_built_item(found.id, serial_no="NEW-2", position="主油缸")
    pulled(
        replica,
        item,
        a_part_replacement(
            found.id, as_built_item_id=item.id, old_serial_no="OLD-1", new_serial_no="NEW-2",
            replaced_at=REPLACED_AT,
        ),
        an_order(customer.id, asset_id=found.id),
    )  # fmt: skip
    return found


@pytest.fixture
def screen(qtbot, desk, machine) -> AssetsScreen:
    made = AssetsScreen(desk)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activate()
    qtbot.waitUntil(lambda: made._list._model.rowCount() == 2)
    return made


@pytest.fixture
def opened(qtbot, screen, machine) -> AssetsScreen:
    screen.open_record("asset", machine.id)
    qtbot.waitUntil(lambda: screen._view._card is not None and screen._view._card.row.id == machine.id)
    return screen


def shown(screen: AssetsScreen) -> list[str]:
    model = screen._list._model
    return [row.name for place in range(model.rowCount()) if (row := model.row_at(place))]


def stored(replica: Replica, entity: type, row_id: UUID) -> Any:
    with replica.read() as session:
        return session.get(entity, row_id)


def the_form(qtbot, screen: AssetsScreen) -> FormDialog:
    qtbot.waitUntil(lambda: bool(screen.findChildren(FormDialog)))
    return screen.findChildren(FormDialog)[-1]


def built_in(screen: AssetsScreen) -> list[str]:
    card = next(c for c in screen._view.findChildren(CardTable) if c.table.accessibleName() == tr("Built in"))
    return [row.serial_no for row in card.table._records.rows()]


def test_the_list_shows_machines_with_serial_number_and_warranty(language, screen, machine):
    line = screen._list._model.index(shown(screen).index(machine.name), 0).data()

    assert "VMX850-2403-0117" in line
    assert tr("{days} days left", days=20) in line


def test_filters_and_narrowing_find_the_machine(qtbot, screen, machine):
    screen._list.filters.choose("warranty_ending")
    qtbot.waitUntil(lambda: shown(screen) == [machine.name])
    screen._list.filters.choose("all")
    qtbot.waitUntil(lambda: len(shown(screen)) == 2)
    screen._list.narrowing.choose("status", AssetStatus.FAULTY)

    qtbot.waitUntil(lambda: shown(screen) == [machine.name])


def test_a_serial_number_is_found_by_a_part_of_it(qtbot, screen, machine):
    write(screen._list.search, "2403")

    qtbot.waitUntil(lambda: shown(screen) == [machine.name])


def test_the_card_shows_state_facts_and_history(language, opened, machine):
    view = opened._view

    assert view._header._title.text() == machine.name
    names = [card.table.accessibleName() for card in view.findChildren(CardTable)]
    assert tr("Service orders") in names
    order = next(c for c in view.findChildren(CardTable) if c.table.accessibleName() == tr("Service orders"))
    assert order.table._records.rowCount() == 1


def test_the_configuration_is_shown_as_it_was_on_any_day(qtbot, opened):
    assert built_in(opened) == ["NEW-2"]

    opened._view._day.setDate(QDate(2026, 5, 1))

    qtbot.waitUntil(lambda: built_in(opened) == ["OLD-1"])


def test_editing_a_machine_sends_only_what_was_changed(qtbot, opened, replica, machine):
    opened._view._edit()
    dialog = the_form(qtbot, opened)
    location = dialog.form.editor("location").focus
    location.clear()
    write(location, "2 号车间")

    with qtbot.waitSignal(dialog.accepted):
        dialog._button.click()

    assert stored(replica, Asset, machine.id).location == "2 号车间"
    (op,) = queued(replica)
    assert set(op["patch"]["set"]) == {"location"}


def test_a_new_machine_of_a_customer_is_made_and_opened(qtbot, screen, replica, shell, customer):
    screen.create_record("asset", {"customer_id": customer.id})
    dialog = the_form(qtbot, screen)
    write(dialog.form.editor("name").focus, "数控磨床")

    with qtbot.waitSignal(dialog.accepted):
        dialog._button.click()

    qtbot.waitUntil(lambda: bool(shell.opened))
    assert stored(replica, Asset, shell.opened[-1][1]).customer_id == customer.id


def test_a_part_is_added_to_the_configuration(qtbot, opened, replica, machine):
    opened._view._add_part()
    dialog = the_form(qtbot, opened)
    write(dialog.form.editor("description").focus, "导轨")

    with qtbot.waitSignal(dialog.accepted):
        dialog._button.click()

    with replica.read() as session:
        found = session.query(AsBuiltItem).filter(AsBuiltItem.description == "导轨").one()
        assert found.asset_id == machine.id


def test_a_request_begins_with_machine_and_customer(opened, shell, machine, customer):
    opened._view._begin("service_request")

    assert shell.created == [("service_request", {"customer_id": customer.id, "asset_id": machine.id})]


def test_a_machine_that_left_this_computer_says_so(language, qtbot, screen):
    screen.open_record("asset", new_id())

    words = tr("This machine is no longer on this computer")
    qtbot.waitUntil(lambda: words in screen._detail.currentWidget().accessibleName())


def test_every_control_has_a_name(language, opened):
    for button in opened.findChildren(QPushButton):
        assert button.accessibleName() or button.text(), button
