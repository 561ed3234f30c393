"""Carries one file between this laptop and its server, and looks up from the work at every piece."""

import hashlib
from collections.abc import Callable
from io import BytesIO

from app.domain.errors import SyncRefused
from app.domain.notes import LARGEST_FILE
from sync.client.http import Http, unpacked

_RAW = "application/octet-stream"


class FileTransfer:
    """`look_up` is called often while a file is under way; what it raises ends the transfer."""

    def __init__(self, address: str, look_up: Callable[[], None]) -> None:
        self._http = Http(address)
        self._look_up = look_up

    def send(self, sha256: str, content: bytes, token: str) -> None:
        """Offer the file, and send it where the server does not have it yet.

        Raises Unavailable, or SyncRefused where the server will not have it.
        """
        path = f"blobs/{sha256}"
        if not self._http.json("POST", path, {"size": len(content)}, token=token).get("wanted"):
            return
        pieces = _Pieces(content, self._look_up)
        self._http.open("PUT", path, content=pieces, token=token, accept=_RAW).close()

    def fetch(self, sha256: str, token: str) -> bytes:
        """The file, whole and verified. Raises Unavailable, or SyncRefused where there is none for us."""
        response = self._http.open("GET", f"blobs/{sha256}", token=token, accept=_RAW)
        arrived, content = 0, []
        for piece in unpacked(response, lambda size: self._look_up()):
            arrived += len(piece)
            if arrived > LARGEST_FILE:
                response.close()
                raise SyncRefused("blob.damaged")
            content.append(piece)
        whole = b"".join(content)
        if hashlib.sha256(whole).hexdigest() != sha256:
            raise SyncRefused("blob.damaged")
        return whole

    def close(self) -> None:
        self._http.close()


class _Pieces(BytesIO):
    """A body that is read piece by piece as the line takes it."""

    def __init__(self, content: bytes, look_up: Callable[[], None]) -> None:
        super().__init__(content)
        self._look_up = look_up

    def read(self, size: int | None = -1, /) -> bytes:
        self._look_up()
        return super().read(size)
