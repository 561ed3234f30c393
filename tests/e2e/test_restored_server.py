"""A real server put back from a backup, as an operator does it, and the real sync process that notices."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.demo.fault_proxy import FaultProxy
from app.domain.customers import Customer
from app.domain.organisation import Territory
from app.queries.sync_centre import SyncCentres
from sync.server.tables import TABLES
from tests.e2e.processes import Laptop, ServerProcess, SyncProcess


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    running = ServerProcess(tmp_path)
    yield running
    running.close()


@pytest.fixture
def anna(tmp_path: Path, server: ServerProcess) -> Iterator[Laptop]:
    proxy = FaultProxy(("127.0.0.1", server.port))
    laptop = Laptop(tmp_path / "anna", "anna", proxy).begin()
    laptop.until_synced()
    yield laptop
    laptop.close()
    proxy.close()


def a_customer(laptop: Laptop, name: str) -> UUID:
    assert laptop.replica
    with laptop.replica.write("customer.create") as write:
        north = write.session.scalars(select(Territory.id).where(Territory.name == "N/T")).one()
        customer = Customer(name=name, territory_id=north)
        write.session.add(customer)
        write.session.flush()
        return customer.id


def names(server: ServerProcess) -> set[str]:
    with server.database.read() as connection:
        return set(connection.scalars(select(TABLES[Customer].c.name)))


def test_what_a_restored_server_lacks_comes_again_without_anyone_signing_in(
    server: ServerProcess, anna: Laptop
) -> None:
    server.back_up()
    a_customer(anna, "Rossi")
    anna.come_to_rest()
    assert names(server) == {"Rossi"}
    assert anna.replica
    name = anna.replica.identity.device_id if anna.replica.identity else None

    said = server.put_back()
    assert names(server) == set()
    anna.sync.tell("sync")
    anna.sync.wait_for("tokens")  # the sign-in comes along to the new id
    anna.come_to_rest()

    assert "send again" in said
    assert names(server) == {"Rossi"}
    assert anna.replica.identity
    assert anna.replica.identity.device_id != name
    [entry] = [e for e in SyncCentres(anna.replica).overview().log if e.kind == "restored"]
    assert entry.counts["again"] == 1


def test_a_second_sync_process_is_kept_out(anna: Laptop) -> None:
    second = SyncProcess(anna.folder)
    first, anna.sync = anna.sync, second
    anna.open()
    refused = second.wait_for("opening_failed")
    second.end()
    anna.sync = first

    assert refused["code"] == "replica.in_use"
    anna.sync.tell("sync")
    anna.until_synced()
