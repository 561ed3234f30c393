"""Carries one file between this laptop and its server, and looks up from the work at every piece.

Both ways it goes on where it was cut, whether by the network or by the end of the process.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice
from typing import Protocol

from requests import Response

from app.domain.errors import Offline, SyncRefused
from app.domain.notes import PART, parts_of
from app.persistence.blobs import PIECE, BlobStore, Damaged
from sync.client.http import NO_SUCH_RANGE, Http, unpacked

_RAW = "application/octet-stream"
_MEBIBYTE = 2**20


class Progress(Protocol):
    """Hears how many of a file's bytes have been moved."""

    def __call__(self, done: int, size: int) -> None: ...


class FileTransfer:
    """`look_up` is called often while a file is under way; what it raises ends the transfer."""

    def __init__(self, address: str, blobs: BlobStore, look_up: Callable[[], None]) -> None:
        self._http = Http(address)
        self._blobs = blobs
        self._look_up = look_up

    def send(self, sha256: str, token: str, progress: Progress) -> None:
        """Send the parts that the server does not have yet.

        Raises Unavailable, SyncRefused where the server will not have it, FileNotFoundError or Damaged
        where it is not here.
        """
        size = self._blobs.size(sha256)
        missing = self._missing(sha256, size, token)
        for count, part in enumerate(missing):
            progress((parts_of(size) - len(missing) + count) * PART, size)
            self._send_part(sha256, size, part, token)

    def fetch(self, sha256: str, token: str, progress: Progress) -> None:
        """Bring the file here, whole and verified.

        Raises Unavailable, SyncRefused where there is none for us or it came damaged, DiskFull.
        """
        try:
            with self._blobs.arrival(sha256) as arrival:
                response = self._rest_of(sha256, arrival.size, token)
                size, done = _whole_size(response), arrival.size
                for piece in unpacked(response, lambda size: self._look_up()):
                    arrival.write(piece)
                    done += len(piece)
                    progress(done, size)
                arrival.finish()
        except Damaged as damage:  # on the way, or at the server, which must look
            self._blobs.discard_arrival(sha256)
            self._http.open("POST", f"blobs/{sha256}/doubt", token=token).close()
            raise SyncRefused("blob.damaged") from damage

    def close(self) -> None:
        self._http.close()

    def _missing(self, sha256: str, size: int, token: str) -> list[int]:
        asked = self._http.open("HEAD", f"blobs/{sha256}", token=token, params={"size": size})
        asked.close()
        try:
            missing = list(_numbers(asked.headers["Blob-Missing"]))
            limit = int(asked.headers["Blob-Limit"])
        except (KeyError, ValueError) as problem:
            raise Offline("sync.garbled") from problem
        if missing and size > limit:
            raise SyncRefused("blob.too_large", megabytes=limit // _MEBIBYTE)
        return missing

    def _send_part(self, sha256: str, size: int, part: int, token: str) -> None:
        content = b"".join(islice(self._blobs.pieces(sha256, part * PART), PART // PIECE))[:PART]
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        self._http.open(
            "PUT",
            f"blobs/{sha256}/{part}",
            content=_Pieces(content, self._look_up),
            token=token,
            params={"size": size},
            headers={"Content-Digest": f"sha-256=:{digest}:"},
        ).close()

    def _rest_of(self, sha256: str, start: int, token: str) -> Response:
        """The answer with what is missing. Raises Damaged where the server has less than is here."""
        headers = {"Range": f"bytes={start}-"} if start else {}
        try:
            response = self._http.open("GET", f"blobs/{sha256}", token=token, accept=_RAW, headers=headers)
        except SyncRefused as refusal:
            if refusal.code == NO_SUCH_RANGE:
                raise Damaged(sha256) from refusal
            raise
        if start and response.status_code != 206:
            response.close()
            raise Damaged(sha256)
        return response


class _Pieces(BytesIO):
    """A body that is read piece by piece as the line takes it."""

    def __init__(self, content: bytes, look_up: Callable[[], None]) -> None:
        super().__init__(content)
        self._look_up = look_up

    def read(self, size: int | None = -1, /) -> bytes:
        self._look_up()
        return super().read(size)


def _numbers(ranges: str) -> Iterator[int]:
    """The numbers that "0-2,5" stands for."""
    for run in filter(None, ranges.split(",")):
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _whole_size(response: Response) -> int:
    """What the answer says of the file's size; 0 where it does not."""
    _, _, whole = response.headers.get("Content-Range", "").partition("/")
    said = whole or response.headers.get("Content-Length", "")
    return int(said) if said.isdecimal() else 0
