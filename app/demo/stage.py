"""Sets the scene: a database with the shipped data and its people, and a real server process on it."""

import secrets
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

from app.exchange import demo_story, demo_subset, sets
from app.exchange.organisation import DEFAULT
from app.exchange.rows import Row
from sync.server.database import Database
from sync.server.importing import import_rows
from sync.server.people import add_person
from sync.server.schema import migrate
from sync.server.tenants import create_tenant
from sync.server.territories import assign, seed

COMPANY = "往返演示公司"


class MemorySecrets:
    """Stands in for the keyring: the demo's data is fictional and gone when it ends."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def put(self, name: str, secret: str) -> None:
        self._kept[name] = secret

    def remove(self, name: str) -> None:
        self._kept.pop(name, None)


class Stage:
    """A folder for everything, and the server; both are gone after the `with` block.

    `password` is the same for all of `demo_story.PEOPLE`, and new each time.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="roundtrip-demo-"))
        self.password = secrets.token_urlsafe(12)
        self.people: dict[str, UUID] = {}
        self.rows = 0
        self.url = ""
        self._server: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        try:
            self._prepare()
            self._serve()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Stop the server and remove the folder."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(20)
            for pipe in (self._server.stdin, self._server.stdout):
                if pipe:
                    pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def address(self) -> str:
        """Of the database."""
        return f"sqlite:///{self.folder / 'server.db'}"

    @property
    def listens(self) -> tuple[str, int]:
        """Host and port of the server."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 80)

    def _prepare(self) -> None:
        """As an operator would with `roundtrip-server migrate`, `user add`, `territory assign`, `import`."""
        database = Database(self.address)
        try:
            migrate(database)
            tenant = database.transact(lambda connection: create_tenant(connection, COMPANY))
            database.transact(lambda connection: seed(connection, tenant))
            for key, person in demo_story.PEOPLE.items():
                self.people[key] = add_person(
                    database,
                    tenant,
                    login=person.login,
                    name=person.name,
                    role=person.role,
                    password=self.password,
                )
                for region, line in person.territories:
                    assign(database, tenant, person.login, f"{region}/{line}")
            folders = demo_subset.unpack(self.folder / "sets")
            real = [
                item
                for item in chain.from_iterable(sets.read(name, folder) for name, folder in folders.items())
                if isinstance(item, Row)
            ]
            today = datetime.now(demo_story.STORY_TIME).date()
            story = demo_story.rows(today, DEFAULT, self.people, real)
            done = import_rows(database, tenant, chain(real, story), progress=lambda: None)
            self.rows = done.new
        finally:
            database.close()

    def _serve(self) -> None:
        command = [
            sys.executable,
            "-m",
            "app.demo.server",
            "serve",
            "--port",
            "0",
            "--database",
            self.address,
        ]
        with (self.folder / "server.log").open("w") as log:
            self._server = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._server.stdout is not None
        said = self._server.stdout.readline()
        if "listening on " not in said:
            raise RuntimeError(
                f"the server did not start: {(self.folder / 'server.log').read_text()[-2000:]}"
            )
        self.url = said.strip().rpartition(" ")[2]
