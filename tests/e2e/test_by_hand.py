"""Changes leave a laptop without a network in a file, and come back confirmed: real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.demo.fault_proxy import FaultProxy
from app.domain.customers import Customer
from app.domain.organisation import Territory
from tests.e2e.processes import Event, Laptop, ServerProcess


@pytest.fixture
def pair(server: ServerProcess, tmp_path: Path) -> Iterator[tuple[Laptop, Laptop]]:
    """Anna at a plant, and the chief in the office, both once connected."""
    proxies = [FaultProxy(("127.0.0.1", server.port)) for _ in range(2)]
    anna, chief = (
        Laptop(tmp_path / login, login, proxy).begin()
        for login, proxy in zip(("anna", "chief"), proxies, strict=True)
    )
    for one in (anna, chief):
        one.until_synced()
    yield anna, chief
    for one in (anna, chief):
        one.close()
        one.proxy.close()


def errand(one: Laptop, kind: str, path: Path) -> Event:
    one.sync.tell("errand", kind=kind, path=str(path))
    return one.sync.wait_until(lambda e: e["event"] == "errand" and e["state"] != "running")


def test_a_file_is_exported_offline_carried_by_a_colleague_and_confirmed(
    pair: tuple[Laptop, Laptop], tmp_path: Path
) -> None:
    anna, chief = pair
    assert anna.replica
    assert chief.replica
    anna.proxy.go_offline()
    with anna.replica.write("customer.create") as write:
        north = write.session.scalars(select(Territory.id).where(Territory.name == "N/T")).one()
        write.session.add(Customer(name="Rossi", territory_id=north))
    file = tmp_path / "out.rtx"

    exported = errand(anna, "export", file)
    delivered = errand(chief, "take", file)
    confirmed = errand(anna, "take", tmp_path / "out-receipt.rtx")
    again = errand(anna, "export", file)

    assert exported["facts"]["changes"] == delivered["facts"]["changes"] == confirmed["facts"]["changes"] == 1
    assert again["code"] == "carried.nothing"
    anna.sync.wait_for("state", pending=0)
    chief.come_to_rest()
    with chief.replica.read() as session:
        assert session.scalars(select(Customer.name)).all() == ["Rossi"]
