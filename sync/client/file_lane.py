"""Moves the files of attachments on a thread of its own, so that a photo never delays an order.

Rows say which files there are and where they lie; this only follows them. A file moves whole, and
what could not be moved is tried again after the next round.
"""

import hashlib
import logging
import threading
from collections.abc import Callable

from sqlalchemy import select

from app.domain.changes import Changes
from app.domain.errors import AppError, SyncRefused
from app.domain.notes import Attachment, BlobState
from app.persistence.replica import Replica
from sync.client.http import Http, Unauthorised, read

LARGEST = 25_000_000  # bytes; a larger file would fill memory and a mobile line
_RAW = "application/octet-stream"

log = logging.getLogger(__name__)


class FileLane:
    """Files on their way between this replica and its server; `arrived` is called on its thread."""

    def __init__(self, address: str, replica: Replica, arrived: Callable[[Changes], None]) -> None:
        self._http = Http(address)
        self._replica = replica
        self._token = ""
        self._wanted = threading.Event()
        self._closed = False
        self._arrived = arrived
        self._done: set[str] = set()
        threading.Thread(target=self._run, name="files", daemon=True).start()

    def move(self, token: str) -> None:
        """A round has ended: move what can be moved now, with this access token."""
        self._token = token
        self._wanted.set()

    def close(self) -> None:
        """Let the thread end after the file under way."""
        self._closed = True
        self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                self._send_all()
                self._fetch_all()
            except AppError as problem:
                log.info("files wait: %s", problem.code)
            if self._closed:
                return

    def _send_all(self) -> None:
        """Once a process: the server says with the row itself when it has the file."""
        for sha256 in self._files(BlobState.PENDING):
            content = None if sha256 in self._done else self._replica.blobs.get(sha256)
            if content is not None:
                self._carry("PUT", sha256, content)

    def _fetch_all(self) -> None:
        for sha256 in sorted(self._replica.blobs.missing(self._files(BlobState.STORED)) - self._done):
            content = self._carry("GET", sha256)
            if content is None:
                continue
            if hashlib.sha256(content).hexdigest() == sha256:
                self._replica.blobs.put(content)
                self._arrived(Changes(frozenset({Attachment})))
            else:
                log.warning("file %s arrived damaged", sha256)

    def _carry(self, method: str, sha256: str, content: bytes | None = None) -> bytes | None:
        """The file, where one was asked for; one that the server refuses does not hold up the others."""
        if self._closed:
            return None
        path, found = f"blobs/{sha256}", None
        try:
            found = read(self._http.open(method, path, content=content, token=self._token, accept=_RAW))
        except Unauthorised:
            raise
        except SyncRefused as refusal:
            log.warning("file %s: %s", sha256, refusal.code)
        self._done.add(sha256)
        return found

    def _files(self, state: BlobState) -> list[str]:
        """The files of attachments in `state` that the server knows of."""
        query = select(Attachment.sha256).distinct().where(Attachment.blob == state, Attachment.rev > 0)
        with self._replica.read() as session:
            return list(session.scalars(query.where(Attachment.size <= LARGEST)))
