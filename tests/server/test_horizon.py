"""What the server forgets in time, and that nobody is misled by it."""

from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, Table, func, insert, select

from app.domain.ambient import Ambient, decided_by
from app.domain.customers import Contact, Customer
from app.domain.ids import new_id
from sync.pages import read_page
from sync.protocol import Status
from sync.server import collecting
from sync.server.account_tables import DEVICE
from sync.server.caller import Caller
from sync.server.change_log import ChangeLog
from sync.server.checking import check
from sync.server.collecting import Collected, Keeping, collect
from sync.server.cursors import Cursor, StaleCursor
from sync.server.devices import State, note_visit, put_into, rename, stored
from sync.server.tables import COMMIT, LEDGER, MEMBER, ROW
from tests.server.world import Laptop, World, a_contact

DAY = 86_400.0
TODAY = 1_900_000_000.0
KEEPING = Keeping()


@contextmanager
def days_ago(days: float) -> Generator[None]:
    with decided_by(Ambient(clock=lambda: int((TODAY - days * DAY) * 1e9))):
        yield


@pytest.fixture
def old_world(world: World) -> World:
    """Nothing in it is younger than 500 days."""
    with world.database.write() as connection:
        here = COMMIT.c.tenant_id == world.tenant
        connection.execute(COMMIT.update().where(here).values(at=stored(TODAY - 500 * DAY)))
    return world


def tidy(world: World, days_on: float = 0) -> Collected:
    return collect(world.database, world.tenant, TODAY + days_on * DAY, KEEPING)


def visited(world: World, laptop: Laptop, days_ago: float) -> None:
    """The laptop said hello at a time, knowing what it has pulled."""
    known = {"tenant_id": world.tenant, "id": laptop.caller.device, "user_id": laptop.caller.user}
    seen = stored(TODAY - days_ago * DAY)
    at = {"registered_at": seen, "last_seen_at": seen, "cursor_seq": Cursor.from_token(laptop.cursor).seq}
    with world.database.write() as connection:
        connection.execute(insert(DEVICE).values(**known, **at, name="Laptop", state=State.ACTIVE.value))


def tombstones(world: World) -> int:
    return _count(world, ROW, ROW.c.deleted == 1)


def _count(world: World, table: Table, *such: ColumnElement[bool]) -> int:
    with world.database.read() as connection:
        query = select(func.count()).select_from(table).where(table.c.tenant_id == world.tenant, *such)
        return int(connection.execute(query).scalar_one())


def delete(world: World, *row_ids: str) -> None:
    def go(log: ChangeLog) -> None:
        for row_id in row_ids:
            row = log.row(row_id)
            assert row
            log.delete(row)

    world.write(go)


def test_a_deletion_is_forgotten_after_half_a_year(old_world: World) -> None:
    with days_ago(300):
        rossi = old_world.add_customer(old_world.north)
        contact = old_world.add(Contact, rossi, **a_contact(rossi))
    with days_ago(190):
        delete(old_world, contact)
    with days_ago(170):
        bianchi = old_world.add_customer(old_world.north)
        delete(old_world, bianchi)

    done = tidy(old_world)

    assert (done.deleted, tombstones(old_world)) == (1, 1)
    assert tidy(old_world, days_on=20).deleted == 1


def test_it_waits_for_the_slowest_laptop_that_still_comes(old_world: World) -> None:
    with days_ago(300):
        rossi = old_world.add_customer(old_world.north)
        ben = old_world.laptop(old_world.anna).pull()
        visited(old_world, ben, days_ago=299)
    with days_ago(250):
        delete(old_world, rossi)

    assert tidy(old_world).deleted == 0
    assert ben.pull().of(Customer) == {}


def test_nobody_is_waited_for_longer_than_400_days(old_world: World) -> None:
    with days_ago(420):
        rossi = old_world.add_customer(old_world.north)
        away = old_world.laptop(old_world.anna).pull()
        visited(old_world, away, days_ago=390)
    with days_ago(410):
        delete(old_world, rossi)

    assert tidy(old_world).deleted == 1
    with pytest.raises(StaleCursor, match=r"sync\.cursor_too_old"):
        away.pull()


def test_a_laptop_that_will_never_come_again_is_not_waited_for(old_world: World) -> None:
    with days_ago(300):
        rossi = old_world.add_customer(old_world.north)
        wiped = old_world.laptop(old_world.anna).pull()
        visited(old_world, wiped, days_ago=299)
    with days_ago(250):
        delete(old_world, rossi)
    with old_world.database.write() as connection:
        put_into(connection, UUID(old_world.tenant), wiped.caller.device_id, State.WIPED)

    assert tidy(old_world).deleted == 1


def test_an_id_that_a_laptop_gave_up_is_not_waited_for(old_world: World) -> None:
    rossi, laptop, went_on_as = a_laptop_that_took_another_id(old_world)
    with days_ago(250):
        delete(old_world, rossi)
    come(old_world, went_on_as, laptop.pull())

    assert tidy(old_world).deleted == 1


def test_the_laptop_it_was_copied_from_is_waited_for_again_once_it_comes(old_world: World) -> None:
    rossi, laptop, went_on_as = a_laptop_that_took_another_id(old_world)
    come(old_world, laptop.caller, laptop)
    with days_ago(250):
        delete(old_world, rossi)
    come(old_world, went_on_as, old_world.laptop(old_world.anna).pull())

    assert tidy(old_world).deleted == 0
    assert laptop.pull().of(Customer) == {}


