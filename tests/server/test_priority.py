"""What a laptop that holds nothing is sent first: the customers whose work is due next."""

from datetime import date
from uuid import UUID

import pytest

from app.domain.entity import CATALOGUE
from app.domain.ids import new_id
from app.domain.service_orders import OrderState, OrderType, ServiceOrder, Severity
from app.domain.types import Stored
from sync.protocol import Values
from sync.server import priority
from sync.server.caller import Caller
from sync.server.priority import Part, in_order
from tests.server.world import World


def ordered(world: World, **values: Stored) -> str:
    """A customer with an open order of Anna's."""
    customer = world.add_customer(world.north)
    order: Values = {
        "number": new_id().hex, "subject": "Pump", "state": OrderState.DISPATCHED.value,
        "type": OrderType.REPAIR.value, "severity": Severity.NORMAL.value,
        "customer_id": customer, "engineer_id": world.anna,
    }  # fmt: skip
    world.add(ServiceOrder, customer, **order, **values)
    return customer


def first(world: World) -> set[str]:
    """What comes first, but for the catalogue."""
    anna = Caller(UUID(world.tenant), UUID(world.anna), new_id())
    with world.database.read() as connection:
        stretches = list(in_order(connection, anna, 10_000, date(2026, 11, 22)))
    roots = {root for stretch in stretches if stretch.part is Part.FIRST for root in stretch.roots}
    return roots - {CATALOGUE.hex}


def test_where_not_all_can_come_first_those_with_a_day_come_before_those_without(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(priority, "MOST_FIRST", 3)
    ordered(world)
    ordered(world)
    late = ordered(world, due_at="2026-12-09T08:00:00.000Z")
    soon = ordered(world, due_at="2026-12-01T08:00:00.000Z")
    planned = ordered(world, planned_from="2026-12-24T08:00:00.000Z")

    assert first(world) == {planned, soon, late}
