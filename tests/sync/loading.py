"""A laptop that is being loaded, and a line that lets a test act between two segments."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.customers import Contact, Customer
from app.domain.errors import Offline
from app.domain.ids import new_id
from app.domain.service_orders import ServiceOrder
from app.persistence.fingerprint import fingerprint, total
from sync.client.dialogue import AskSegment, Piece
from sync.server import segments
from sync.server.caller import Caller
from tests.sync.laptops import Laptop
from tests.sync.office import Line, Office
from tests.sync.workers import Worker

MANY = 12


class Watched(Line):
    """A line that notes which bytes were asked for, and lets a test act between two segments."""

    def __init__(self, office: Office, caller: Caller) -> None:
        super().__init__(office, caller)
        self.asked: list[tuple[str, int]] = []
        self.arrived: list[str] = []
        self.before: Callable[[int], object] = lambda number: None
        self.on_its_way: Callable[[bytes], bytes] = lambda content: content

    def segment(self, asked: AskSegment) -> Piece:
        self.before(len(self.asked))
        self.asked.append((asked.sha256, asked.begin))
        content = self.on_its_way(super().segment(asked).content)
        self.arrived.append(asked.sha256)
        return Piece(content)


class Begun(Worker):
    """Anna's empty laptop, and a server with one customer who waits for her among many."""

    line: Watched

    def __init__(self, office: Office, laptop: Laptop) -> None:
        super().__init__(office, laptop, office.people.anna)
        self.line = Watched(office, self.line.caller)
        self.others = [new_id() for _ in range(MANY)]
        self.rossi, self.li, self.order = new_id(), new_id(), new_id()
        for customer in (*self.others, self.rossi):
            office.put(Customer, customer, customer, name="Bianchi", territory_id=office.people.north)
        office.put(Contact, self.li, self.rossi, customer_id=self.rossi, name="Li")
        work = {"customer_id": self.rossi, "engineer_id": self.user, "subject": "Pump", "number": "1"}
        office.put(ServiceOrder, self.order, self.rossi, **work)

    def sync_first_part(self) -> None:
        """The line breaks when the catalogue and what is needed soonest are in."""
        with pytest.raises(Offline):
            self.sync(None, None, None, "request")

    def fetched(self) -> list[str]:
        return [sha256 for sha256, _ in self.line.asked]

    def customers(self) -> set[str]:
        return {row_id for entity, row_id in self.laptop.rows() if entity == "customer"}

    def is_whole(self) -> bool:
        here, there = self.laptop.rows(), self.office.visible_to(self.office.people.anna)
        same_rev = total(fingerprint(self.laptop.replica)) == self.office.fingerprint(self.office.people.anna)
        return here == there and same_rev and not self.laptop.dangling()


def cut_small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("SMALL", 400), ("LARGE", 800), ("GIANT", 4_000)):
        monkeypatch.setattr(segments, name, size)


def begin(tmp_path: Path) -> Iterator[Begun]:
    office = Office(tmp_path / "office.db")
    laptop = Laptop(tmp_path / "anna.db", office.people.anna)
    yield Begun(office, laptop)
    laptop.replica.close()
    office.close()
