"""The server's real HTTP application in a thread of its own, and laptops that call it."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from socket import create_server
from typing import Any
from uuid import UUID

import requests
import uvicorn
from argon2 import PasswordHasher
from sqlalchemy import insert

from app.domain.entity import CATALOGUE
from app.domain.ids import new_id
from app.domain.organisation import Role, TerritoryAssignment, User
from sync.answers import read_results
from sync.protocol import Result
from sync.server.account_tables import ACCOUNT
from sync.server.app import create_app
from sync.server.change_log import ChangeLog
from sync.server.database import Database
from sync.server.parts import Parts, assemble
from sync.server.serving import SyncServer
from sync.server.settings import ServerSettings
from tests.server.world import World

PASSWORD = "correct horse"


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def turn(self, *, minutes: float = 0, days: float = 0) -> None:
        self.now += minutes * 60 + days * 86_400


@dataclass(frozen=True)
class Person:
    """Someone with an account; the password is PASSWORD."""

    login: str
    id: str


class Served:
    """A running server over a small organisation. Tests share it, so each brings its own people."""

    def __init__(self, world: World, parts: Parts, clock: Clock, url: str) -> None:
        self.world = world
        self.parts = parts
        self.clock = clock
        self.url = url

    def person(self, role: Role = Role.ENGINEER, *territories: str) -> Person:
        """Someone new, who works in the north unless told otherwise."""
        person = Person(f"p{new_id().hex}", new_id().hex)
        card = {"login": person.login, "name": "Anna", "role": role.value, "active": 1}

        def create(log: ChangeLog) -> None:
            log.create(User, person.id, CATALOGUE.hex, card)
            for territory in territories or (self.world.north,):
                assignment = {"territory_id": territory, "user_id": person.id}
                log.create(TerritoryAssignment, new_id().hex, CATALOGUE.hex, assignment)

        self.world.write(create)
        account = {"tenant_id": self.world.tenant, "user_id": person.id, "login": person.login}
        with self.world.database.write() as connection:
            connection.execute(insert(ACCOUNT).values(account | {"password": _hashed_cheaply()}))
        return person

    def laptop(self, person: Person | None = None) -> "Laptop":
        """A laptop on which nobody has signed in yet."""
        return Laptop(self, person or self.person())


class Laptop:
    """Calls the server as one device of one person."""

    def __init__(self, served: Served, person: Person) -> None:
        self._served = served
        self.person = person
        self.id = new_id()
        self.access_token = ""
        self.refresh_token = ""

    def call(self, method: str, path: str, **said: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        headers |= said.pop("headers", {})
        return requests.request(method, self._served.url + path, headers=headers, timeout=30, **said)

    def sign_in(self, password: str = PASSWORD, **said: Any) -> requests.Response:
        body = {
            "login": self.person.login, "password": password,
            "device_id": self.id.hex, "device_name": "Laptop",
        }  # fmt: skip
        return self._keep(self.call("POST", "/v1/auth/sign-in", json=body | said))

    def refresh(self, nonce: str = "", token: str = "", **said: str) -> requests.Response:
        body = {"refresh_token": token or self.refresh_token, "nonce": nonce or new_id().hex}
        return self._keep(self.call("POST", "/v1/auth/refresh", json=body | said))

    def signed_in(self) -> "Laptop":
        assert self.sign_in().status_code == 200
        return self

    def push(self, *mutations: Any, **said: Any) -> requests.Response:
        body = {"device_id": self.id.hex, "mutations": list(mutations)} | said
        return self.call("POST", "/v1/sync/push", json=body)

    def pushed(self, *mutations: Any) -> list[Result]:
        """What became of them."""
        wire = self.push(*mutations).json()["results"]
        return read_results(wire, [UUID(mutation["op_id"]) for mutation in mutations])

    def _keep(self, answer: requests.Response) -> requests.Response:
        if answer.status_code == 200:
            self.access_token = answer.json()["access_token"]
            self.refresh_token = answer.json()["refresh_token"]
        return answer


@contextmanager
def serving(url: str, folder: Path, **settings: Any) -> Generator[Served]:
    """A server over a migrated, empty database, on a free port until the block ends."""
    world = World(Database(url))
    clock = Clock()
    parts = assemble(ServerSettings(blobs=folder / "blobs", **settings), world.database, clock)
    ready, urls = threading.Event(), []

    def note(url: str) -> None:
        urls.append(url)
        ready.set()

    config = uvicorn.Config(create_app(parts), log_config=None, timeout_graceful_shutdown=10)
    server = SyncServer(config, parts.notifier, note)
    thread = threading.Thread(target=server.run, args=([create_server(("127.0.0.1", 0))],))
    thread.start()
    assert ready.wait(30)
    try:
        yield Served(world, parts, clock, urls[0])
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
        world.database.close()


@cache
def _hashed_cheaply() -> str:
    """A hash says what it cost; with the server's own cost these tests would take minutes."""
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
