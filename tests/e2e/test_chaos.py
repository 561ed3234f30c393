"""Everything that can die dies at random, behind a network that fails: nothing that was saved is lost.

A writer stands for the desktop and says of each save that it is done; a sync process carries it; the server
takes it. Each is killed as the operating system kills, in the middle of anything. In the end all are left in
peace, and everybody holds the same. ROUNDTRIP_CHAOS_SECONDS and ROUNDTRIP_CHAOS_SEED say how long and which.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from app.demo.fault_proxy import Fault, FaultProxy
from app.domain.customers import Contact, Customer
from app.domain.organisation import Territory
from sync.server.tables import LEDGER, TABLES
from tests.e2e.processes import PATIENCE, Event, Laptop, ServerProcess

SECONDS = float(os.environ.get("ROUNDTRIP_CHAOS_SECONDS", "30"))
SEED = int(os.environ.get("ROUNDTRIP_CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
PACE = threading.Event()  # never set: between two blows there is time for something to be hit
PATHS = ("sync/push", "sync/pull", "sync/hello", "auth/refresh", "sync/")

WRITER = """
import sys, time
from pathlib import Path
from uuid import UUID
from app.domain.customers import Contact, Customer
from app.domain.errors import AppError
from app.persistence.replica import join_replica

replica = join_replica(Path(sys.argv[1]), bytes(range(32)))
customer, name = UUID(sys.argv[2]), sys.argv[3]
made, number = None, 0
while True:
    number += 1
    try:
        with replica.write("contact.save") as write:
            if made is None or number % 3:
                contact = Contact(customer_id=customer, name=f"{name} {number}")
                write.session.add(contact)
                write.session.flush()
            else:
                contact = write.session.get_one(Contact, made)
                contact.mobile = str(number)
            if number % 5 == 0:
                write.session.get_one(Customer, customer).phone = f"{name} {number}"
            row, mobile = contact.id, contact.mobile or 0
        made, said = row, f"{write.op_id.hex} {row.hex} {mobile}"
        print(said, flush=True)
    except AppError:
        pass  # the disk is full, or the lock is held: the user is told, and tries again
    time.sleep(0.02)
"""


class Writer:
    """The desktop's side of a replica: saves without end, and says so after each."""

    def __init__(self, laptop: Laptop, customer: UUID) -> None:
        self._laptop, self._customer = laptop, customer
        self.saved: list[UUID] = []
        self.numbers: dict[UUID, int] = {}
        self._life = 0
        self._begin()

    def await_saves(self) -> None:
        """Until it has said a few more."""
        wanted, until = len(self.saved) + 3, time.monotonic() + PATIENCE
        while len(self.saved) < wanted:
            assert time.monotonic() < until
            PACE.wait(0.05)

    def kill(self) -> None:
        """In the middle of anything; what it had said before is to stand."""
        self.end()
        self._begin()

    def end(self) -> None:
        self._process.kill()
        self._reader.join()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def _begin(self) -> None:
        self._life += 1
        path = self._laptop.folder / "replica.db"
        name = f"{self._laptop.login} {self._life}"
        self._process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(self._customer), name],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if not line.endswith("\n"):
                return  # it died while it said so
            op_id, row_id, number = line.split()
            self.saved.append(UUID(op_id))
            self.numbers[UUID(row_id)] = int(number)


