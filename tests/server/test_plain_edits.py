"""Plain edits are decided in a shorter way, which comes to the same as the general one."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import select

from app.domain.customers import Contact
from app.domain.ids import new_id
from sync.protocol import Status
from sync.server import push as pushing
from sync.server.plain_edits import read_edits
from sync.server.root_digests import count_anew, kept
from sync.server.tables import LEDGER, ROW, TABLES
from tests.server.world import World, a_contact

Wire = dict[str, Any]
Damage = Callable[[Wire], object]


_ROW = select(ROW.c.rev, ROW.c.run_rev, ROW.c.deleted, ROW.c.author_id, ROW.c.acted_at, ROW.c.payload)
_ENTERED = select(LEDGER.c.n, LEDGER.c.name, LEDGER.c.acted_at)


def _outcome(world: World, contact: str, damage: Damage, *, plainly: bool) -> tuple[Any, ...]:
    """What becomes of an edit, and of the row, ids aside."""
    laptop = world.laptop(world.anna).pull()
    wire: Wire = laptop.mutation(laptop.edit(contact, phone="222", note="written")).to_wire()
    damage(wire)
    with mock.patch.object(pushing, "read_edits", read_edits if plainly else lambda body: ()):
        [result] = pushing.push(world.database, laptop.caller, [wire])
    with world.database.read() as connection:
        row = connection.execute(_ROW.where(ROW.c.id == contact)).one()
        table = TABLES[Contact]
        held = connection.execute(select(table).where(table.c.id == contact)).one()._asdict()
        entered = connection.execute(_ENTERED.where(LEDGER.c.op_id == wire["op_id"])).one()
        assert kept(connection, world.tenant) == count_anew(connection, world.tenant)
    del held["id"]
    return (result.status, result.code, result.field, result.message), tuple(row), held, tuple(entered)


def _op(wire: Wire) -> Wire:
    op: Wire = wire["ops"][0]
    return op


SAID: list[Damage] = [
    lambda wire: None,
    lambda wire: _op(wire)["patch"]["set"].update(phone=None),
    lambda wire: _op(wire)["patch"]["set"].update(phone=""),
    lambda wire: _op(wire)["patch"]["set"].update(phone="1" * 300),
    lambda wire: _op(wire)["patch"]["set"].update(phone=5),
    lambda wire: _op(wire)["patch"]["set"].update(phone="a\x00b"),
    lambda wire: _op(wire)["patch"]["was"].update(phone="another"),
    lambda wire: _op(wire)["patch"]["was"].clear(),
    lambda wire: _op(wire)["patch"].update(set={"is_primary": 1}, was={"is_primary": False}),
    lambda wire: _op(wire)["patch"].update(set={"is_primary": 2}, was={"is_primary": 0}),
    lambda wire: _op(wire)["patch"].update(set={"is_primary": 1}, was={"is_primary": 0}),
    lambda wire: _op(wire)["patch"].update(set={"name": " "}, was={"name": "Wang Fang"}),
    lambda wire: _op(wire)["patch"].update(set={"unheard": 1}, was={"unheard": 0}),
    lambda wire: _op(wire)["patch"].update(add={"phone": ["1"]}),
    lambda wire: _op(wire).update(root_id=new_id().hex),
    lambda wire: _op(wire).update(id=_op(wire)["id"].upper()),
    lambda wire: _op(wire).update(base_rev=2**63),
    lambda wire: _op(wire).update(entity="customer"),
    lambda wire: wire["ops"].append(wire["ops"][0]),
    lambda wire: wire.update(acted_at="2026-11-22T08:15:00Z"),
    lambda wire: wire.update(acted_at="2026-13-22T08:15:00.000Z+08:00"),
    lambda wire: wire.update(acted_at=7),
    lambda wire: wire.update(on_conflict="all"),
    lambda wire: wire.update(name="two\nlines"),
    lambda wire: wire.update(beside="x"),
]


@pytest.mark.parametrize("damage", SAID)
def test_the_short_way_comes_to_the_same_as_the_long_one(world: World, damage: Damage) -> None:
    rossi = world.add_customer(world.north)
    one, other = (world.add(Contact, rossi, **a_contact(rossi, phone="111", note="seen")) for _ in "12")

    assert _outcome(world, one, damage, plainly=True) == _outcome(world, other, damage, plainly=False)


def test_what_was_seen_as_it_is_goes_the_short_way(world: World) -> None:
    rossi = world.add_customer(world.north, phone="111")
    anna = world.laptop(world.anna).pull()

    with mock.patch.object(pushing, "apply", side_effect=AssertionError):
        result = anna.push(anna.edit(rossi, phone="222"))

    assert result.status is Status.APPLIED
