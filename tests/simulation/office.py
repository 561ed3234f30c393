"""The server under simulation: its real endpoints over its real database, in this very thread."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from typing import Any, BinaryIO
from unittest.mock import patch
from uuid import UUID

import orjson
import requests
from pydantic import SecretStr
from sqlalchemy import Connection

from app.domain.ambient import Ambient, decided_by
from sync.client.credentials import Tokens
from sync.protocol import Mutation, Result
from sync.server import passwords
from sync.server.apply import apply
from sync.server.caller import Caller
from sync.server.carrying import take
from sync.server.change_log import ChangeLog
from sync.server.database import Database
from sync.server.devices import Laptop
from sync.server.parts import assemble
from sync.server.rights import Rights
from sync.server.settings import ServerSettings
from sync.server.snapshots import Snapshots
from tests.simulation.backends import Backend
from tests.simulation.commits import Commits, Crash
from tests.simulation.founding import founded_server
from tests.simulation.front_door import Answer, FrontDoor
from tests.simulation.wire import Message

SIGNING_KEY = SecretStr("no secret at all, this is a simulation")


@dataclass(frozen=True)
class ServerCopy:
    """A backup: everything the server knew at commit `head`."""

    content: bytes
    head: int


class Office:
    """One server for many histories, one after the other: `begin` starts each from bytes."""

    def __init__(self, backend: Backend, folder: Path, ambient: Ambient) -> None:
        self.backend = backend
        self.backend.put(founded_server())
        self._ambient = ambient
        url = backend.url
        self.database = Database(url)
        settings = ServerSettings(database=SecretStr(url), signing_key=SIGNING_KEY, blobs=folder / "blobs")
        self._clock = lambda: ambient.clock() / 1e9
        self._settings = settings
        self.blobs = settings.blob_folder
        self.parts = assemble(settings, self.database, self._clock)
        self.parts.notifier.committed = self._poke  # type: ignore[method-assign]
        self.announced = 0
        self.tenant = self.parts.tenant
        self.commits = Commits(self.database.engine, lambda: None)
        self._door = FrontDoor(self.parts)
        self.results: dict[UUID, Result] = {}
        self._entered = ""
        self.crashes = 0
        self.epoch = 0
        self.poison: set[UUID] = set()

    def begin(self, content: bytes) -> None:
        """Another history."""
        rmtree(self.blobs, ignore_errors=True)
        self._replace(content)
        self._start()
        self.epoch = self.crashes = self.announced = 0
        self.poison = set()
        self.commits.forget()

    def deliver(self, message: Message) -> Answer:
        """The answer to a request; where the server dies over it, nobody answers."""
        try:
            with self._at_work():
                answer = self._door.answer(message.method, message.url, message.headers, message.body)
        except Crash:
            pass
        self._read_ledger()
        if self.commits.fatal:
            self._rise()
            raise requests.ConnectionError("the server is gone")
        return answer

    def _rise(self) -> None:
        """The process died and is started again."""
        self.crashes += 1
        self.commits.forget()
        self.database.engine.dispose()
        self._start()

    def _start(self) -> None:
        """A new process, which knows only what is in its files; it cuts snapshots when asked for them."""
        snapshots = Snapshots(self.database, self._settings.snapshot_folder, self._clock, lambda work: work())
        self.parts = self._door.parts = replace(self.parts, snapshots=snapshots)

    def _poke(self, seq: int) -> None:
        self.announced = max(self.announced, seq)

    def sign_in(self, login: str, device_id: UUID) -> Tokens:
        """For a laptop on which someone typed a password; nobody dies over that."""
        self.commits.forget()
        with self._at_work():
            signed_in = self.parts.accounts.sign_in(login, "-", Laptop(device_id, "laptop"), "127.0.0.1")
        return Tokens(signed_in.refresh_token, signed_in.access_token)

    def take(self, file: BinaryIO) -> bytes:
        """The receipt for a file that somebody brought."""
        receipt = BytesIO()
        with self._at_work():
            take(self.parts, "somebody", file, receipt, self._some_bytes)
        self._read_ledger()
        return receipt.getvalue()

    def _some_bytes(self, count: int) -> bytes:
        return self._ambient.bits(8 * count).to_bytes(count, "big")

    @contextmanager
    def _at_work(self) -> Generator[None]:
        """Time and chance of the simulation; any password is right; and there is what it cannot digest."""
        any_password = patch.object(passwords, "matches", lambda kept, said: True)
        with decided_by(self._ambient), any_password, patch("sync.server.push.apply", self._digest):
            yield

    def _digest(self, log: ChangeLog, rights: Rights, caller: Caller, said: Mutation, at: str) -> Any:
        if said.op_id in self.poison:
            raise ZeroDivisionError
        return apply(log, rights, caller, said, at)

    @contextmanager
    def write(self) -> Generator[Connection]:
        """The server's own doing: an import, a command, the calendar."""
        with decided_by(self._ambient), self.database.write() as connection:
            yield connection

    def copy(self) -> ServerCopy:
        """A backup taken now."""
        return ServerCopy(self.backend.take(), self.head)

    def rewind(self, copy: ServerCopy) -> None:
        """The server is again as it was; nobody says so to anyone."""
        self.epoch += 1
        self._replace(copy.content)
        self.announced = copy.head

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query finds, beside everything under test."""
        return self.backend.rows(query, values)

    @property
    def head(self) -> int:
        """The newest commit."""
        return int(self.rows("SELECT seq FROM sync_clock")[0][0])

    def close(self) -> None:
        self.backend.close()
        self.database.close()

    def _replace(self, content: bytes) -> None:
        self.database.engine.dispose()
        self.backend.put(content)
        self.results, self._entered = {}, ""
        self._read_ledger()

    def read_ledger_anew(self) -> None:
        """What it said once may have become something else."""
        self._entered = ""
        self._read_ledger()

    def _read_ledger(self) -> None:
        """What the server has said of each mutation, by its own testimony."""
        found = self.rows(
            "SELECT received_at, result FROM sync_ledger WHERE received_at >= ?"
            " ORDER BY received_at, device_id, n",
            self._entered,
        )
        for received_at, said in found:
            result = Result.from_wire(orjson.loads(said))
            self.results[result.op_id] = result
            self._entered = received_at
