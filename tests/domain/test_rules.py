"""Rules that hold wherever a record comes from: a form, an import or a push."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import rules
from app.domain.changes import Changes
from app.domain.customers import Customer
from app.domain.entity import Entity, fields
from app.domain.errors import AppError, RuleViolation
from app.domain.fields import Policy
from app.domain.ids import new_id
from app.domain.registry import ENTITIES
from app.domain.service_orders import OrderState, PartUsed, ServiceOrder, TimeEntry
from app.domain.visits import Visit


@pytest.mark.parametrize(
    ("entity", "values", "code"),
    [
        (Customer, {"name": "   "}, "field.required"),
        (Customer, {"name": "Acme\x00"}, "field.malformed"),
        (Customer, {"name": 7}, "field.malformed"),
        (Customer, {"employees": True}, "field.malformed"),
        (Customer, {"annual_sales": Decimal(10) ** 15}, "field.too_large"),
        (Customer, {"industry": "unheard of"}, "field.malformed"),
        (TimeEntry, {"minutes": 2**63}, "field.too_large"),
        (Visit, {"planned_from": datetime(2026, 11, 22)}, "field.malformed"),
    ],
)
def test_what_no_field_accepts_is_refused_by_code(
    entity: type[Entity], values: dict[str, Any], code: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        rules.check(entity, values)

    assert refused.value.code == code
    assert refused.value.facts["field"] in values


@pytest.mark.parametrize(
    ("entity", "stored"),
    [
        (Customer, {"territory_id": "not a key"}),
        (Customer, {"since_on": "2026-13-40"}),
        (Customer, {"labels": "{not json"}),
        (Customer, {"name": ["a", "list"]}),
        (PartUsed, {"amount": "many"}),
        (Visit, {"planned_from": "yesterday"}),
        (ServiceOrder, {"due_at": 17}),
    ],
)
def test_malformed_wire_values_are_refused_not_crashed_on(
    entity: type[Entity], stored: dict[str, Any]
) -> None:
    with pytest.raises(RuleViolation) as refused:
        rules.check_stored(entity, stored)

    assert refused.value.code == "field.malformed"


@given(
    name=st.sampled_from(sorted(fields(Customer))),
    value=st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
)
def test_no_wire_value_whatever_escapes_the_rules(name: str, value: Any) -> None:
    with suppress(RuleViolation):
        assert set(rules.check_stored(Customer, {name: value})) == {name}


ORDER_STATE = fields(ServiceOrder)["state"]


@pytest.mark.parametrize(
    ("now", "then", "allowed"),
    [
        (OrderState.DISPATCHED, OrderState.ACCEPTED, True),
        (OrderState.DISPATCHED, OrderState.COMPLETED, False),
        (OrderState.ACCEPTED, OrderState.DISPATCHED, True),
        (OrderState.WORKING, OrderState.SIGNED, True),
        (OrderState.SIGNED, OrderState.WORKING, False),
        (OrderState.COMPLETED, OrderState.CANCELLED, False),
        (OrderState.WORKING, OrderState.WORKING, True),
        (None, OrderState.ON_SITE, True),
    ],
)
def test_an_order_moves_only_along_its_edges(now: str | None, then: str, allowed: bool) -> None:
    if allowed:
        rules.check_edge(ORDER_STATE, now, then)
        return
    with pytest.raises(RuleViolation, match=r"state\.no_edge"):
        rules.check_edge(ORDER_STATE, now, then)


@pytest.mark.parametrize(
    ("entity", "name"),
    [(e, name) for e in ENTITIES for name, spec in fields(e).items() if spec.policy is Policy.TRANSITION],
    ids=lambda part: part if isinstance(part, str) else part.__name__,
)
def test_every_state_can_be_reached_from_the_first(entity: type[Entity], name: str) -> None:
    spec = fields(entity)[name]
    first = entity.__table__.columns[name].default.arg
    reached, frontier = {first}, {first}

    while frontier:
        frontier = {then for now in frontier for then in spec.edges[now]} - reached
        reached |= frontier

    assert reached == set(spec.options)


def test_changes_name_the_rows_while_they_are_few() -> None:
    one, other = new_id(), new_id()
    visit, customer = Changes(frozenset({Visit}), frozenset({one})), Changes(frozenset({Customer}))

    both = visit | Changes(frozenset({Customer}), frozenset({other}))

    assert both.touch(Visit)
    assert both.touch(Customer)
    assert not both.touch(ServiceOrder)
    assert both.ids == {one, other}
    assert (visit | customer).ids == frozenset()  # many of one make the union many
    assert visit | Changes() == visit
    assert not Changes()


def test_an_error_shows_its_code_and_facts() -> None:
    assert str(AppError("disk.full", free=0)) == "disk.full {'free': 0}"
    assert str(AppError("busy")) == "busy"
