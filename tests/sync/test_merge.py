"""How two people's edits of one row are brought together, policy by policy."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assets import Asset
from app.domain.customers import Customer
from app.domain.entity import Entity, fields
from app.domain.errors import RuleViolation
from app.domain.fields import Policy
from app.domain.products import Product
from app.domain.registry import ENTITIES
from app.domain.service_orders import PartUsed, ServiceOrder
from sync.merge import Clash, Merged, merge, merge_lines, overlay
from sync.protocol import MalformedMessage, Mutation, Op, OpKind, Patch, Result, Status, patch_between


def edit(entity: type[Entity], seen: dict, /, **changed) -> Patch:
    patch = patch_between(entity, seen, {**seen, **changed})
    assert patch is not None
    return patch


SEEN = {"name": "恒远", "phone": "111", "industry": "crane", "city": "苏州", "street": "星湖街 218 号"}


def test_a_field_only_we_changed_is_taken():
    assert merge(Customer, SEEN, edit(Customer, SEEN, phone="333")) == Merged({"phone": "333"})


def test_different_fields_changed_by_two_people_are_both_kept():
    at_the_server = {**SEEN, "industry": "boiler"}

    assert merge(Customer, at_the_server, edit(Customer, SEEN, phone="333")) == Merged({"phone": "333"})


def test_the_same_field_changed_by_two_people_keeps_the_servers_value_and_asks():
    at_the_server = {**SEEN, "phone": "222"}

    merged = merge(Customer, at_the_server, edit(Customer, SEEN, phone="333"))

    assert merged.values == {}
    assert merged.clashes == (Clash("phone", {"phone": "111"}, {"phone": "333"}, {"phone": "222"}),)


def test_two_people_writing_the_same_value_need_not_be_asked():
    at_the_server = {**SEEN, "phone": "333"}

    assert merge(Customer, at_the_server, edit(Customer, SEEN, phone="333")) == Merged()


def test_an_address_is_never_made_of_two_halves():
    at_the_server = {**SEEN, "city": "无锡"}

    merged = merge(Customer, at_the_server, edit(Customer, SEEN, street="金鸡湖大道 99 号"))

    assert merged.values == {}
    assert [clash.field for clash in merged.clashes] == ["address"]
    assert merged.clashes[0].mine["city"] == "苏州"
    assert merged.clashes[0].theirs["city"] == "无锡"


def test_parts_booked_by_two_people_add_up():
    used = {"description": "轴承", "amount": 20000}

    merged = merge(PartUsed, {**used, "amount": 50000}, edit(PartUsed, used, amount=30000))

    assert merged == Merged({"amount": 60000})


def test_the_higher_meter_reading_wins():
    seen = {"meter": 10_0000}

    assert merge(Asset, {"meter": 30_0000}, edit(Asset, seen, meter=20_0000)) == Merged()
    assert merge(Asset, {"meter": 15_0000}, edit(Asset, seen, meter=20_0000)) == Merged({"meter": 20_0000})


def test_tags_added_and_removed_by_two_people_are_united():
    seen = {"labels": '["a","b"]'}

    merged = merge(Customer, {"labels": '["a","b","c"]'}, edit(Customer, seen, labels='["b","d"]'))

    assert merged == Merged({"labels": '["b","c","d"]'})


def test_a_price_is_the_servers_and_a_laptops_edit_is_refused():
    seen = {"list_price": 100}
    change = edit(Product, seen, list_price=200)

    with pytest.raises(RuleViolation, match=r"field\.server_only"):
        merge(Product, seen, change)
    assert merge(Product, seen, change, trusted=True) == Merged({"list_price": 200})


@pytest.mark.parametrize(
    ("was", "new", "now", "state", "asks"),
    [
        ("dispatched", "accepted", "dispatched", "accepted", False),
        ("dispatched", "cancelled", "accepted", "cancelled", False),  # still cancellable from there
        ("dispatched", "accepted", "cancelled", "cancelled", True),
        ("accepted", "en_route", "dispatched", "dispatched", True),
    ],
)
def test_an_order_moves_only_along_its_edges(was, new, now, state, asks):
    merged = merge(ServiceOrder, {"state": now}, edit(ServiceOrder, {"state": was}, state=new))

    assert {"state": now, **merged.values}["state"] == state
    assert bool(merged.clashes) is asks


def test_a_step_that_no_edge_allows_is_refused():
    with pytest.raises(RuleViolation, match=r"state\.no_edge"):
        merge(
            ServiceOrder,
            {"state": "dispatched"},
            edit(ServiceOrder, {"state": "dispatched"}, state="completed"),
        )


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
        ("a\nb\nc\n", "a\nb\nc\nd\n", "0\na\nb\nc\n", "0\na\nb\nc\nd\n"),
        ("a\nb\nc\n", "a\nc\n", "a\nb\nC\n", None),
        ("a\nb\n", "a\nX\n", "a\nY\n", None),
        ("", "mine", "", "mine"),
        ("", "mine", "theirs", None),
        ("a\nb\n", "", "a\nb\n", ""),
    ],
)
def test_long_notes_are_merged_line_by_line(base, mine, theirs, merged):
    assert merge_lines(base, mine, theirs) == merged


LINES = st.lists(st.sampled_from("abcd"), max_size=6).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(LINES, LINES)
def test_a_text_changed_on_one_side_only_becomes_that_side(base, changed):
    assert merge_lines(base, changed, base) == changed
    assert merge_lines(base, base, changed) == changed


@given(LINES, LINES, LINES)
def test_a_line_merge_does_not_depend_on_who_is_called_mine(base, one, other):
    assert merge_lines(base, one, other) == merge_lines(base, other, one)


@given(LINES, LINES, LINES)
def test_every_line_either_side_added_is_in_the_merged_text(base, one, other):
    merged = merge_lines(base, one, other)
    if merged is not None:
        for side in (one, other):
            assert set(side.splitlines()) - set(base.splitlines()) <= set(merged.splitlines())


def test_a_laptop_shows_its_own_unsent_value_over_the_servers():
    at_the_server = {**SEEN, "phone": "222", "industry": "boiler"}

    shown = overlay(Customer, at_the_server, edit(Customer, SEEN, phone="333"))

    assert (shown["phone"], shown["industry"]) == ("333", "boiler")


def a_value(entity: type[Entity], name: str, number: int):
    spec = fields(entity)[name]
    if spec.options:
        return spec.options[number % len(spec.options)].value
    return {
        "TEXT": f"文本{number}", "LONG_TEXT": f"行{number}\n", "WHOLE": number, "QUANTITY": number * 10_000,
        "MONEY": number * 10_000, "FLAG": number % 2, "DAY": f"2026-11-{number % 28 + 1:02d}",
        "INSTANT": f"2026-11-{number % 28 + 1:02d}T08:00:00.000Z+08:00", "TAGS": f'["t{number}"]',
        "REFERENCE": f"{number:032x}",
    }[spec.kind.name]  # fmt: skip


EVERY_FIELD = [
    (entity, name) for entity in ENTITIES for name, spec in fields(entity).items() if not spec.edges
]


@pytest.mark.parametrize(
    ("entity", "name"), EVERY_FIELD, ids=lambda x: x if isinstance(x, str) else x.__tablename__
)
def test_every_field_merges_by_its_declared_policy_and_loses_nothing(entity, name):
    spec = fields(entity)[name]
    base, mine, theirs = (a_value(entity, name, number) for number in (1, 2, 4))
    patch = edit(entity, {name: base}, **{name: mine})

    merged = merge(entity, {name: theirs}, patch, trusted=True)

    value = merged.values.get(name, theirs)
    if mine == base:
        assert value == theirs
    elif spec.policy in (Policy.CONFLICT, Policy.GROUP, Policy.TEXT3) and theirs not in (base, mine):
        assert value == theirs
        assert merged.clashes[0].mine[name] == mine
    elif spec.policy is Policy.DELTA:
        assert value == theirs + mine - base
    elif spec.policy is Policy.MAX:
        assert value == max(mine, theirs)
    elif spec.policy is Policy.SET:
        assert value == '["t2","t4"]'
    else:
        assert value == mine


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__tablename__)
def test_a_change_of_every_field_travels_and_arrives_unchanged(entity):
    before = {name: a_value(entity, name, 1) for name in fields(entity)}
    after = {name: a_value(entity, name, 2) for name in fields(entity)}
    patch = edit(entity, before, **after)
    mutation = Mutation(
        uuid4(), uuid4(), 7, "record.save", "2026-11-22T08:00:00.000Z+08:00",
        (Op(OpKind.CREATE, entity.__tablename__, uuid4(), uuid4(), values=after),
         Op(OpKind.PATCH, entity.__tablename__, uuid4(), base_rev=3, patch=patch)),
        replaces=uuid4(),
    )  # fmt: skip

    assert Mutation.from_wire(mutation.to_wire()) == mutation
    assert overlay(entity, before, patch) == after


def test_a_result_travels_and_arrives_unchanged():
    result = Result(uuid4(), 3, Status.CONFLICT, 12, "field.required", "name", "…", (uuid4(),))

    assert Result.from_wire(result.to_wire()) == result


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON | st.fixed_dictionaries({"op_id": JSON, "n": JSON, "ops": JSON, "device_id": JSON}))
def test_whatever_else_arrives_is_refused_as_malformed(wire):
    with pytest.raises(MalformedMessage):
        Mutation.from_wire(wire)
