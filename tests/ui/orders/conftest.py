"""A machine, an order on it, and the page with that order open."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from app.domain.assets import Asset
from app.persistence.replica import Replica
from tests.builders import (
    a_checklist_item,
    a_contact,
    a_customer,
    an_as_built_item,
    an_asset,
    an_order,
)
from tests.replicas import pulled
from tests.ui.orders.page import NOW, shows
from ui.screens.orders.screen import OrdersScreen


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
