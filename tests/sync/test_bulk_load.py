"""A first pull rests indexes while it loads; afterwards nothing shows that it did."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.customers import Contact, Customer
from app.domain.entity import name_of
from app.domain.errors import DiskFull
from app.domain.ids import new_id
from app.persistence import bulk_load
from app.persistence.search import search
from app.persistence.search_index import index_pending
from sync.client.engine import perform, run_round
from tests.sync.laptops import Laptop
from tests.sync.office import Line, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "office.db")
    for number in range(5):
        add_customer(office, f"恒远机床{number}")
    yield office
    office.close()


@pytest.fixture
def van(tmp_path: Path, office: Office) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path / "van.db", office.people.anna)
    yield laptop
    laptop.replica.close()


@pytest.fixture
def line(office: Office, van: Laptop) -> Line:
    return office.line_for(office.people.anna, van.store.identity().device_id)


def add_customer(office: Office, name: str) -> None:
    customer = new_id()
    office.put(Customer, customer, customer, name=name, territory_id=office.people.north)
    office.put(Contact, new_id(), customer, customer_id=customer, name="王工")


def sync(laptop: Laptop, line: Line) -> None:
    perform(run_round(laptop.store, lambda news: None), line)


def names_found(laptop: Laptop, typed: str) -> int:
    with laptop.replica.absorb() as connection:
        while index_pending(connection):
            pass
    with laptop.replica.read() as session:
        return len([hit for hit in search(session, typed) if hit.entity is Customer])


def test_indexes_and_triggers_are_as_before(van: Laptop, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    rested = []
    resting = bulk_load._indexes_and_triggers

    def watched(connection: Any) -> Any:
        rested.append(resting(connection))
        return rested[-1]

    monkeypatch.setattr(bulk_load, "_indexes_and_triggers", watched)
    before = van.schema()

    sync(van, line)

    assert rested
    assert {"ix_customer_name", f"search_{name_of(Customer)}_made"} <= {name for _, name, _ in rested[0]}
    assert van.schema() == before


def test_what_came_at_once_is_found_and_so_is_what_comes_later(
    van: Laptop, line: Line, office: Office
) -> None:
    sync(van, line)
    assert names_found(van, "恒远") == 5

    add_customer(office, "恒远液压")
    sync(van, line)

    assert names_found(van, "恒远") == 6


def test_a_load_that_fails_leaves_the_indexes_in_place(
    van: Laptop, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = van.schema()

    def fail(*_: object) -> None:
        raise DiskFull("replica.disk_full")

    with monkeypatch.context() as broken:
        broken.setattr("app.persistence.snapshot_load.raw_rows.upsert", fail)
        with pytest.raises(DiskFull):
            sync(van, line)

    assert van.schema() == before
    assert not [key for key in van.rows() if key[0] == name_of(Customer)]

    sync(van, line)
    assert len([key for key in van.rows() if key[0] == name_of(Customer)]) == 5
    assert van.dangling() == []
