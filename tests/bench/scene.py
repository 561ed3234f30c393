"""The processes a measurement needs: our server over a full database, a laptop, and the floor's server."""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import requests

from app.domain.entity import fields
from app.domain.ids import new_id
from app.domain.organisation import Role
from app.exchange.organisation import DEFAULT
from app.persistence.identity import Identity
from app.persistence.replica import join_replica, open_replica
from sync.server.change_log import Author, ChangeLog
from sync.server.database import Database
from sync.server.people import add_person
from sync.server.schema import migrate
from sync.server.tenants import create_tenant
from sync.server.territories import assign, seed
from tests.bench.meters import cpu_of
from tests.bench.workload import Rows
from tests.replicas import KEY

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "correct horse"
_BATCH = 1_000


class Process:
    """A child of ours that says one line when it is ready."""

    def __init__(self, *module: str, folder: Path) -> None:
        environment = os.environ | {"ROUNDTRIP_HOME": str(folder), "ROUNDTRIP_LANGUAGE": "en"}
        self._child = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(folder / f"{module[0]}.log").open("w"),
        )  # fmt: skip
        self.pid = self._child.pid
        self._name = module[0]

    def heard(self) -> str:
        """Its next line."""
        assert self._child.stdout
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._name} has ended")
        return line.strip()

    def told(self, **said: Any) -> Mapping[str, Any]:
        """What it answers."""
        assert self._child.stdin
        print(json.dumps(said), file=self._child.stdin, flush=True)
        answer: Mapping[str, Any] = json.loads(self.heard())
        return answer

    def end(self) -> None:
        self._child.kill()
        self._child.communicate()


@dataclass(frozen=True)
class Company:
    """A database with one territory and the engineer who works there."""

    path: Path
    tenant: str
    territory: str
    engineer: UUID

    @property
    def database(self) -> Database:
        return Database(f"sqlite:///{self.path}")

    def write(self, rows: Rows) -> None:
        """Rows of the office's own making, or changes of rows, in commits of a thousand."""
        database = self.database
        listed = [(entity, row) for entity, of_it in rows.items() for row in of_it]
        for start in range(0, len(listed), _BATCH):
            part = listed[start : start + _BATCH]
            database.transact(partial(_write, tenant=self.tenant, rows=part))
        database.close()


def _write(connection: Any, tenant: str, rows: list[Any]) -> None:
    log = ChangeLog(connection, tenant, Author())
    log.load(row[0] for _, row in rows)
    for entity, (row_id, root_id, _, *values) in rows:
        stored = dict(zip(fields(entity), values, strict=True))
        there = log.row(row_id)
        if there is None:
            log.create(entity, row_id, root_id, stored)
        else:
            log.change(there, stored)
    log.commit()


def found_company(path: Path) -> Company:
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.write() as connection:
        tenant = create_tenant(connection, "Maker")
        seed(connection, tenant)
    engineer = add_person(database, tenant, login="wang", name="王工", role=Role.ENGINEER, password=PASSWORD)
    assign(database, tenant, "wang", "east/machines")
    database.close()
    return Company(path, tenant, DEFAULT.territory("east", "machines").hex, engineer)


@dataclass(frozen=True)
class Signed:
    """A laptop signed in: its process is told what to do with a replica that knows who it belongs to."""

    process: Process
    server: Process
    url: str
    blank: bytes
    tokens: Mapping[str, str]

    def open(self, path: Path, content: bytes | None = None) -> None:
        """Work on a new replica at `path`."""
        path.write_bytes(content or self.blank)
        self.process.told(do="open", path=str(path), **self.tokens)

    def round(self, url: str = "") -> Mapping[str, Any]:
        """One round, with what the server's process spent on it."""
        before = cpu_of(self.server.pid)
        said = self.process.told(do="round", server=url or self.url)
        return {**said, "server_cpu": cpu_of(self.server.pid) - before}


@contextmanager
def served(company: Company, folder: Path) -> Generator[Signed]:
    """Our server, and a laptop of the engineer's."""
    server = Process(
        "sync.server.main", "serve", "--port", "0", "--database", f"sqlite:///{company.path}", folder=folder
    )
    laptop = Process("tests.bench.laptop", folder=folder)
    try:
        url = server.heard().rpartition(" ")[2]
        device = new_id()
        said = requests.post(
            f"{url}/v1/auth/sign-in", timeout=60,
            json={"login": "wang", "password": PASSWORD, "device_id": device.hex, "device_name": "Laptop"},
        ).json()  # fmt: skip
        identity = Identity(company.engineer, device, UUID(company.tenant), Role.ENGINEER, "王工")
        tokens = {"access": said["access_token"], "refresh": said["refresh_token"]}
        yield Signed(laptop, server, url, _blank_replica(folder, identity), tokens)
    finally:
        laptop.end()
        server.end()


@contextmanager
def floor_served(path: Path, folder: Path) -> Generator[tuple[str, Process]]:
    """The floor's server and its address."""
    server = Process("tests.bench.floor_server", str(path), folder=folder)
    try:
        yield server.heard(), server
    finally:
        server.end()


def _blank_replica(folder: Path, identity: Identity) -> bytes:
    path = folder / "blank.db"
    open_replica(path, KEY).close()
    replica = join_replica(path, KEY)
    replica.belong_to(identity)
    replica.close()
    return path.read_bytes()
