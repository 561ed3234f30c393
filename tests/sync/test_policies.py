"""Each merge policy keeps its promise, whatever two people did; a laptop shows what the server decides."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.assets import Asset
from app.domain.customers import Customer
from app.domain.entity import Entity, fields
from app.domain.errors import RuleViolation
from app.domain.fields import Policy
from app.domain.products import Product
from app.domain.registry import ENTITIES
from app.domain.service_orders import ChecklistItem, PartUsed, ServiceOrder
from sync.merge import merge, overlay
from sync.protocol import Patch, grouped, patch_between, words

Row = dict[str, Any]
FIELDS = {
    Policy.CONFLICT: (Customer, ("phone", "email")),
    Policy.GROUP: (Customer, ("city", "street")),
    Policy.DELTA: (PartUsed, ("amount",)),
    Policy.MAX: (Asset, ("meter",)),
    Policy.SET: (Customer, ("labels",)),
    Policy.TEXT3: (Customer, ("note",)),
    Policy.TRANSITION: (ServiceOrder, ("state",)),
    Policy.SERVER: (Product, ("list_price",)),
    Policy.LAST: (ChecklistItem, ("position",)),
}
LINES = st.lists(st.sampled_from("abc"), max_size=4).map(lambda lines: "".join(f"{line}\n" for line in lines))
TAGS = st.frozensets(st.sampled_from("abcd"))
STATES = [str(state) for state in fields(ServiceOrder)["state"].edges]


def _values(policy: Policy) -> st.SearchStrategy[Any]:
    match policy:
        case Policy.DELTA | Policy.MAX | Policy.SERVER | Policy.LAST:
            return st.integers(1, 40)
        case Policy.SET:
            return TAGS.map(lambda found: '["' + '","'.join(sorted(found)) + '"]' if found else None)
        case Policy.TEXT3:
            return LINES
        case Policy.TRANSITION:
            return st.sampled_from(STATES)
    return st.sampled_from(["", "x", "y", "z"])


def _rows(policy: Policy, count: int) -> st.SearchStrategy[list[Row]]:
    _, names = FIELDS[policy]
    row = st.fixed_dictionaries({name: _values(policy) for name in names})
    return st.lists(row, min_size=count, max_size=count)


def _whole(entity: type[Entity], row: Row) -> Row:
    """With the other fields of its groups, which travel along."""
    groups = {fields(entity)[name].group for name in row} - {None}
    return {name: None for group in groups for name in grouped(entity, str(group))} | row


def _edit(entity: type[Entity], base: Row, mine: Row) -> Patch:
    return patch_between(entity, base, mine) or Patch()


def _merged(policy: Policy, base: Row, mine: Row, theirs: Row) -> tuple[Row, set[str]]:
    """The row as the server leaves it after theirs and then mine, and what is asked."""
    entity, _ = FIELDS[policy]
    base, mine, theirs = (_whole(entity, row) for row in (base, mine, theirs))
    found = merge(entity, theirs, _edit(entity, base, mine), trusted=True)
    return {**theirs, **found.values}, {name for clash in found.clashes for name in clash.mine}


CASES = st.sampled_from(list(FIELDS)).flatmap(lambda policy: st.tuples(st.just(policy), _rows(policy, 3)))


def _allowed(policy: Policy, was: Row, new: Row) -> bool:
    if policy is not Policy.TRANSITION or was == new:
        return True
    return new["state"] in fields(ServiceOrder)["state"].edges[was["state"]]


def test_every_policy_is_declared_for_some_field_a_laptop_edits() -> None:
    declared = {spec.policy for entity in ENTITIES for spec in fields(entity).values()}

    assert declared == set(Policy)
    assert set(FIELDS) == set(Policy)
    for policy, (entity, names) in FIELDS.items():
        assert {fields(entity)[name].policy for name in names} == {policy}


@given(CASES)
def test_a_merge_says_the_same_each_time_and_invents_nothing(case: tuple[Policy, list[Row]]) -> None:
    policy, (base, mine, theirs) = case
    if not _allowed(policy, theirs, mine):
        return

    row, asked = _merged(policy, base, mine, theirs)

    assert (row, asked) == _merged(policy, base, mine, theirs)
    if policy not in (Policy.DELTA, Policy.SET, Policy.TEXT3):  # these make a third of two
        assert all(row[name] in (mine[name], theirs[name]) for name in mine)


@given(CASES)
def test_no_value_is_lost_in_silence(case: tuple[Policy, list[Row]]) -> None:
    policy, (base, mine, theirs) = case
    if not _allowed(policy, theirs, mine):
        return

    row, asked = _merged(policy, base, mine, theirs)

    for name in mine:
        if mine[name] == base[name]:
            assert row[name] == theirs[name] or name in asked or policy is Policy.GROUP
        elif policy in (Policy.CONFLICT, Policy.GROUP, Policy.TRANSITION):
            assert row[name] == mine[name] or name in asked
        if theirs[name] != base[name] and policy in (Policy.CONFLICT, Policy.GROUP):
            assert row[name] == theirs[name]


@given(CASES)
def test_what_only_one_changed_is_taken_and_nobody_is_asked(case: tuple[Policy, list[Row]]) -> None:
    policy, (base, mine, _) = case
    if not _allowed(policy, base, mine):
        return

    row, asked = _merged(policy, base, mine, base)

    assert asked == set()
    assert {name: row[name] for name in mine} == mine


@given(CASES)
@example(
    (Policy.GROUP, [{"street": "", "city": ""}, {"street": "x", "city": ""}, {"street": "", "city": "x"}])
)
def test_a_laptop_shows_over_the_servers_row_what_the_server_will_make_of_it(
    case: tuple[Policy, list[Row]],
) -> None:
    """Where nobody is asked both ends say the same; where somebody is, the author sees his own value."""
    policy, (base, mine, theirs) = case
    if not _allowed(policy, theirs, mine):
        return
    entity, _ = FIELDS[policy]

    row, asked = _merged(policy, base, mine, theirs)
    base, mine, theirs = (_whole(entity, each) for each in (base, mine, theirs))
    shown = overlay(entity, theirs, _edit(entity, base, mine))

    for name in mine:
        if name not in asked:
            assert shown[name] == row[name]
        else:
            assert shown[name] == mine[name]


@given(_rows(Policy.GROUP, 3))
def test_a_group_is_one_persons(rows: list[Row]) -> None:
    base, mine, theirs = rows

    row, _ = _merged(Policy.GROUP, base, mine, theirs)

    assert {name: row[name] for name in mine} in (mine, theirs)


@given(st.integers(1, 40), st.integers(-20, 20), st.integers(-20, 20))
def test_amounts_add_up_in_any_order_and_each_once(base: int, mine: int, theirs: int) -> None:
    edits = [_edit(PartUsed, {"amount": base}, {"amount": base + change}) for change in (mine, theirs)]
    ends = []
    for first, second in (edits, reversed(edits)):
        row = {"amount": base} | merge(PartUsed, {"amount": base}, first).values
        ends.append(row | merge(PartUsed, row, second).values)

    assert ends == [{"amount": base + mine + theirs}] * 2


@given(st.lists(st.integers(1, 40), min_size=2, max_size=6))
def test_a_meter_never_runs_backwards_through_a_merge(readings: list[int]) -> None:
    seen, row = {"meter": readings[0]}, {"meter": readings[0]}
    history = [row["meter"]]
    for reading in readings[1:]:
        row = row | merge(Asset, row, _edit(Asset, seen, {"meter": reading})).values
        history.append(row["meter"])

    raised = [reading for reading in readings if reading > readings[0]]
    assert row["meter"] == max(raised, default=history[-1])
    if raised:
        first = history.index(next(reading for reading in history if reading > readings[0]))
        assert history[first:] == sorted(history[first:])


@given(TAGS, TAGS, TAGS)
def test_tags_hold_what_both_added_and_nothing_either_removed(
    base: frozenset[str], mine: frozenset[str], theirs: frozenset[str]
) -> None:
    stored = [{"labels": '["' + '","'.join(sorted(s)) + '"]' if s else None} for s in (base, mine, theirs)]

    row, asked = _merged(Policy.SET, *stored)

    assert asked == set()
    assert words(row["labels"]) == (theirs | (mine - base)) - (base - mine)


@given(st.integers(1, 40), st.integers(1, 40))
def test_what_the_server_owns_no_laptop_changes(base: int, mine: int) -> None:
    change = _edit(Product, {"list_price": base}, {"list_price": mine})

    if base == mine:
        assert merge(Product, {"list_price": base}, change).values == {}
    else:
        with pytest.raises(RuleViolation):
            merge(Product, {"list_price": base}, change)


@given(_rows(Policy.TRANSITION, 3))
def test_a_state_never_jumps_an_edge(rows: list[Row]) -> None:
    base, mine, theirs = rows
    edges = fields(ServiceOrder)["state"].edges
    try:
        found = merge(ServiceOrder, theirs, _edit(ServiceOrder, base, mine))
    except RuleViolation:
        return

    then = found.values.get("state", theirs["state"])
    assert then == theirs["state"] or then in edges[theirs["state"]]
