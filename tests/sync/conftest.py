"""Laptops, and people with laptops at an office, for the tests of synchronisation."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.domain.customers import Customer
from tests.sync.laptops import Laptop
from tests.sync.office import Office
from tests.sync.workers import Worker


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Callable[[str], Laptop]]:
    """Makes laptops by name; all are closed in the end."""
    made: list[Laptop] = []

    def make(name: str) -> Laptop:
        made.append(Laptop(tmp_path / f"{name}.db"))
        return made[-1]

    yield make
    for laptop in made:
        laptop.replica.close()


@pytest.fixture
def van(laptops: Callable[[str], Laptop]) -> Laptop:
    """One engineer's laptop, with an empty replica."""
    return laptops("van")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "office.db")
    yield made
    made.close()


@pytest.fixture
def hire(office: Office, tmp_path: Path) -> Iterator[Callable[[str, UUID], Worker]]:
    """Gives people at the office laptops; all are closed in the end."""
    hired: list[Worker] = []

    def make(name: str, user: UUID) -> Worker:
        hired.append(Worker(office, Laptop(tmp_path / f"{name}.db", user), user))
        return hired[-1]

    yield make
    for one in hired:
        one.laptop.replica.close()


@pytest.fixture
def anna(office: Office, hire: Callable[[str, UUID], Worker]) -> Worker:
    return hire("anna", office.people.anna)


@pytest.fixture
def bo(office: Office, hire: Callable[[str, UUID], Worker]) -> Worker:
    return hire("bo", office.people.bo)


@pytest.fixture
def chief(office: Office, hire: Callable[[str, UUID], Worker]) -> Worker:
    return hire("chief", office.people.chief)


@pytest.fixture
def rossi(office: Office, anna: Worker, chief: Worker) -> UUID:
    """Anna's customer, whom everybody concerned has."""
    anna.sync()
    customer = anna.laptop.add(Customer, name="Rossi", territory_id=office.people.north, phone="111")
    anna.sync()
    chief.sync()
    return customer
