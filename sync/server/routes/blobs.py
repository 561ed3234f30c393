"""The bytes of attachments, by the hash of their content."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection, select
from starlette.concurrency import run_in_threadpool

from app.domain.notes import Attachment, BlobState
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog
from sync.server.parts import Parts
from sync.server.refusals import Refusal
from sync.server.routes.asking import Server, Signed
from sync.server.settings import MEBIBYTE
from sync.server.tables import TABLES
from sync.server.visibility import NOW, sees

router = APIRouter(prefix="/v1/blobs", tags=["blobs"])

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
_ATTACHMENT = TABLES[Attachment]


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
    _require_row(server, sha256)
    wanted = not (server.blobs.path_of(sha256).is_file() and _may_see(server, caller, sha256))
    if not wanted:
        server.notifier.committed(_mark_stored(server, sha256))
    return Answer(wanted=wanted)


@router.put("/{sha256}", status_code=204)
async def store(sha256: Sha256, request: Request, caller: Signed, server: Server) -> None:
    """A whole file; 400 where its content is not what its name says. Sending it twice is harmless."""
    await run_in_threadpool(_require_row, server, sha256)
    with server.blobs.upload(sha256) as upload:
        async for chunk in request.stream():
            await run_in_threadpool(upload.write, chunk)
        await run_in_threadpool(upload.finish)
    seq = await run_in_threadpool(_mark_stored, server, sha256)
    server.notifier.committed(seq)


@router.get("/{sha256}", response_class=FileResponse)
def fetch(sha256: Sha256, caller: Signed, server: Server) -> FileResponse:
    """The file, or the range of it that was asked for; 404 where the caller may not see it."""
    path = server.blobs.path_of(sha256)
    if not _may_see(server, caller, sha256) or not path.is_file():
        raise Refusal(404, "blob.unknown")
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


@router.head("/{sha256}")
def look(sha256: Sha256, caller: Signed, server: Server) -> Response:
    """Whether `fetch` would answer, without the bytes."""
    return fetch(sha256, caller, server)


def _may_see(server: Parts, caller: Caller, sha256: str) -> bool:
    """A hash alone opens nothing: some attachment that holds the file must be in the caller's scope."""
    held = _ATTACHMENT.c.blob == BlobState.STORED
    return _there_is(server, sha256, held, sees(_ATTACHMENT.c.root_id, NOW), user=caller.user)


def _require_row(server: Parts, sha256: str) -> None:
    """What nothing refers to is not kept."""
    if not _there_is(server, sha256):
        raise Refusal(404, "blob.unreferenced")


def _there_is(server: Parts, sha256: str, *such: ColumnElement[bool], **facts: str) -> bool:
    of_file = (_ATTACHMENT.c.tenant_id == server.tenant, _ATTACHMENT.c.sha256 == sha256)
    query = select(_ATTACHMENT.c.id).where(*of_file, *such).limit(1)
    with server.database.read() as connection:
        return connection.execute(query, {"tenant": server.tenant, **facts}).first() is not None


def _mark_stored(server: Parts, sha256: str) -> int:
    """Everybody who has the attachment learns that its bytes can be fetched."""

    def mark(connection: Connection) -> int:
        log = ChangeLog(connection, server.tenant, Author())
        waiting = select(_ATTACHMENT.c.id).where(
            _ATTACHMENT.c.tenant_id == server.tenant,
            _ATTACHMENT.c.sha256 == sha256,
            _ATTACHMENT.c.blob == BlobState.PENDING,
        )
        for row_id in connection.execute(waiting).scalars().all():
            if (row := log.row(row_id)) is not None:
                log.change(row, {"blob": BlobState.STORED.value})
        return log.commit()

    return server.database.transact(mark)
