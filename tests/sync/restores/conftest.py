"""People with laptops at an office whose server, and whose laptops, can be put back from copies."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.domain.conflicts import Conflict
from app.domain.customers import Customer
from app.persistence.fingerprint import fingerprint, total
from sync.client.engine import perform, run_round
from tests.sync.laptops import Laptop
from tests.sync.office import Line, Office

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Worker:
    """Someone with a laptop and a line to the office."""

    def __init__(self, office: Office, path: Path, user: UUID) -> None:
        self.office, self.user = office, user
        self.laptop = Laptop(path, user)
        self.line = Line(office, office.line_for(user, self.laptop.store.identity().device_id).caller)

    def sync(self, *faults: str | None) -> None:
        self.line.faults = list(faults)
        perform(run_round(self.laptop.store, lambda news: None), self.line)

    def agrees(self) -> bool:
        return total(fingerprint(self.laptop.replica)) == self.office.fingerprint(self.user)

    def conflicts(self) -> list[UUID]:
        with self.laptop.replica.read() as session:
            return [conflict.id for conflict in session.query(Conflict)]

    def log(self, kind: str) -> list[str]:
        with self.laptop.replica.read() as session:
            found = session.execute(text("SELECT counts FROM sync_log WHERE kind = :kind"), {"kind": kind})
            return list(found.scalars())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "office.db")
    yield made
    made.close()


@pytest.fixture
def hire(office: Office, tmp_path: Path) -> Iterator[Callable[[str, UUID], Worker]]:
    hired: list[Worker] = []

    def make(name: str, user: UUID) -> Worker:
        hired.append(Worker(office, tmp_path / f"{name}.db", user))
        return hired[-1]

    yield make
    for one in hired:
        one.laptop.replica.close()


@pytest.fixture
def anna(office: Office, hire: Callable[[str, UUID], Worker]) -> Worker:
    return hire("anna", office.people.anna)


@pytest.fixture
def chief(office: Office, hire: Callable[[str, UUID], Worker]) -> Worker:
    return hire("chief", office.people.chief)


@pytest.fixture
def rossi(office: Office, anna: Worker, chief: Worker) -> UUID:
    anna.sync()
    customer = anna.laptop.add(Customer, name="Rossi", territory_id=office.people.north, phone="111")
    anna.sync()
    chief.sync()
    return customer


# The server is put back
