"""What attachments say of a file: who may send it, who may fetch it, and that it is here or lost."""

from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from app.domain.notes import Attachment, BlobState
from sync.protocol import Values
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog, Held
from sync.server.parts import Parts
from sync.server.tables import ROW, TABLES
from sync.server.visibility import NOW, sees

_ATTACHMENT = TABLES[Attachment]
_Stands = Callable[[Values], Values]
"""What an attachment with these values is to say of its bytes now; nothing where that does not change."""
_PENDING, _STORED, _PREVIEW = BlobState.PENDING.value, BlobState.STORED.value, BlobState.PREVIEW.value


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

    def stands(values: Values) -> Values:
        if values["sha256"] == sha256:
            return {"blob": _STORED}
        return {"blob": _PREVIEW} if values["blob"] == _PENDING else {}

    return _mark(server, caller, and_(_names(sha256), _is_close_to(caller)), stands)


def mark_lost(server: Parts, caller: Caller, sha256: str) -> int:
    """The file is not here, or damaged: every laptop that has it is asked to send it again. A thumbnail is
    done without where the photo itself is here."""

    def stands(values: Values) -> Values:
        match values:
            case {"sha256": said, "blob": blob} if said == sha256 and blob == _STORED:
                return {"blob": _PREVIEW if values["thumbnail"] else _PENDING}
            case {"thumbnail": said, "blob": blob} if said == sha256 and blob == _PREVIEW:
                return {"blob": _PENDING}
            case {"thumbnail": said, "blob": blob} if said == sha256 and blob == _STORED:
                return {"thumbnail": None}
        return {}

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
            if row is None or row.deleted or not (said := stands(row.values)):
                continue
            log = ChangeLog(connection, server.tenant, Author(row.author_id), held)
            log.load([row_id])
            log.change(row, said)
            seq = log.commit()
        return seq

    return server.database.transact(mark)
