"""Which files of this replica's attachments should move, and which way."""

from sqlalchemy import func, select

from app.domain.notes import Attachment, BlobState
from app.persistence.replica import Replica

SMALL = 300_000  # bytes; a picture of this size comes without being asked for


def to_send(replica: Replica) -> list[str]:
    """Files that are here and that the server waits for, oldest first: it knows their rows."""
    query = (
        select(Attachment.sha256)
        .where(Attachment.blob == BlobState.PENDING, Attachment.rev > 0)
        .group_by(Attachment.sha256)
        .order_by(func.min(Attachment.id))
    )
    with replica.read() as session:
        waiting = list(session.scalars(query))
    elsewhere = replica.blobs.missing(waiting)
    return [sha256 for sha256 in waiting if sha256 not in elsewhere]


def to_fetch(replica: Replica) -> list[str]:
    """Small pictures that are not here, newest first; larger files come when somebody opens them."""
    query = (
        select(Attachment.sha256)
        .where(Attachment.blob == BlobState.STORED, Attachment.size <= SMALL)
        .where(Attachment.media_type.startswith("image/"))
        .group_by(Attachment.sha256)
        .order_by(func.max(Attachment.id).desc())
    )
    with replica.read() as session:
        wanted = list(session.scalars(query))
    missing = replica.blobs.missing(wanted)
    return [sha256 for sha256 in wanted if sha256 in missing]
