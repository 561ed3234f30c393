"""The real server and real sync processes, as operating-system processes that can be killed."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from app.demo.fault_proxy import FaultProxy
from app.domain.ids import new_id
from app.domain.organisation import Role
from app.laptop import identity_from
from app.persistence.replica import Replica, join_replica
from sync.server.commands.migrate import migrate
from sync.server.database import Database
from sync.server.parts import only_tenant
from sync.server.people import add_person
from sync.server.territories import add_territory, assign
from tests.sync.laptops import KEY, blank_replica

PASSWORD = "correct horse"
PATIENCE = 60.0

Event = dict[str, Any]


class ServerProcess:
    """`roundtrip-server serve` on a database of its own, with three people."""

    def __init__(self, folder: Path) -> None:
        address = f"sqlite:///{folder / 'server.db'}"
        migrate(address)
        self.database = Database(address)
        self.tenant = only_tenant(self.database)
        for region in ("N", "S"):
            add_territory(self.database, self.tenant, region, "T")
        for login, role in (("anna", Role.ENGINEER), ("bo", Role.ENGINEER), ("chief", Role.MANAGER)):
            person = {"login": login, "name": login.title(), "role": role, "password": PASSWORD}
            add_person(self.database, self.tenant, **person)
        assign(self.database, self.tenant, "anna", "N/T")
        assign(self.database, self.tenant, "bo", "S/T")
        self._address, self._folder = address, folder
        self.port = 0
        self._start("")

    def restart(self, prelude: str = "") -> None:
        """On the same port and database; `prelude` is code that makes it another release."""
        self._stop()
        self._start(prelude)

    def back_up(self) -> None:
        """A copy of the database file while nobody has it open."""
        self._stop()
        self.database.close()
        shutil.copy(self._folder / "server.db", self._folder / "backup.db")
        self._start("")

    def put_back(self) -> str:
        """The operator's way: stop, copy the backup back, say so, start; what the command answers."""
        self._stop()
        self.database.close()
        for leftover in self._folder.glob("server.db-*"):
            leftover.unlink()
        shutil.copy(self._folder / "backup.db", self._folder / "server.db")
        said = subprocess.run(
            [sys.executable, "-m", "sync.server.main", "restored", "--database", self._address],
            capture_output=True, text=True, check=True,
            env={**os.environ, "ROUNDTRIP_HOME": str(self._folder), "LANG": "en"},
        )  # fmt: skip
        self._start("")
        return said.stdout

    def kill(self) -> None:
        """As the operating system does it; the next one begins on what it left."""
        self._process.kill()
        self.restart()

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        self._stop()
        self.database.close()

    def _start(self, prelude: str) -> None:
        command = [sys.executable, "-c", f"{prelude}\nfrom sync.server.main import main; main()"]
        self._process = subprocess.Popen(
            [*command, "serve", "--port", str(self.port), "--database", self._address],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "ROUNDTRIP_HOME": str(self._folder)},
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        self.port = int(said.rsplit(":", 1)[1])

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()


class SyncProcess:
    """`roundtrip --sync`, driven over its pipes as the desktop drives it."""

    def __init__(self, home: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", "--sync"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "ROUNDTRIP_HOME": str(home)},
        )
        self.events: list[Event] = []
        self._arrived: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def tell(self, do: str, **facts: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **facts}) + "\n")
        self._process.stdin.flush()

    def wait_for(self, event: str, **facts: Any) -> Event:
        """The next event of this kind with these facts."""
        return self.wait_until(
            lambda e: e["event"] == event and all(e.get(name) == fact for name, fact in facts.items())
        )

    def wait_until(self, wanted: Callable[[Event], bool]) -> Event:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                event = self._arrived.get(timeout=1.0)
            except queue.Empty:
                if self.alive and time.monotonic() < until:
                    continue
                raise AssertionError(f"not heard; last were {self.events[-5:]}") from None
            if wanted(event):
                return event

    def kill(self) -> None:
        """As the operating system does it: at once, in the middle of anything."""
        if self.alive:
            self._process.kill()
        self._gone()

    def end(self) -> int:
        """The desktop closes the pipe; the exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._gone()

    def _gone(self) -> int:
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        return code

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            self.events.append(event)
            self._arrived.put(event)


class Laptop:
    """A person's replica with its sync process, behind a network that can fail."""

    def __init__(self, folder: Path, login: str, proxy: FaultProxy) -> None:
        folder.mkdir()
        self.folder, self.login, self.proxy = folder, login, proxy
        self.device_id = new_id()
        self.sync = SyncProcess(folder)
        self.replica: Replica | None = None
        self._said: Event = {}

    def sign_in(self, password: str = PASSWORD) -> Event:
        """What the process says of the attempt."""
        self.sync.tell(
            "sign_in",
            server=self.proxy.url,
            login=self.login,
            password=password,
            device_id=self.device_id.hex,
            device_name="laptop",
        )
        said = self.sync.wait_until(lambda e: e["event"] in ("signed_in", "sign_in_failed"))
        if said["event"] == "signed_in":
            self._said = said
        return said

    def begin(self) -> Self:
        """Sign in and start to synchronise."""
        self.sign_in()
        who = self._said["identity"]
        path = self.folder / "replica.db"
        path.write_bytes(blank_replica())
        self.replica = join_replica(path, KEY)
        self.replica.belong_to(identity_from(who))
        self.open()
        return self

    def open(self, **but: str) -> None:
        self.sync.tell(
            "open",
            **{
                "path": str(self.folder / "replica.db"),
                "key": KEY.hex(),
                "server": self.proxy.url,
                "refresh_token": self._said["refresh_token"],
                "access_token": self._said["access_token"],
            }
            | but,
        )

    def restart(self) -> None:
        """A new process for the same replica, with the newest token the desktop has heard of."""
        heard = [e["refresh_token"] for e in self.sync.events if e["event"] == "tokens"]
        if heard:
            self._said |= {"refresh_token": heard[-1]}
        self.sync = SyncProcess(self.folder)
        self.open()

    def get_well(self) -> None:
        """Whatever a test did to it: online, running, at rest, and with nothing left to send."""
        self.proxy.recover()
        if not self.sync.alive:
            self.restart()
        self.come_to_rest()

    def come_to_rest(self) -> None:
        """A pause ends whatever runs, so that the round after it is the only one."""
        self.sync.tell("pause")
        self.sync.wait_for("state", paused=True)
        self.sync.tell("resume")
        self.until_synced()

    def until_synced(self) -> Event:
        return self.sync.wait_for("state", state="synced", pending=0)

    def close(self) -> None:
        self.sync.kill()
        if self.replica:
            self.replica.close()
