"""Pages: what they hold, where they resume, and when they may no longer be used."""

import base64
import json
from collections.abc import Callable
from uuid import UUID

import orjson
import pytest
from sqlalchemy import delete, update

from app.domain.customers import Contact, Customer
from app.domain.entity import fields
from sync.protocol import MalformedMessage
from sync.server.change_log import ChangeLog
from sync.server.cursors import Cursor, StaleCursor
from sync.server.pull import pull
from sync.server.tables import CLOCK, COMMIT, ROW
from tests.server.world import Laptop, World, a_contact


def _lines(laptop: Laptop, token: str = "", limit: int = 1000) -> list[list[object]]:
    return [orjson.loads(line) for line in laptop.pull_page(token, limit).splitlines()]


def _end(lines: list[list[object]]) -> dict[str, object]:
    tag, said = lines[-1]
    assert tag == "end"
    assert isinstance(said, dict)
    return said


def test_a_page_names_its_columns_and_says_where_to_go_on(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna)

    lines = _lines(anna)

    [hdr, header], end = lines[0], _end(lines)
    assert isinstance(header, dict)
    assert hdr == "hdr"
    assert header["columns"]["customer"] == list(fields(Customer)) == list(anna.pull().rows[rossi].values)
    assert (end["complete"], end["again"], end["acked"]) == (True, False, {anna.caller.device: 0})


def test_where_nothing_changed_a_pull_is_short(world: World) -> None:
    for _ in range(5):
        world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()

    page = anna.pull_page(anna.cursor)

    assert len(page) < 600
    assert _end(_lines(anna, anna.cursor))["cursor"] == anna.cursor


def test_a_row_is_sent_as_it_was_written_down(world: World) -> None:
    rossi = world.add_customer(world.north, name='"Rossi"\n北京', note="\u2028")
    anna = world.laptop(world.anna)

    [line] = [line for line in anna.pull_page("").splitlines() if rossi.encode() in line]

    with world.database.read() as connection:
        payload = connection.scalar(ROW.select().with_only_columns(ROW.c.payload).where(ROW.c.id == rossi))
    assert line.endswith(str(payload).encode() + b"]")
    assert anna.pull().value(rossi, "name") == '"Rossi"\n北京'


def test_what_was_deleted_while_pages_were_fetched_does_not_stay(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna = world.laptop(world.anna)
    deleted = []

    def delete_it() -> None:
        if not deleted:
            deleted.append(world.write(_deleting(contact)))

    anna.pull(1, between=delete_it)

    assert deleted
    assert contact not in anna.rows


def test_a_row_deleted_before_the_first_pull_is_never_mentioned(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    world.write(_deleting(contact))

    assert contact.encode() not in world.laptop(world.anna).pull_page("")


def test_what_came_into_view_between_two_pages_is_left_to_the_next_pull(world: World) -> None:
    world.add_customer(world.north)
    rossi = world.add_customer(world.south)
    anna = world.laptop(world.anna)
    first = _end(_lines(anna, limit=3))

    world.edit(rossi, territory_id=world.north)
    rest = _lines(anna, str(first["cursor"]))

    assert _end(rest)["again"] is True
    assert not [line for line in rest if line[0] == "put" and line[2] == rossi]
    assert rossi in anna.pull().rows


def test_losing_a_customer_between_two_pages_makes_them_stale(world: World) -> None:
    """Nothing of him may be sent any more, and what was sent must go."""
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna)
    first = _end(_lines(anna, limit=3))

    world.edit(rossi, territory_id=world.south)

    with pytest.raises(StaleCursor, match=r"sync\.pages_stale"):
        anna.pull_page(str(first["cursor"]))
    assert rossi not in anna.pull().rows


def test_a_customer_that_left_and_came_back_is_whole_again(world: World) -> None:
    rossi = world.add_customer(world.north)
    contacts = {world.add(Contact, rossi, **a_contact(rossi)) for _ in range(3)}
    anna = world.laptop(world.anna).pull()

    world.edit(rossi, territory_id=world.south)
    anna.pull()
    world.edit(rossi, territory_id=world.north)

    assert contacts <= anna.pull().rows.keys()


def test_a_server_restored_from_a_backup_is_noticed(world: World) -> None:
    world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    _lose_the_last_commit(world)
    world.add_customer(world.north)

    with pytest.raises(StaleCursor, match=r"sync\.timeline_changed"):
        anna.pull_page(anna.cursor)


def test_pages_of_two_histories_are_never_mixed(world: World) -> None:
    anna = world.laptop(world.anna).pull()
    for _ in range(4):
        world.add_customer(world.north)
    first = _end(_lines(anna, anna.cursor, limit=2))
    _lose_the_last_commit(world)
    world.add_customer(world.north)

    with pytest.raises(StaleCursor, match=r"sync\.pages_stale"):
        anna.pull_page(str(first["cursor"]))
    assert len(anna.pull().rows) == len(world.laptop(world.anna).pull().rows)


@pytest.mark.parametrize(
    "parts",
    [
        "x",
        [],
        [1],
        [1, "x", 2],
        [-1, ""],
        [2**64, ""],
        ["1", ""],
        [True, ""],
        [1, "x" * 99],
        [1, "a\x00"],
        [1, "", 1, 1, "\x00", 1, ""],
        {"seq": 1},
        [1, "", [], 1, "", 1, ""],
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(world: World, parts: object) -> None:
    anna = world.laptop(world.anna)

    with pytest.raises(MalformedMessage):
        anna.pull_page(base64.urlsafe_b64encode(json.dumps(parts).encode()).decode())


@pytest.mark.parametrize("token", ["!", "AAA", "%00", "e30", "北京", "[" * 400])
def test_a_cursor_of_noise_is_refused(world: World, token: str) -> None:
    with pytest.raises(MalformedMessage):
        world.laptop(world.anna).pull_page(token)


def test_a_cursor_survives_being_written_down() -> None:
    cursor = Cursor(5, "ab")

    assert Cursor.from_token(cursor.to_token()) == cursor


@pytest.mark.parametrize("limit", [-5, 0, 10**9])
def test_a_page_is_never_empty_nor_boundless(world: World, limit: int) -> None:
    with world.database.read() as connection:
        page = pull(connection, world.laptop(world.anna).caller, limit=limit)

    assert page.rows >= 1


def test_a_stranger_sees_nothing(world: World) -> None:
    world.add_customer(world.north)

    lines = _lines(world.laptop(UUID(int=5).hex))

    assert [line[0] for line in lines] == ["hdr", "end"]


def test_someone_dismissed_loses_everything(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()

    world.edit(world.anna, active=0)
    anna.pull()

    assert anna.rows == {}
    assert rossi in anna.last_out


def _deleting(row_id: str) -> Callable[[ChangeLog], None]:
    def work(log: ChangeLog) -> None:
        row = log.row(row_id)
        assert row
        log.delete(row)

    return work


def _lose_the_last_commit(world: World) -> None:
    """What a backup taken one commit earlier would hold: the number is given out anew."""
    with world.database.write() as connection:
        seq = connection.execute(
            update(CLOCK).where(CLOCK.c.tenant_id == world.tenant).values(seq=CLOCK.c.seq - 1)
            .returning(CLOCK.c.seq)
        ).scalar_one()  # fmt: skip
        for table in (COMMIT, ROW):
            connection.execute(delete(table).where(table.c.tenant_id == world.tenant, table.c.seq > seq))
