"""What attachments say of a file: who may send it, who may fetch it, and that it is here or lost."""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from app.domain.notes import Attachment, BlobState
from app.domain.types import Stored
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog, Held
from sync.server.parts import Parts
from sync.server.tables import ROW, TABLES
from sync.server.visibility import NOW, sees

_ATTACHMENT = TABLES[Attachment]
_Stands = Callable[[Mapping[str, Stored]], str | None]
"""Where the bytes of an attachment with these values are now; None where nothing is to change."""
_STORED, _PREVIEW = BlobState.STORED.value, BlobState.PREVIEW.value


def may_fetch(server: Parts, caller: Caller, sha256: str) -> bool:
    """A hash alone opens nothing: an attachment that holds the file must be in the caller's scope."""
    held = or_(
        and_(_ATTACHMENT.c.sha256 == sha256, _ATTACHMENT.c.blob == _STORED),
        and_(_ATTACHMENT.c.thumbnail == sha256, _ATTACHMENT.c.blob.in_((_STORED, _PREVIEW))),
    )
    return _there_is(server, caller, and_(held, sees(_ATTACHMENT.c.root_id, NOW)))


def may_send(server: Parts, caller: Caller, sha256: str) -> bool:
    """The caller sees an attachment that names the file, or it is his, whoever has the customer now."""
    return _there_is(server, caller, and_(_names(sha256), _is_close_to(caller)))


def mark_stored(server: Parts, caller: Caller, sha256: str) -> int:
    """Everybody who has the attachment learns that its bytes can be fetched.

    Of attachments the sender knows nothing of, whoever added them must show that he has the file too.
    """

    def stands(values: Mapping[str, Stored]) -> str | None:
        if values["sha256"] == sha256:
            return _STORED
        return _PREVIEW if values["blob"] == BlobState.PENDING else None

    return _mark(server, caller, and_(_names(sha256), _is_close_to(caller)), stands)


def mark_lost(server: Parts, caller: Caller, sha256: str) -> int:
    """The file is not here, or damaged: every laptop that has it is asked to send it again."""

    def stands(values: Mapping[str, Stored]) -> str | None:
        if values["sha256"] == sha256 and values["blob"] == _STORED:
            return _PREVIEW if values["thumbnail"] else BlobState.PENDING.value
        if values["thumbnail"] == sha256 and values["blob"] == _PREVIEW:
            return BlobState.PENDING.value
        return None

    return _mark(server, caller, _names(sha256), stands)


def _names(sha256: str) -> ColumnElement[bool]:
    return or_(_ATTACHMENT.c.sha256 == sha256, _ATTACHMENT.c.thumbnail == sha256)


def _is_close_to(caller: Caller) -> ColumnElement[bool]:
    """Rows the caller sees, or was the last to write."""
    written = exists().where(
        ROW.c.tenant_id == caller.tenant, ROW.c.id == _ATTACHMENT.c.id, ROW.c.author_id == caller.user
    )
    return or_(sees(_ATTACHMENT.c.root_id, NOW), written)


def _there_is(server: Parts, caller: Caller, such: ColumnElement[bool]) -> bool:
    with server.database.read() as connection:
        return next(iter(_ids(connection, caller, such)), None) is not None


def _ids(connection: Connection, caller: Caller, such: ColumnElement[bool]) -> Iterable[str]:
    query = select(_ATTACHMENT.c.id).where(_ATTACHMENT.c.tenant_id == caller.tenant, such)
    about = {"tenant": caller.tenant, "user": caller.user}
    return connection.execute(query, about).scalars().all()


def _mark(server: Parts, caller: Caller, such: ColumnElement[bool], stands: _Stands) -> int:
    """Set where the bytes are; the author of a row remains its author."""

    def mark(connection: Connection) -> int:
        seq = 0
        for row_id in _ids(connection, caller, such):
            held = Held(connection, server.tenant)
            row = held.rows([row_id])[row_id]
            if row is None or row.deleted or (state := stands(row.values)) is None:
                continue
            log = ChangeLog(connection, server.tenant, Author(row.author_id), held)
            log.load([row_id])
            log.change(row, {"blob": state})
            seq = log.commit()
        return seq

    return server.database.transact(mark)