class Scene:
    """A server and two people's laptops, at work on the same customer."""

    def __init__(self, folder: Path, server_folder: Path) -> None:
        server_folder.mkdir(exist_ok=True)
        self.server = ServerProcess(server_folder)
        self.laptops = [
            Laptop(folder / login, login, FaultProxy(("127.0.0.1", self.server.port))).begin()
            for login in ("anna", "chief")
        ]
        anna, chief = self.laptops
        anna.until_synced()
        assert anna.replica
        with anna.replica.write("customer.create") as write:
            north = write.session.scalars(select(Territory.id).where(Territory.name == "N/T")).one()
            rossi = Customer(name="Rossi", territory_id=north)
            write.session.add(rossi)
            write.session.flush()
            self.customer = rossi.id
        anna.sync.tell("changed")
        anna.sync.wait_for("changes")
        anna.come_to_rest()
        chief.come_to_rest()
        self.writers = [Writer(laptop, self.customer) for laptop in self.laptops]

    def renew(self, laptop: Laptop) -> None:
        """Kill the sync process; the next one has to renew its sign-in first."""
        laptop.sync.kill()
        laptop.restart()
        laptop._said |= {"access_token": ""}

    def calm(self) -> None:
        """Nobody saves, nothing fails, and all that waits has gone."""
        for writer in self.writers:
            writer.end()
        self.server.kill()
        for laptop in self.laptops:
            laptop.proxy.recover()
            self.renew(laptop)
        for _ in range(2):  # the second time for what the other has sent meanwhile
            for laptop in self.laptops:
                laptop.sync.tell("pause")
                laptop.sync.wait_for("state", paused=True)
                laptop.sync.tell("resume")
                laptop.sync.wait_until(_has_sent_all)

    def close(self) -> None:
        for writer in self.writers:
            writer.end()
        for laptop in self.laptops:
            laptop.close()
            laptop.proxy.close()
        self.server.close()

    def check(self) -> int:
        """All that was saved stands on the server, once, and everybody sees the same; how much that was."""
        entered = self._entered()
        saved = [op_id for writer in self.writers for op_id in writer.saved]
        assert [op_id for op_id in saved if op_id.hex not in entered] == [], "saved, and lost"
        refused = {said["status"] for op_ids in entered.values() for said in op_ids} - {"applied", "conflict"}
        assert not refused
        assert [op_id for op_id, said in entered.items() if len(said) > 1] == [], "applied twice"
        rows = self._on_server(Contact, "name", "mobile")
        for writer in self.writers:
            for row_id, number in writer.numbers.items():  # or what it saved and could not say any more
                assert int(rows[row_id.hex][1] or 0) >= number
        for laptop in self.laptops:
            assert self._here(laptop, Contact, "name", "mobile") == rows
            assert self._here(laptop, Customer, "name", "phone") == self._on_server(Customer, "name", "phone")
            assert self._waiting(laptop) == {}
        return len(saved)

    def _entered(self) -> dict[str, list[Any]]:
        entered: dict[str, list[Any]] = {}
        with self.server.database.read() as connection:
            for row in connection.execute(select(LEDGER.c.op_id, LEDGER.c.result)):
                entered.setdefault(row.op_id, []).append(orjson.loads(row.result))
        return entered

    def _on_server(self, entity: type[Any], *names: str) -> dict[str, tuple[Any, ...]]:
        table = TABLES[entity]
        with self.server.database.read() as connection:
            found = connection.execute(select(table.c.id, *(table.c[name] for name in names)))
            return {row[0]: tuple(row[1:]) for row in found}

    def _here(self, laptop: Laptop, entity: type[Any], *names: str) -> dict[str, tuple[Any, ...]]:
        assert laptop.replica
        with laptop.replica.read() as session:
            found = session.execute(select(entity.id, *(getattr(entity, name) for name in names)))
            return {row[0].hex: tuple(row[1:]) for row in found}

    def _waiting(self, laptop: Laptop) -> Counter[str]:
        """Mutations that are neither done nor asked about."""
        assert laptop.replica
        with laptop.replica.read() as session:
            states = session.connection().exec_driver_sql("SELECT state FROM outbox WHERE state <> 'done'")
            return Counter(row[0] for row in states)


def _has_sent_all(said: Event) -> bool:
    """What two changed in the same field remains to be decided, which is as it should be."""
    return said.get("state") in ("synced", "conflict") and not said["pending"]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, tmp_path / "server")
    yield made
    made.close()


def havoc(scene: Scene, chance: random.Random, seconds: float) -> Counter[str]:
    """One blow after another; how many of each there were."""
    blows: dict[str, Callable[[], object]] = {
        "sync process killed": lambda: scene.renew(chance.choice(scene.laptops)),
        "writer killed": lambda: chance.choice(scene.writers).kill(),
        "server killed": scene.server.kill,
        "faults": lambda: chance.choice(scene.laptops).proxy.fail(
            chance.choice(PATHS), *chance.choices(list(Fault), k=3)
        ),
        "offline": scene.laptops[0].proxy.go_offline,
        "online": lambda: [laptop.proxy.come_back() for laptop in scene.laptops],
    }
    struck: Counter[str] = Counter()
    for writer in scene.writers:
        writer.await_saves()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        [name] = chance.choices(list(blows), weights=(3, 3, 2, 6, 1, 3))
        blows[name]()
        struck[name] += 1
        for laptop in scene.laptops:
            if chance.random() < 0.5:
                laptop.sync.tell("sync")
        PACE.wait(chance.expovariate(2))
    return struck


@pytest.mark.chaos
def test_whatever_dies_and_whenever_nothing_saved_is_lost_and_all_agree(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    struck = havoc(scene, random.Random(SEED), SECONDS)
    scene.calm()

    suffered = sum((laptop.proxy.suffered for laptop in scene.laptops), Counter[Fault]())
    with capsys.disabled():
        print(f"\nseed {SEED}: {dict(struck)}; met { ({str(fault): n for fault, n in suffered.items()}) }")
    assert scene.check() > 0


@pytest.fixture
def small_disks(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """One for the laptops and one for the server, both easily filled."""
    disks = (tmp_path / "laptops", tmp_path / "server")
    for disk in disks:
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(disk)]
        if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("no file system can be mounted here, so no disk can be filled")
    yield disks
    for disk in disks:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """To the last byte; the file to delete."""
    film = disk / "film.mkv"
    with film.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return film


@pytest.mark.chaos
def test_full_disks_on_both_sides_stop_work_and_lose_none(small_disks: tuple[Path, Path]) -> None:
    laptops, server = small_disks
    scene = Scene(laptops, server)
    try:
        chance = random.Random(SEED)
        for disk in (server, laptops, server, laptops):
            for writer in scene.writers:
                writer.await_saves()
            film = fill(disk)
            for laptop in scene.laptops:
                laptop.sync.tell("sync")
            PACE.wait(1)  # of trouble; how much happens in it does not matter
            chance.choice(scene.writers).kill()
            scene.renew(chance.choice(scene.laptops))
            film.unlink()
        scene.calm()
        assert scene.check() > 0
    finally:
        scene.close()
