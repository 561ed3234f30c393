"""What attachments say of a file: whether anything refers to it, who may fetch it, and that it is here."""

from sqlalchemy import ColumnElement, Connection, select

from app.domain.notes import Attachment, BlobState
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog
from sync.server.parts import Parts
from sync.server.refusals import Refusal
from sync.server.tables import TABLES
from sync.server.visibility import NOW, sees

_ATTACHMENT = TABLES[Attachment]


def may_see(server: Parts, caller: Caller, sha256: str) -> bool:
    """A hash alone opens nothing: some attachment that holds the file must be in the caller's scope."""
    held = _ATTACHMENT.c.blob == BlobState.STORED
    return _there_is(server, sha256, held, sees(_ATTACHMENT.c.root_id, NOW), user=caller.user)


def require_row(server: Parts, sha256: str) -> None:
    """What nothing refers to is not kept."""
    if not _there_is(server, sha256):
        raise Refusal(404, "blob.unreferenced")


def _there_is(server: Parts, sha256: str, *such: ColumnElement[bool], **facts: str) -> bool:
    of_file = (_ATTACHMENT.c.tenant_id == server.tenant, _ATTACHMENT.c.sha256 == sha256)
    query = select(_ATTACHMENT.c.id).where(*of_file, *such).limit(1)
    with server.database.read() as connection:
        return connection.execute(query, {"tenant": server.tenant, **facts}).first() is not None


def mark_stored(server: Parts, sha256: str) -> int:
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
