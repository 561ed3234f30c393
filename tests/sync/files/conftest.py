"""People with files, the server they share, and the network between."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.demo.fault_proxy import FaultProxy
from sync.server.database import Database
from sync.server.schema import migrate
from tests.server.served import Served, serving
from tests.sync.files.person import LIMIT, Person


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    address = f"sqlite:///{folder / 'server.db'}"
    database = Database(address)
    migrate(database)
    database.close()
    with serving(address, folder, blob_limit=LIMIT) as server:
        yield server


@pytest.fixture
def proxy(served: Served) -> Iterator[FaultProxy]:
    """The network of whoever is on the road."""
    made = FaultProxy(("127.0.0.1", int(served.url.rsplit(":", 1)[1])))
    yield made
    made.close()


@pytest.fixture
def people(served: Served, proxy: FaultProxy, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    made: list[Person] = []

    def make(*territories: str) -> Person:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Person(served, proxy.url, folder / "replica.db", *territories))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def anna(people: Callable[..., Person]) -> Person:
    return people()


@pytest.fixture
def lin(people: Callable[..., Person]) -> Person:
    return people()


@pytest.fixture
def customer(served: Served, anna: Person) -> str:
    made = served.world.add_customer(served.world.north)
    anna.round()
    return made
