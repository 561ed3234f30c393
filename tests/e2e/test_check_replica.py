"""A damaged replica is checked and mended by the real processes, with work of its own still unsent."""

from pathlib import Path

from sqlalchemy import select

from app.demo.fault_proxy import FaultProxy
from app.domain.organisation import Region
from tests.e2e.processes import Laptop, ServerProcess


def test_flipped_and_missing_rows_are_found_and_fetched(server: ServerProcess, tmp_path: Path) -> None:
    proxy = FaultProxy(("127.0.0.1", server.port))
    anna = Laptop(tmp_path / "anna", "anna", proxy).begin()
    anna.until_synced()
    assert anna.replica
    with anna.replica.read() as session:
        names = session.scalars(select(Region.name)).all()
    with anna.replica.absorb() as connection:
        connection.exec_driver_sql("UPDATE region SET name = 'Atlantis' WHERE name = ?", (names[0],))
        missing = connection.exec_driver_sql("DELETE FROM territory_assignment").rowcount

    anna.sync.tell("errand", kind="check")
    done = anna.sync.wait_until(lambda event: event["event"] == "errand" and event["state"] != "running")

    assert done["facts"]["fetched"] == 1 + missing
    assert done["facts"]["dropped"] == 0
    with anna.replica.read() as session:
        assert session.scalars(select(Region.name)).all() == names
    anna.close()
    proxy.close()