def a_laptop_that_took_another_id(world: World) -> tuple[str, Laptop, Caller]:
    """It has seen a customer; what it goes by now."""
    with days_ago(300):
        rossi = world.add_customer(world.north)
        laptop = world.laptop(world.anna).pull()
        visited(world, laptop, days_ago=299)
    was = laptop.caller
    went_on_as = Caller(was.tenant_id, was.user_id, new_id())
    with world.database.write() as connection:
        rename(
            connection, was.tenant_id, was.user_id,
            known_as=was.device_id, device_id=went_on_as.device_id, now=TODAY - 298 * DAY,
        )  # fmt: skip
    return rossi, laptop, went_on_as


def come(world: World, caller: Caller, laptop: Laptop) -> None:
    """Say hello as `caller`, knowing what `laptop` has pulled."""
    knows = Cursor.from_token(laptop.cursor).seq
    with world.database.write() as connection:
        note_visit(connection, caller, 1, "", now=TODAY - 200 * DAY, cursor_seq=knows)


def test_whoever_begins_anew_has_what_everybody_has(old_world: World) -> None:
    with days_ago(300):
        rossi = old_world.add_customer(old_world.north)
        away = old_world.laptop(old_world.anna).pull()
        current = old_world.laptop(old_world.anna).pull()
    with days_ago(250):
        delete(old_world, rossi)
        old_world.add_customer(old_world.north)
    with days_ago(10):
        current.pull()
    tidy(old_world)

    with pytest.raises(StaleCursor):
        away.pull()
    anew = old_world.laptop(old_world.anna).pull()

    assert anew.of(Customer) == current.pull().of(Customer)


def test_a_cursor_at_the_horizon_itself_still_holds(old_world: World) -> None:
    with days_ago(300):
        old_world.add_customer(old_world.north)
        laptop = old_world.laptop(old_world.anna).pull()
    with days_ago(1):
        bianchi = old_world.add_customer(old_world.north)

    assert tidy(old_world).horizon == Cursor.from_token(laptop.cursor).seq
    assert bianchi in laptop.pull().of(Customer)


def test_pages_of_a_pull_begun_before_the_horizon_are_begun_again(old_world: World) -> None:
    with days_ago(300):
        for _ in range(4):
            old_world.add_customer(old_world.north)
        laptop = old_world.laptop(old_world.anna)
        with old_world.database.read():
            first = laptop.pull_page("", limit=3)
    with days_ago(250):
        old_world.add_customer(old_world.north)
    tidy(old_world)

    with pytest.raises(StaleCursor, match=r"sync\.pages_stale"):
        laptop.pull_page(_cursor_of(first), limit=3)


def _cursor_of(body: bytes) -> str:
    return read_page(body).end.cursor


def test_intervals_that_ended_long_ago_go_with_the_deletions(old_world: World) -> None:
    with days_ago(300):
        rossi = old_world.add_customer(old_world.north)
    with days_ago(250):
        old_world.edit(rossi, territory_id=old_world.south)
        bianchi = old_world.add_customer(old_world.north)
        delete(old_world, bianchi)

    done = tidy(old_world)

    assert done.intervals == 1
    assert _count(old_world, MEMBER, MEMBER.c.root_id == bianchi) == 0
    assert rossi in old_world.laptop(old_world.ben).pull().of(Customer)


def test_the_same_mutation_is_never_done_twice_however_old(old_world: World) -> None:
    with days_ago(300):
        rossi = old_world.add_customer(old_world.north)
        anna = old_world.laptop(old_world.anna).pull()
        mutation = anna.mutation(anna.new_contact(rossi))
        assert anna.send(mutation).status is Status.APPLIED
    with days_ago(250):
        anna.pull()
        delete(old_world, *anna.of(Contact))
    done = tidy(old_world)

    assert done.results == 1
    assert anna.send(mutation).status is Status.APPLIED
    assert old_world.laptop(old_world.anna).pull().of(Contact) == {}
    with old_world.database.read() as connection:
        kept = connection.execute(select(LEDGER).where(LEDGER.c.op_id == mutation.op_id.hex)).one()
    assert (kept.name, kept.body) == ("", None)


def test_an_edit_of_a_row_forgotten_is_refused_and_not_lost(old_world: World) -> None:
    with days_ago(300):
        rossi = old_world.add_customer(old_world.north)
        anna = old_world.laptop(old_world.anna).pull()
    with days_ago(250):
        delete(old_world, rossi)
    tidy(old_world)

    result = anna.push(anna.edit(rossi, phone="1"))

    assert (result.status, result.code) == (Status.DEPENDENCY_FAILED, "row.unknown")


def test_it_goes_in_pieces_and_leaves_a_sound_database(
    old_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "AT_ONCE", 2)
    with days_ago(300):
        rossi = old_world.add_customer(old_world.north)
        ids = [old_world.add(Contact, rossi, **a_contact(rossi)) for _ in range(3)]
    with days_ago(250):
        delete(old_world, *ids)

    assert tidy(old_world).deleted == 3
    assert tidy(old_world) == Collected(tidy(old_world).horizon)
    with old_world.database.read() as connection:
        assert all(finding.sound for finding in check(connection, old_world.tenant))
