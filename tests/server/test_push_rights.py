"""A mutation is taken only where its author may, and a hostile one harms nothing."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.domain.customers import Customer
from app.domain.ids import new_id
from app.domain.products import Product
from sync.protocol import MalformedMessage, Mutation, Op, OpKind, Patch, Status
from sync.server.push import push
from tests.server.world import World, a_contact, a_customer


def test_nobody_writes_below_a_customer_he_never_saw(world: World) -> None:
    rossi = world.add_customer(world.north)
    ben = world.laptop(world.ben).pull()

    result = ben.push(ben.new_contact(rossi))

    assert (result.status, result.code) == (Status.REJECTED, "scope.foreign")


def test_a_forged_root_opens_no_door(world: World) -> None:
    rossi, verdi = world.add_customer(world.north), world.add_customer(world.south)
    ben = world.laptop(world.ben).pull()

    forged = replace(ben.new_contact(rossi), root_id=UUID(verdi))

    assert ben.push(forged).code == "row.foreign_root"


def test_a_customer_of_another_tenant_does_not_exist(world: World) -> None:
    elsewhere = World(world.database)
    rossi = elsewhere.add_customer(elsewhere.north)
    anna, stranger = world.laptop(world.anna).pull(), elsewhere.laptop(elsewhere.anna).pull()

    result = anna.push(stranger.edit(rossi, phone="666"))

    assert (result.status, result.code) == (Status.DEPENDENCY_FAILED, "row.unknown")
    assert rossi not in anna.pull().rows


@pytest.mark.parametrize(("who", "taken"), [("anna", False), ("lin", True), ("mo", True)])
def test_the_catalogue_is_written_by_the_office(world: World, who: str, taken: bool) -> None:
    laptop = world.laptop(getattr(world, who)).pull()
    product = laptop.create(Product, {"code": "L1", "name": "Lift", "discontinued": 0})

    assert (laptop.push(product).status is Status.APPLIED) == taken


@pytest.mark.parametrize(("who", "taken"), [("anna", False), ("lin", False), ("mo", True), ("ada", True)])
def test_the_organisation_is_written_by_managers(world: World, who: str, taken: bool) -> None:
    laptop = world.laptop(getattr(world, who)).pull()

    result = laptop.push(laptop.edit(world.ben, phone="555"))

    assert (result.status is Status.APPLIED) == taken


def test_no_manager_makes_himself_an_administrator(world: World) -> None:
    mo = world.laptop(world.mo).pull()

    assert mo.push(mo.edit(world.mo, role="admin")).code == "right.administrator"


@pytest.mark.parametrize(("who", "code"), [("lin", "field.server_only"), ("mo", None)])
def test_a_price_is_set_by_managers_only(world: World, who: str, code: str | None) -> None:
    laptop = world.laptop(getattr(world, who)).pull()
    product = {"code": "L1", "name": "Lift", "discontinued": 0, "list_price": 990_0000, "currency": "CNY"}

    assert laptop.push(laptop.create(Product, product)).code == code


def test_an_engineer_makes_customers_where_he_works_only(world: World) -> None:
    anna = world.laptop(world.anna).pull()

    here, there = (
        anna.push(anna.create(Customer, values, row_id=None))
        for values in (a_customer(world.north), a_customer(world.south))
    )

    assert here.code is None
    assert (there.code, there.field) == ("right.territory", "territory_id")


def test_work_on_a_customer_that_was_handed_over_meanwhile_is_still_taken(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna, ben = world.laptop(world.anna).pull(), world.laptop(world.ben).pull()
    world.edit(rossi, territory_id=world.south)

    result = anna.push(anna.edit(rossi, phone="222"))

    assert result.status is Status.APPLIED
    assert ben.pull().value(rossi, "phone") == "222"


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("entity", "values", "code"),
    [
        ("no_such", {}, "entity.unknown"),
        ("contact", {"no_such": 1}, "field.unknown"),
        ("contact", {"name": 7}, "field.malformed"),
        ("contact", {"name": "a\x00b"}, "field.malformed"),
        ("contact", {"name": "x" * 201}, "field.too_long"),
        ("contact", {"is_primary": 7}, "field.malformed"),
        ("contact", {"influence": 2**62}, "field.too_large"),
        ("contact", {"influence": "3"}, "field.malformed"),
        ("contact", {"buying_role": "emperor"}, "field.malformed"),
        ("contact", {"birthday_on": "2026-13-45"}, "field.malformed"),
        ("contact", {"id": "0" * 32}, "field.unknown"),
        ("contact", {"rev": 9}, "field.unknown"),
        ("customer", {"labels": "[1]"}, "field.malformed"),
        ("customer", {"labels": "{}}"}, "field.malformed"),
        ("customer", {"labels": "[" * 100_000}, "field.malformed"),
        ("customer", {"labels": '["\\ud800"]'}, "field.malformed"),
        ("customer", {"annual_sales": "NaN"}, "field.malformed"),
        ("note", {"written_at": "yesterday"}, "field.malformed"),
        ("conflict", {}, "right.conflict"),
        ("asset", {"meter": 2**63 // 10**4 * 10**4}, "field.too_large"),
    ],
)
def test_values_no_field_would_accept_are_refused_by_name(
    world: World, entity: str, values: dict[str, Any], code: str
) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    valid = {
        "contact": a_contact(rossi), "customer": a_customer(world.north),
        "note": {"customer_id": rossi, "body": "x", "written_at": "2026-11-22T08:15:00.000Z+08:00"},
        "asset": {"customer_id": rossi, "name": "Lift"},
        "conflict": {
            "entity": "contact", "row_id": rossi, "kind": "field", "op_id": rossi, "author_id": rossi,
            "device_id": rossi, "acted_at": "2026-11-22T08:15:00.000Z+08:00",
            "received_at": "2026-11-22T08:15:00.000Z+08:00",
        },
    }.get(entity, {})  # fmt: skip

    result = anna.push(Op(OpKind.CREATE, entity, new_id(), values={**valid, **values}))

    assert (result.status, result.code) == (Status.REJECTED, code)


@pytest.mark.parametrize(
    "patch",
    [
        Patch(set={"no_such": 1}, was={"no_such": 2}),
        Patch(delta={"phone": 5}),
        Patch(add={"phone": ["x"]}),
        Patch(remove={"no_such": ["x"]}),
        Patch(delta={"no_such": 1}),
        Patch(add={"labels": ["\ud800"]}),
        Patch(set={"city": "Suzhou"}, was={"city": None}),
        Patch(set={"root_id": "0" * 32}, was={"root_id": None}),
        Patch(set={"name": None}, was={"name": "Rossi"}),
    ],
)
def test_a_patch_that_fits_no_field_is_refused(world: World, patch: Patch) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()

    mutation = anna.mutation(anna.patch(rossi, patch)).to_wire()
    [result] = push(anna.database, anna.caller, [mutation])

    assert result.status is Status.REJECTED


@pytest.mark.parametrize(
    "damage",
    [
        {"ops": []},
        {"ops": "all"},
        {"ops": [{"op": "explode"}]},
        {"ops": [_nested(500)]},
        {"ops": [{"op": "create", "entity": "contact", "id": "x", "values": {}}]},
        {"ops": [{"op": "create", "entity": "contact", "id": "0" * 32, "values": {"name": [1]}}]},
        {"ops": [{"op": "create", "entity": "contact", "id": "0" * 32, "values": {"name": 2**70}}]},
        {"acted_at": "soon"},
        {"acted_at": "9999-99-99T00:00:00.000Z+00:00"},
        {"schema": "new"},
        {"name": 5},
        {"on_conflict": "panic"},
    ],
)
def test_a_mutation_of_another_form_is_refused_and_blocks_nothing(
    world: World, damage: dict[str, Any]
) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    damaged = anna.mutation(anna.new_contact(rossi)).to_wire() | damage
    sound = anna.mutation(anna.new_contact(rossi)).to_wire()
    results = push(anna.database, anna.caller, [damaged, sound])

    assert [result.status for result in results] == [Status.REJECTED, Status.APPLIED]


@pytest.mark.parametrize(
    "damage", [{"n": "1"}, {"n": 0}, {"n": 2**64}, {"op_id": 5}, {"device_id": new_id().hex}, {"n": True}]
)
def test_what_cannot_be_numbered_is_no_mutation(world: World, damage: dict[str, Any]) -> None:
    anna = world.laptop(world.anna).pull()
    wire = Mutation(new_id(), anna.caller.device_id, 1, "x", "", ()).to_wire()

    with pytest.raises(MalformedMessage):
        push(anna.database, anna.caller, [wire | damage])


def test_a_mutation_too_large_to_be_honest_is_refused(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()

    result = anna.push(anna.new_contact(rossi, note="x" * 5_000_000))

    assert result.code == "mutation.too_large"
