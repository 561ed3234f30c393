"""Laptops of one release and a server of another: nothing that only one of them knows is lost."""

from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from app.domain.customers import Customer
from app.domain.entity import fields
from app.domain.errors import SyncRefused
from app.domain.ids import new_id
from app.domain.organisation import Region
from app.persistence.bookkeeping import OutboxState
from app.persistence.unknown_fields import adopt
from sync.client.dialogue import Answers, Push
from sync.client.engine import perform, run_round
from sync.pages import Page, read_page
from sync.protocol import SCHEMA
from tests.sync.laptops import Laptop, gone, put
from tests.sync.office import Line, Office

ROOT = new_id()


def from_a_newer_server(*lines: list[Any], head: int = 1, **columns: list[str]) -> Page:
    """A page in which regions have two columns more than this release knows, unless told otherwise."""
    sent = {"region": ["fax", *fields(Region), "mood"]} | columns
    header = ["hdr", {"schema": SCHEMA + 1, "columns": sent, "timeline": "t"}]
    end = {"cursor": f"after-{head}", "complete": True, "again": False, "head": head, "acked": {}}
    return read_page(b"\n".join(map(orjson.dumps, [header, *lines, ["end", end]])) + b"\n")


def a_region(row_id: UUID, fax: str, rev: int = 1) -> list[Any]:
    line = put(Region, row_id, ROOT, rev, code="E", name="East")
    return [*line[:6], [fax, *line[6], "sunny"]]


def kept(laptop: Laptop) -> dict[str, Any]:
    with laptop.replica.read() as session:
        found = session.execute(text("SELECT row_id, columns FROM row_extra"))
        return {row_id: orjson.loads(columns) for row_id, columns in found}


@pytest.fixture
def east(van: Laptop) -> UUID:
    row_id = new_id()
    van.store.apply(from_a_newer_server(a_region(row_id, "1")))
    return row_id


def test_what_this_release_does_not_know_is_kept_beside_the_row(van: Laptop, east: UUID) -> None:
    assert van.shown(Region, east, "name") == "East"
    assert kept(van) == {east.hex: {"fax": "1", "mood": "sunny"}}


def test_it_survives_edits_here_and_follows_those_at_the_server(van: Laptop, east: UUID) -> None:
    van.edit(Region, east, name="Far East")
    assert kept(van)[east.hex]["fax"] == "1"

    van.store.apply(from_a_newer_server(a_region(east, "2", rev=2), head=2))

    assert kept(van)[east.hex]["fax"] == "2"
    assert van.shown(Region, east, "name") == "Far East"


def test_an_edit_here_does_not_speak_of_what_it_does_not_know(van: Laptop, east: UUID) -> None:
    van.edit(Region, east, name="Far East")

    [mutation] = van.store.outgoing(10)

    [op] = orjson.loads(mutation.ops)
    assert op["patch"]["set"].keys() == op["patch"].pop("was").keys() == {"name"}
    assert op["patch"].keys() == {"set"}


@pytest.mark.parametrize("line", ["deleted", "left"])
def test_it_goes_with_its_row(van: Laptop, east: UUID, line: str) -> None:
    went = gone(Region, east, ROOT) if line == "deleted" else ["out", ROOT.hex]

    van.store.apply(from_a_newer_server(went, head=2))

    assert kept(van) == {}


def test_after_the_upgrade_it_takes_its_place_and_nothing_is_fetched(van: Laptop, east: UUID) -> None:
    """As an older release left it, which did not know the name of a region."""
    van.edit(Region, east, code="FE")
    with van.replica.absorb() as connection:
        older = orjson.dumps({"name": "Orient", "fax": "1"}).decode()
        connection.exec_driver_sql("UPDATE row_extra SET columns = ?", (older,))
        adopt(connection)

    assert van.shown(Region, east, "name", "code") == ("Orient", "FE")
    assert kept(van) == {east.hex: {"fax": "1"}}

    van.store.apply(from_a_newer_server(a_region(east, "1", rev=2), head=2))
    assert van.shown(Region, east, "name", "code") == ("East", "FE")


def test_rows_of_an_entity_this_release_learns_are_no_longer_taken_for_held(van: Laptop, east: UUID) -> None:
    line = ["put", "planet", new_id().hex, ROOT.hex, 1, 1, ["Mars"]]
    van.store.apply(from_a_newer_server(line, head=2, planet=["name"]))
    assert aside(van) == ["planet"]

    with van.replica.absorb() as connection:
        connection.exec_driver_sql("UPDATE parked_row SET entity = 'region'")
        adopt(connection)

    assert aside(van) == []


def aside(laptop: Laptop) -> list[str]:
    with laptop.replica.read() as session:
        return list(session.execute(text("SELECT entity FROM parked_row")).scalars())


def test_a_change_made_before_an_upgrade_is_sent_as_one_of_this_release(van: Laptop) -> None:
    """An outbox filled by a release that is too old by now must not be refused for it."""
    van.add(Region, code="W", name="West")
    with van.replica.absorb() as connection:
        connection.exec_driver_sql("UPDATE outbox SET schema = -5")

    assert [mutation.to_wire()["schema"] for mutation in van.store.outgoing(10)] == [SCHEMA]


class TooOld(Line):
    """A line to a server that takes nothing from a release so old."""

    def push(self, push_: Push) -> Answers:
        raise SyncRefused("sync.client_too_old", client=SCHEMA, server=SCHEMA + 3)


def test_a_laptop_that_is_too_old_still_pulls_and_keeps_what_it_cannot_send(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path / "office.db")
    laptop = Laptop(tmp_path / "anna.db", office.people.anna)
    caller = office.line_for(office.people.anna, laptop.store.identity().device_id).caller
    perform(run_round(laptop.store, lambda news: None), Line(office, caller))
    unsent = laptop.add(Customer, name="Rossi", territory_id=office.people.north)
    bianchi = new_id()
    office.put(Customer, bianchi, bianchi, name="Bianchi", territory_id=office.people.north)

    with pytest.raises(SyncRefused, match=r"sync\.client_too_old"):
        perform(run_round(laptop.store, lambda news: None), TooOld(office, caller))

    assert laptop.shown(Customer, bianchi, "name") == "Bianchi"
    assert laptop.shown(Customer, unsent, "name") == "Rossi"
    assert set(laptop.outbox().values()) == {OutboxState.PENDING}
    laptop.replica.close()
    office.close()
