"""How soon a change made at one desktop is on the other's: real processes on one machine, no fault.

    python -m tests.bench.live [changes] [listeners]

Prints the time from a saved change to the news of it at the other desktop, and what a poke costs when
more laptops listen.
"""

import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import select

from app.demo.fault_proxy import FaultProxy
from app.domain.customers import Customer
from app.domain.organisation import Territory
from tests.e2e.processes import Laptop, ServerProcess


def main(changes: int = 40, listeners: int = 0) -> None:
    with TemporaryDirectory() as folder:
        server = ServerProcess(_made(Path(folder) / "server"))
        proxy = FaultProxy(("127.0.0.1", server.port))
        logins = ["anna", "chief", *["bo"] * listeners]
        laptops = [
            Laptop(Path(folder) / f"{login}{place}", login, proxy).begin()
            for place, login in enumerate(logins)
        ]
        for one in laptops:
            one.until_synced()
        anna, chief = laptops[:2]
        took = sorted(_seconds_until_heard(anna, chief) for _ in range(changes))
        print(f"{changes} changes, {len(laptops)} laptops listening")
        told = {"p50": statistics.median(took), "p95": took[int(len(took) * 0.95) - 1], "max": took[-1]}
        print(
            "from saved to on the other desktop:", *(f"{name} {s * 1000:.0f} ms" for name, s in told.items())
        )
        for one in laptops:
            one.close()
        proxy.close()
        server.close()


def _seconds_until_heard(anna: Laptop, chief: Laptop) -> float:
    began = time.perf_counter()
    row = _add_customer(anna)
    anna.sync.tell("changed")
    chief.sync.wait_until(lambda e: e["event"] == "changes" and row.hex in e["ids"])
    took = time.perf_counter() - began
    anna.until_synced()  # so that the next change meets no round under way
    return took


def _add_customer(anna: Laptop) -> UUID:
    assert anna.replica
    with anna.replica.write("test.add") as write:
        territory = write.session.scalars(select(Territory.id).where(Territory.name == "N/T")).one()
        customer = Customer(name="Rossi", territory_id=territory)
        write.session.add(customer)
        write.session.flush()
        return customer.id


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
