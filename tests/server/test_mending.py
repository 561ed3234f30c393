"""What was changed in the tables by SQL is found and published, and the digests laptops compare are kept."""

import pytest
from sqlalchemy import text

from app.domain.customers import Contact, Customer
from app.domain.ids import new_id
from sync.digest import Digest
from sync.pages import read_page
from sync.server import root_digests
from sync.server.checking import check
from sync.server.mending import Mended, mend
from sync.server.pull import pull
from tests.server.world import Laptop, World, a_contact


@pytest.fixture
def rossi(world: World) -> str:
    return world.add_customer(world.north)


@pytest.fixture
def wang(world: World, rossi: str) -> str:
    return world.add(Contact, rossi, **a_contact(rossi))


@pytest.fixture
def anna(world: World, wang: str) -> Laptop:
    return world.laptop(world.anna).pull()


def sql(world: World, statement: str, **values: object) -> None:
    with world.database.write() as connection:
        connection.execute(text(statement), {"tenant": world.tenant} | values)


def mended(world: World) -> Mended:
    with world.database.write() as connection:
        return mend(connection, world.tenant)


def is_sound(world: World) -> bool:
    with world.database.read() as connection:
        return all(finding.sound for finding in check(connection, world.tenant))


def seen_by(world: World, user: str) -> Digest:
    with world.database.read() as connection:
        return root_digests.seen_by(connection, world.tenant, user)


def held_by(laptop: Laptop) -> Digest:
    rows = [(row.entity.__tablename__, row_id, row.rev) for row_id, row in laptop.rows.items()]
    return sum((Digest.of(entity, [(row_id, rev)]) for entity, row_id, rev in rows), Digest())


def test_a_value_changed_by_sql_reaches_the_laptops(world: World, wang: str, anna: Laptop):
    sql(world, "UPDATE contact SET name = 'Wang F.' WHERE tenant_id = :tenant AND id = :id", id=wang)
    found_before = is_sound(world)

    result = mended(world)

    assert (found_before, result, is_sound(world)) == (False, Mended(1), True)
    assert anna.pull().value(wang, "name") == "Wang F."


def test_a_row_deleted_by_sql_leaves_the_laptops(world: World, wang: str, anna: Laptop):
    sql(world, "DELETE FROM contact WHERE tenant_id = :tenant AND id = :id", id=wang)

    mended(world)

    assert wang not in anna.pull().rows
    assert is_sound(world)


def test_a_row_added_by_sql_comes_to_the_laptops_of_its_customer(
    world: World, rossi: str, wang: str, anna: Laptop
):
    added = new_id().hex
    sql(
        world,
        "INSERT INTO contact (tenant_id, id, root_id, rev, customer_id, name, is_primary)"
        " SELECT tenant_id, :added, :nowhere, 0, customer_id, 'Li Na', is_primary FROM contact"
        " WHERE tenant_id = :tenant AND id = :id",
        id=wang, added=added, nowhere=new_id().hex,
    )  # fmt: skip

    mended(world)

    assert anna.pull().rows[added].root_id == rossi
    assert is_sound(world)


def test_a_row_that_breaks_a_rule_is_left_and_named(world: World, wang: str, anna: Laptop):
    sql(world, "UPDATE contact SET name = '' WHERE tenant_id = :tenant AND id = :id", id=wang)

    assert mended(world) == Mended(0, [wang])
    assert anna.pull().value(wang, "name") == "Wang Fang"


def test_a_revision_and_a_root_are_the_logs_to_say(world: World, wang: str, anna: Laptop):
    sql(world, "UPDATE contact SET rev = 9, root_id = id WHERE tenant_id = :tenant AND id = :id", id=wang)

    assert mended(world) == Mended(0)
    assert is_sound(world)


def test_wrong_digests_are_found_and_counted_anew(world: World, rossi: str, anna: Laptop):
    sql(world, "UPDATE sync_root_digest SET low = 1 WHERE tenant_id = :tenant AND root_id = :id", id=rossi)
    found_before = is_sound(world)

    mended(world)

    assert (found_before, is_sound(world)) == (False, True)


def test_the_digest_of_what_a_user_sees_follows_every_commit(
    world: World, rossi: str, wang: str, anna: Laptop
):
    world.edit(wang, name="Wang F.")
    verdi = world.add_customer(world.south)
    world.edit(rossi, phone="5")
    doomed = world.add(Contact, rossi, **a_contact(rossi))
    world.write(lambda log: log.delete(log.row(doomed)))
    moved = world.add_customer(world.north)
    world.edit(moved, territory_id=world.south)

    for user in (world.anna, world.ben, world.lin, world.mo):
        assert seen_by(world, user) == held_by(world.laptop(user).pull())
    assert verdi not in anna.pull().of(Customer)


def test_a_finished_pull_says_what_its_reader_then_holds_where_he_asks(
    world: World, rossi: str, anna: Laptop
):
    world.edit(rossi, phone="5")
    with world.database.read() as connection:
        page = read_page(pull(connection, anna.caller, anna.cursor, digest=True).body)

    assert page.end.digest == held_by(anna.pull())
    assert read_page(anna.pull_page("")).end.digest is None
