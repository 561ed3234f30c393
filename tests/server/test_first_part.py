"""The first part of a first pull: what is in it, what never is, and that it mixes with nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.customers import Contact
from app.domain.entity import CATALOGUE
from app.domain.service_orders import ServiceOrder
from app.domain.types import Stored
from app.domain.visits import Visit
from sync.pages import End, Page, read_page
from sync.server import first_part
from sync.server.cursors import Cursor, StaleCursor
from sync.server.cursors import Page as Place
from sync.server.pull import pull
from tests.server.world import Laptop, World, a_contact

MANY = 30


@pytest.fixture
def anna(world: World) -> Laptop:
    """She serves the north, where there are many customers she has nothing to do with now."""
    for _ in range(MANY):
        world.add_customer(world.north)
    return world.laptop(world.anna)


def page(laptop: Laptop, token: str = "", *, limit: int = 1000, first: bool = True) -> Page:
    with laptop.database.read() as connection:
        return read_page(pull(connection, laptop.caller, token, limit=limit, first=first).body)


def pages(laptop: Laptop, limit: int = 1000) -> list[Page]:
    """The first part from its beginning to its end."""
    fetched = [page(laptop, limit=limit)]
    while not fetched[-1].end.complete:
        fetched.append(page(laptop, fetched[-1].end.cursor, limit=limit, first=False))
    return fetched


def ids(*some: Page) -> list[str]:
    return [str(line[2]) for one in some for line in one.lines()]


def customers(*some: Page) -> set[str]:
    return {str(line[2]) for one in some for line in one.lines() if line[1] == "customer"}


def order(world: World, customer: str, engineer: str, **values: Stored) -> str:
    facts = {"number": "1", "customer_id": customer, "engineer_id": engineer, "subject": "Pump"}
    rest = {"type": "repair", "state": "dispatched", "severity": "normal"}
    return world.add(ServiceOrder, customer, **{**facts, **rest, **values})


def visit(world: World, customer: str, owner: str, days: int) -> str:
    start = datetime.now(UTC) + timedelta(days=days)
    facts = {"customer_id": customer, "owner_id": owner, "purpose": "Tea", "type": "routine"}
    when = start.strftime("%Y-%m-%dT%H:%M:%S.000Z+08:00")
    return world.add(Visit, customer, **facts, state="planned", planned_from=when)


def test_it_is_the_catalogue_and_the_customers_he_is_about_to_need(world: World, anna: Laptop) -> None:
    ordered, visited, owned = (world.add_customer(world.north) for _ in range(3))
    order(world, ordered, world.anna)
    visit(world, visited, world.anna, days=3)
    world.edit(owned, owner_id=world.anna)

    sent = page(anna)

    assert customers(sent) == {ordered, visited, owned}
    assert {line[3] for line in sent.lines()} == {CATALOGUE.hex, ordered, visited, owned}
    assert world.north in ids(sent)


@pytest.mark.parametrize("state", ["completed", "cancelled"])
def test_a_finished_order_is_no_hurry(world: World, anna: Laptop, state: str) -> None:
    needed, done = world.add_customer(world.north), world.add_customer(world.north)
    order(world, needed, world.anna)
    order(world, done, world.anna, state=state)

    assert customers(page(anna)) == {needed}


@pytest.mark.parametrize(("days", "sent"), [(-9, False), (-6, True), (27, True), (30, False)])
def test_visits_are_those_about_now(world: World, anna: Laptop, days: int, sent: bool) -> None:
    needed, visited = world.add_customer(world.north), world.add_customer(world.north)
    order(world, needed, world.anna)
    visit(world, visited, world.anna, days)

    assert (visited in customers(page(anna))) is sent


def test_work_of_a_colleague_is_no_hurry(world: World, anna: Laptop) -> None:
    needed, other = world.add_customer(world.north), world.add_customer(world.north)
    order(world, needed, world.anna)
    order(world, other, world.lin)

    assert customers(page(anna)) == {needed}


def test_being_needed_shows_nobody_what_is_not_his(world: World, anna: Laptop) -> None:
    needed, elsewhere = world.add_customer(world.north), world.add_customer(world.south)
    order(world, needed, world.anna)
    order(world, elsewhere, world.anna)
    world.edit(elsewhere, owner_id=world.anna)

    assert not [line for one in pages(anna) for line in one.lines() if line[3] == elsewhere]


def test_a_customer_comes_whole_however_small_the_pages(world: World, anna: Laptop) -> None:
    needed = world.add_customer(world.north)
    contacts = {world.add(Contact, needed, **a_contact(needed)) for _ in range(5)}
    made = order(world, needed, world.anna)

    fetched = pages(anna, limit=2)

    assert {needed, made, *contacts} <= set(ids(*fetched))
    assert len(ids(*fetched)) == len(set(ids(*fetched)))
    assert all(one.end.first for one in fetched)


def test_it_ends_where_every_pull_begins(world: World, anna: Laptop) -> None:
    order(world, world.add_customer(world.north), world.anna)

    *_, last = pages(anna, limit=3)

    assert (last.end.cursor, last.end.complete, last.end.again) == ("", True, True)
    assert len(customers(page(anna, last.end.cursor, first=False))) == MANY + 1


def test_how_many_rows_will_come_counts_both_parts(world: World, anna: Laptop) -> None:
    order(world, world.add_customer(world.north), world.anna)

    fetched = pages(anna, limit=3)

    assert fetched[0].end.total == len(ids(*fetched)) + len(ids(page(anna, first=False)))
    assert [one.end.total for one in fetched[1:]] == [None] * (len(fetched) - 1)


def test_its_token_never_becomes_a_cursor_of_the_whole_nor_the_other_way_round(
    world: World, anna: Laptop
) -> None:
    needed = world.add_customer(world.north)
    order(world, needed, world.anna)

    part, whole = page(anna, limit=3), page(anna, limit=3, first=False)

    for first in (True, False):
        rest: list[End] = [page(anna, one.end.cursor, first=first).end for one in (part, whole)]
        assert [end.first for end in rest] == [True, False]
        assert customers(part, page(anna, part.end.cursor, first=first)) == {needed}
    assert page(anna, rest[1].cursor).rows == 0


@pytest.mark.parametrize("how", ["order done", "customer lost", "one more"])
def test_pages_of_another_choice_are_stale(world: World, anna: Laptop, how: str) -> None:
    needed = world.add_customer(world.north)
    made = order(world, needed, world.anna)
    order(world, world.add_customer(world.north), world.anna)
    begun = page(anna, limit=3)

    if how == "order done":
        world.edit(made, state="completed")
    elif how == "customer lost":
        world.edit(needed, territory_id=world.south)
    else:
        order(world, world.add_customer(world.north), world.anna)

    with pytest.raises(StaleCursor, match=r"sync\.pages_stale"):
        page(anna, begun.end.cursor)


def test_what_changes_while_pages_are_fetched_comes_as_it_is_now(world: World, anna: Laptop) -> None:
    needed = world.add_customer(world.north)
    gone, kept = (world.add(Contact, needed, **a_contact(needed)) for _ in range(2))
    order(world, needed, world.anna)
    begun = page(anna, limit=12)

    world.edit(kept, name="Li Na")
    world.write(lambda log: log.delete(log.row(gone)))  # type: ignore[arg-type]
    rest = page(anna, begun.end.cursor)

    assert {("put", kept), ("del", gone)} <= {(line[0], line[2]) for line in rest.lines()}


def test_the_earliest_orders_win_where_there_are_too_many(
    world: World, anna: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_part, "MOST", 2)
    late, soon, now, owned = (world.add_customer(world.north) for _ in range(4))
    world.edit(owned, owner_id=world.anna)
    order(world, late, world.anna)
    order(world, soon, world.anna, due_at="2026-11-23T08:00:00.000Z+08:00")
    order(world, now, world.anna, planned_from="2026-11-22T08:00:00.000Z+08:00")

    assert customers(page(anna)) == {soon, now}


def test_where_nothing_is_urgent_the_whole_comes_at_once(world: World, anna: Laptop) -> None:
    sent = page(anna)

    assert not sent.end.first
    assert len(customers(sent)) == MANY


def test_where_most_is_urgent_the_whole_comes_at_once(world: World) -> None:
    for _ in range(MANY):
        order(world, world.add_customer(world.north), world.anna)

    sent = page(world.laptop(world.anna))

    assert not sent.end.first
    assert sent.end.cursor


def test_who_holds_something_already_is_sent_the_news_only(world: World, anna: Laptop) -> None:
    anna.pull()
    needed = world.add_customer(world.north)
    order(world, needed, world.anna)

    sent = page(anna, anna.cursor)

    assert not sent.end.first
    assert len(ids(sent)) == 2


def test_a_token_of_a_first_part_survives_being_written_down() -> None:
    cursor = Cursor(page=Place(5, 3, "ab", 5, "cd", first_part.fingerprint(["a", "b"])))

    assert Cursor.from_token(cursor.to_token()) == cursor
    assert first_part.fingerprint(["b", "a"]) == first_part.fingerprint(["a", "b"])
