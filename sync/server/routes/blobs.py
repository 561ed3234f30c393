"""The bytes of attachments, by the hash of their content, in parts of PART bytes."""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from fastapi.responses import FileResponse

from sync.server.blob_rows import mark_lost, mark_stored, may_fetch, may_send
from sync.server.caller import Caller
from sync.server.parts import Parts
from sync.server.refusals import Refusal
from sync.server.routes.asking import RawBody, Server, Signed
from sync.server.settings import MEBIBYTE

router = APIRouter(prefix="/v1/blobs", tags=["blobs"])

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Size = Annotated[int, Query(gt=0, le=2**48)]
_DIGEST = "sha-256=:"


@router.head("/{sha256}", status_code=204)
def look(sha256: Sha256, size: Size, caller: Signed, server: Server) -> Response:
    """Asked before a file of `size` bytes is sent. `Blob-Missing` lists the parts that are to come, as in
    "0-4,7"; `Blob-Limit` is the size up to which files are taken.

    What is here counts only where the caller may fetch it: else a hash would open it.
    """
    if server.blobs.has(sha256) and may_fetch(server, caller, sha256):
        server.notifier.committed(mark_stored(server, caller, sha256))
        missing: list[int] = []
    else:
        _require_row(server, caller, sha256)
        missing = server.blobs.upload(sha256, size, caller.user).missing()
    limit = str(server.settings.blob_limit)
    return Response(status_code=204, headers={"Blob-Missing": _ranges(missing), "Blob-Limit": limit})


@dataclass(frozen=True)
class Part:
    """One part of a file of `size` bytes; its own hash comes as a Content-Digest (RFC 9530)."""

    sha256: Sha256
    part: Annotated[int, Path(ge=0)]
    size: Size
    content_digest: Annotated[str, Header()]

    @property
    def hash(self) -> str:
        try:
            digest = self.content_digest.removeprefix(_DIGEST).removesuffix(":")
            return base64.b64decode(digest, validate=True).hex()
        except binascii.Error:
            raise Refusal(400, "blob.part_malformed") from None


@router.put("/{sha256}/{part}", status_code=204)
def store(said: Annotated[Part, Depends()], content: RawBody, caller: Signed, server: Server) -> None:
    """With the last part the whole is verified. Sending one twice is harmless; 400 where a part or the
    whole is not what its hash says."""
    limit = server.settings.blob_limit
    if said.size > limit:
        raise Refusal(413, "blob.too_large", megabytes=limit // MEBIBYTE)
    _require_row(server, caller, said.sha256)
    upload = server.blobs.upload(said.sha256, said.size, caller.user)
    upload.take(said.part, content, said.hash)
    if upload.finish():
        server.notifier.committed(mark_stored(server, caller, said.sha256))


@router.get("/{sha256}", response_class=FileResponse)
def fetch(sha256: Sha256, caller: Signed, server: Server) -> FileResponse:
    """The file, or the range of it that was asked for; 404 where the caller may not see it."""
    if not may_fetch(server, caller, sha256):
        raise Refusal(404, "blob.unknown")
    path = server.blobs.path_of(sha256)
    if not path.is_file():
        server.notifier.committed(mark_lost(server, caller, sha256))
        raise Refusal(404, "blob.unknown")
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


@router.post("/{sha256}/doubt", status_code=204)
def doubt(sha256: Sha256, caller: Signed, server: Server) -> None:
    """Said by a laptop to which the file came damaged: where it is damaged here, those who have it are
    asked for it again."""
    if not may_fetch(server, caller, sha256):
        raise Refusal(404, "blob.unknown")
    if server.blobs.set_damaged_aside(sha256):
        server.notifier.committed(mark_lost(server, caller, sha256))


def _require_row(server: Parts, caller: Caller, sha256: str) -> None:
    """What nothing refers to is not kept; nor is anybody told of what he does not see."""
    if not may_send(server, caller, sha256):
        raise Refusal(404, "blob.unreferenced")


def _ranges(parts: list[int]) -> str:
    """[0, 1, 2, 5] as "0-2,5": of a large file thousands may be missing."""
    runs: list[list[int]] = []
    for part in parts:
        if runs and part == runs[-1][-1] + 1:
            runs[-1][1:] = [part]
        else:
            runs.append([part])
    return ",".join("-".join(map(str, run)) for run in runs)
