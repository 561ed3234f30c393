"""The bytes of attachments, by the hash of their content."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool

from app.domain.notes import Attachment, BlobState
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog
from sync.server.parts import Parts
from sync.server.refusals import Refusal
from sync.server.routes.asking import Server, Signed
from sync.server.tables import TABLES
from sync.server.visibility import NOW, sees

router = APIRouter(prefix="/v1/blobs", tags=["blobs"])

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
_ATTACHMENT = TABLES[Attachment]


@router.put("/{sha256}", status_code=204)
async def store(sha256: Sha256, request: Request, caller: Signed, server: Server) -> None:
    """A whole file; 400 where its content is not what its name says. Sending it twice is harmless."""
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
    """A hash alone opens nothing: some attachment with it must be in the caller's scope."""
    query = select(_ATTACHMENT.c.id).where(
        _ATTACHMENT.c.tenant_id == server.tenant,
        _ATTACHMENT.c.sha256 == sha256,
        sees(_ATTACHMENT.c.root_id, NOW),
    )
    with server.database.read() as connection:
        whose = {"tenant": caller.tenant, "user": caller.user}
        return connection.execute(query, whose).first() is not None


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
