"""Somebody with a laptop: a replica of his own, the program's use cases on it, and a real sync process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import Any

import requests
from sqlalchemy import select

from app.demo.stage import MemorySecrets
from app.domain.ids import new_id
from app.domain.types import InstantType
from app.laptop import Laptop, Opened, identity_from
from app.persistence.bookkeeping import Outbox
from app.persistence.fingerprint import fingerprint, total
from app.queries import Queries
from app.services import Services
from app.settings import HOME, Folders
from sync.answers import read_results
from sync.digest import Digest
from sync.protocol import Mutation, Op

PATIENCE = 60.0
"""Seconds in which a step must have happened; a step takes well under one."""

Message = dict[str, Any]


class TookTooLong(Exception):
    """A step of the story did not happen in time."""


class Colleague:
    """Works as the desktop does: the same laptop, the same services, the same process beside it."""

    def __init__(self, name: str, login: str, folder: Path) -> None:
        self.name, self.login = name, login
        self.secrets = MemorySecrets()
        self.folders = Folders(folder, folder, folder / "logs").make()
        self.laptop = Laptop(self.folders, self.secrets)
        self.state: Message = {}
        self._heard: Queue[Message] = Queue()
        self._access_token = ""
        self.refresh_token = ""
        self._opened: Opened | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", "--sync"], env=os.environ | {HOME: str(folder)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def opened(self) -> Opened:
        assert self._opened is not None, "signed in first"
        return self._opened

    @property
    def services(self) -> Services:
        return Services.over(self.opened.replica)

    @property
    def queries(self) -> Queries:
        return Queries.over(self.opened.replica)

    def sign_in(self, server: str, password: str) -> None:
        """Sign in for the first time and make the replica; the download begins."""
        self.tell(do="sign_in", server=server, login=self.login, password=password,
                  device_id=new_id().hex, device_name=self.name)  # fmt: skip
        said = self.wait_for(lambda message: message["event"] in ("signed_in", "sign_in_failed"))
        if said["event"] == "sign_in_failed":
            raise RuntimeError(f"sign-in failed: {said['code']}")
        self._access_token, self.refresh_token = said["access_token"], said["refresh_token"]
        self._opened = self.laptop.set_up(identity_from(said["identity"]))
        self.tell(do="open", path=str(self.laptop.path), key=self._opened.key.hex(), server=server,
                  access_token=said["access_token"], refresh_token=said["refresh_token"])  # fmt: skip

    def sync(self) -> Message:
        """Have the process synchronise, and wait until a round that began after this has ended well."""
        begun = datetime.now(UTC)
        self.tell(do="sync")
        return self.wait_for(lambda message: _ended_well(message, begun))

    def wait_for(self, wanted: Callable[[Message], bool]) -> Message:
        """The first message that is `wanted`; raises TookTooLong."""
        deadline = monotonic() + PATIENCE
        while True:
            try:
                message = self._heard.get(timeout=max(0.0, deadline - monotonic()))
            except Empty:
                raise TookTooLong(f"{self.name}: last state {self.state}") from None
            if message.get("event") == "state":
                self.state = message
            elif message.get("event") == "tokens":
                self.refresh_token = message["refresh_token"]
            if wanted(message):
                return message

    def digest(self) -> Digest:
        """Of what this replica holds."""
        return total(fingerprint(self.opened.replica))

    def digest_of_server(self, server: str) -> Digest:
        """Of what the server would show this person now."""
        identity = self.opened.replica.identity
        assert identity is not None
        answer = self._post(f"{server}/v1/sync/digest", {"device_id": identity.device_id.hex})
        count, summed = answer["total"]
        return Digest(count, int(summed, 16))

    def push_again(self, server: str) -> list[str]:
        """Send everything ever uploaded once more, as a network that repeats requests would; what the
        server answers to each."""
        with self.opened.replica.read() as session:
            sent = session.scalars(select(Outbox).where(Outbox.n.is_not(None)).order_by(Outbox.n)).all()
        mutations = [
            Mutation(
                op_id=row.op_id,
                device_id=row.device_id or row.op_id,
                n=row.n or 0,
                name=row.name,
                acted_at=str(InstantType().to_stored(row.acted_at)),
                ops=tuple(Op.from_wire(op) for op in json.loads(row.body)),
                schema=row.schema,
                on_conflict=row.on_conflict,
            ).to_wire()
            for row in sent
        ]
        identity = self.opened.replica.identity
        assert identity is not None
        body = {"device_id": identity.device_id.hex, "mutations": mutations}
        answer = self._post(f"{server}/v1/sync/push", body)
        return [str(result.status) for result in read_results(answer["results"], [row.op_id for row in sent])]

    def tell(self, **message: Any) -> None:
        """Say one line to the sync process."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def kill_sync(self) -> None:
        """Pull the plug: no goodbye."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and give the files back."""
        if self._process.poll() is None:
            self.tell(do="stop")
            self._process.wait(20)
        self._listener.join(5)
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        if self._opened:
            self._opened.replica.close()

    def _post(self, url: str, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self._access_token}"}
        answer = requests.post(url, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._heard.put(json.loads(line))


def _ended_well(message: Message, since: datetime) -> bool:
    if (
        message.get("event") != "state"
        or message["state"] not in ("synced", "conflict")
        or message["pending"]
    ):
        return False
    synced_at = message["synced_at"]
    return synced_at is not None and datetime.fromisoformat(synced_at) >= since
