"""The bytes of attachments, by the hash of their content."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from sync.server.blob_rows import mark_stored, may_see, require_row
from sync.server.refusals import Refusal
from sync.server.routes.asking import Server, Signed
from sync.server.settings import MEBIBYTE

router = APIRouter(prefix="/v1/blobs", tags=["blobs"])

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class Offer(BaseModel):
    """A file that a laptop has."""

    size: int = Field(gt=0)


class Answer(BaseModel):
    """Whether its bytes are to follow."""

    wanted: bool


@router.post("/{sha256}")
def offer(sha256: Sha256, said: Offer, caller: Signed, server: Server) -> Answer:
    """Asked before a file is sent: one that is too large, or here already, need not travel.

    What is here counts only where the caller may fetch it: else a hash would open it.
    """
    limit = server.settings.blob_limit
    if said.size > limit:
        raise Refusal(413, "blob.too_large", megabytes=limit // MEBIBYTE)
    require_row(server, sha256)
    wanted = not (server.blobs.path_of(sha256).is_file() and may_see(server, caller, sha256))
    if not wanted:
        server.notifier.committed(mark_stored(server, sha256))
    return Answer(wanted=wanted)


@router.put("/{sha256}", status_code=204)
async def store(sha256: Sha256, request: Request, caller: Signed, server: Server) -> None:
    """A whole file; 400 where its content is not what its name says. Sending it twice is harmless."""
    await run_in_threadpool(require_row, server, sha256)
    with server.blobs.upload(sha256) as upload:
        async for chunk in request.stream():
            await run_in_threadpool(upload.write, chunk)
        await run_in_threadpool(upload.finish)
    seq = await run_in_threadpool(mark_stored, server, sha256)
    server.notifier.committed(seq)


@router.get("/{sha256}", response_class=FileResponse)
def fetch(sha256: Sha256, caller: Signed, server: Server) -> FileResponse:
    """The file, or the range of it that was asked for; 404 where the caller may not see it."""
    path = server.blobs.path_of(sha256)
    if not may_see(server, caller, sha256) or not path.is_file():
        raise Refusal(404, "blob.unknown")
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


@router.head("/{sha256}")
def look(sha256: Sha256, caller: Signed, server: Server) -> Response:
    """Whether `fetch` would answer, without the bytes."""
    return fetch(sha256, caller, server)
