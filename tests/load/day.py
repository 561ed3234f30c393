"""Runs a working day against a real server process, and looks afterwards whether anything is missing."""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import orjson
from sqlalchemy import create_engine, select, text

from app.domain.customers import Contact
from sync.server.database import Database
from sync.server.tables import LEDGER, TABLES
from tests.bench.meters import cpu_of, peak_of, table
from tests.load.company import SIGNING_KEY, Company
from tests.load.device import Device, Measured
from tests.postgres import running_postgres

LISTEN = 0.5  # of the devices keep a stream of pokes open


@dataclass(frozen=True)
class Day:
    """`pause` is the mean of the seconds between two looks of a laptop; `deaf` pushes lose their answer."""

    devices: int
    seconds: float
    pause: float
    seed: int
    deaf: float = 0.03


@dataclass(frozen=True)
class Report:
    """What was measured, and what is missing: `lost` or `twice` must be empty."""

    measured: Measured
    seconds: float
    acked: int
    lost: int
    twice: int
    cpu: float
    peak: float

    def told(self) -> str:
        kinds = sorted(self.measured.seconds.items())
        lines = [
            [kind, str(len(times)), *(f"{_share(times, part) * 1e3:.0f}" for part in (0.5, 0.95, 0.99, 1.0))]
            for kind, times in kinds
        ]
        requests = sum(len(times) for times in self.measured.seconds.values())
        figures = [
            f"{requests / self.seconds:.0f} requests/s and {self.acked / self.seconds:.0f} changes/s for"
            f" {self.seconds:.0f} s; server: {self.cpu / self.seconds / 10:.0f} % of a core,"
            f" {self.peak:.0f} MB at most",
            f"{self.acked} changes acknowledged, {self.lost} lost, {self.twice} twice;"
            f" {self.measured.deaf} answers lost on purpose; refused: {self.measured.refused or 'none'}",
        ]
        return "\n".join([table(["ms", "count", "p50", "p95", "p99", "max"], lines), *figures])


def work(company: Company, day: Day, folder: Path) -> Report:
    """The day, from the first look to the last answer."""
    measured = Measured()
    with _served(company.url, folder) as (pid, port):
        devices = [
            Device(
                post, ("127.0.0.1", port), company.token(post),
                chance=random.Random(f"{day.seed} {number}"), measured=measured, deaf=day.deaf,
            )
            for number, post in enumerate(company.posts)
        ]  # fmt: skip
        began, cpu = perf_counter(), cpu_of(pid)
        asyncio.run(_live(devices, day))
        seconds, spent, peak = perf_counter() - began, cpu_of(pid) - cpu, peak_of(pid)
    lost, twice = _missing(company.url, devices)
    acked = sum(len(device.acked) for device in devices)
    return Report(measured, seconds, acked, lost, twice, spent, peak)


async def _live(devices: Sequence[Device], day: Day) -> None:
    until = perf_counter() + day.seconds
    listening = len(devices) * LISTEN
    async with asyncio.TaskGroup() as tasks:
        for number, device in enumerate(devices):
            tasks.create_task(device.live(until, day.pause, listens=number < listening))


def _missing(url: str, devices: Sequence[Device]) -> tuple[int, int]:
    """Acknowledged changes that are not in the ledger, or whose value is not in the rows; and those
    entered more than once."""
    database = Database(url)
    contact = TABLES[Contact]
    with database.read() as connection:
        entered = Counter(connection.scalars(select(LEDGER.c.op_id)))
        results = {
            row.op_id: row.result for row in connection.execute(select(LEDGER.c.op_id, LEDGER.c.result))
        }
        names = {row.id: row.name for row in connection.execute(select(contact.c.id, contact.c.name))}
    database.close()
    lost = twice = 0
    for device in devices:
        for op_id, result in device.acked.items():
            kept = results.get(op_id.hex)
            lost += kept is None or orjson.loads(kept)["seq"] != result.seq
        lost += sum(names.get(row.hex) != name for row, name in device.names.items())
        twice += sum(entered[op_id.hex] > 1 for op_id in device.acked)
    known = {row.hex for device in devices for row in device.names}
    return lost, twice + len(names.keys() - known)


def _share(times: Sequence[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


@contextmanager
def _served(url: str, folder: Path) -> Generator[tuple[int, int]]:
    environment = os.environ | {"ROUNDTRIP_HOME": str(folder), "ROUNDTRIP_SIGNING_KEY": SIGNING_KEY}
    command = [sys.executable, "-m", "sync.server.main", "serve", "--port", "0", "--database", url]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        assert server.stdout
        yield server.pid, int(server.stdout.readline().rsplit(":", 1)[1])
    finally:
        server.kill()
        server.communicate()


@contextmanager
def postgres() -> Generator[str]:
    """A database that is as careful as in production; those of the tests are not, being thrown away."""
    with running_postgres() as server:
        engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = on"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text("CREATE DATABASE load"))
        engine.dispose()
        yield server.url("load")
