"""Which files of this replica's attachments should move, and which way."""

from dataclasses import dataclass
from enum import StrEnum, auto

from sqlalchemy import delete, exists, literal, or_, select

from app.domain.notes import Attachment, BlobState
from app.persistence.bookkeeping import FileOwed, Outbox, OutboxRow, OutboxState
from app.persistence.replica import Replica
from sync.client.network import Network

SMALL = 300_000  # bytes; a picture of this size stands for itself where it has no thumbnail
_UNSETTLED = (OutboxState.PENDING, OutboxState.WAITING, OutboxState.REJECTED)


class Originals(StrEnum):
    """When files come without being asked for; thumbnails always do."""

    DEMAND = auto()
    WIFI = auto()
    ALWAYS = auto()


@dataclass(frozen=True)
class Preference:
    """What the user chose; `largest`, in bytes, is the size up to which files come by themselves."""

    originals: Originals = Originals.DEMAND
    largest: int = 0

    def up_to(self, network: Network) -> int:
        """The size up to which files come by themselves over this network."""
        costs = network.metered or network.mobile
        wanted = self.originals is Originals.ALWAYS or (self.originals is Originals.WIFI and not costs)
        return self.largest if wanted else 0


def to_send(replica: Replica) -> dict[str, int]:
    """Files that are here and that the server waits for, thumbnails first, then oldest first: the hash, and
    the revision of the row that says so."""
    thumbnails = (
        select(Attachment.thumbnail.label("sha256"), Attachment.rev)
        .where(Attachment.rev > 0, Attachment.blob == BlobState.PENDING, Attachment.thumbnail.is_not(None))
        .order_by(Attachment.id)
    )
    originals = (
        select(Attachment.sha256, Attachment.rev)
        .where(Attachment.rev > 0, Attachment.blob != BlobState.STORED)
        .order_by(Attachment.id)
    )
    with replica.read() as session:
        asked = [session.execute(query) for query in (thumbnails, originals, _OWED)]
        waiting = {row.sha256: row.rev for found in asked for row in found}
    elsewhere = replica.blobs.missing(waiting)
    return {sha256: rev for sha256, rev in waiting.items() if sha256 not in elsewhere}


_OWED = select(FileOwed.sha256, literal(0).label("rev")).where(
    ~exists().where(Attachment.id == FileOwed.attachment_id),
    ~exists().where(
        OutboxRow.row_id == FileOwed.attachment_id,
        OutboxRow.position == Outbox.position,
        Outbox.state.in_(_UNSETTLED),
    ),
)
"""Of rows that went to the server and have left this laptop since, as when a customer changes hands."""


def settle_debt(replica: Replica, sha256: str) -> None:
    """The server has the file, or nothing refers to it any more."""
    with replica.absorb() as connection:
        connection.execute(delete(FileOwed).where(FileOwed.sha256 == sha256))


def to_fetch(replica: Replica, originals_up_to: int) -> list[str]:
    """Files that are not here and should be: thumbnails, then files of up to so many bytes; newest first.
    Anything else comes when somebody opens it."""
    thumbnails = (
        select(Attachment.thumbnail)
        .where(Attachment.blob != BlobState.PENDING, Attachment.thumbnail.is_not(None))
        .order_by(Attachment.id.desc())
    )
    stands_for_itself = Attachment.media_type.startswith("image/") & Attachment.thumbnail.is_(None)
    originals = (
        select(Attachment.sha256)
        .where(Attachment.blob == BlobState.STORED)
        .where(or_(Attachment.size <= originals_up_to, stands_for_itself & (Attachment.size <= SMALL)))
        .order_by(Attachment.id.desc())
    )
    with replica.read() as session:
        wanted = [sha256 for query in (thumbnails, originals) for sha256 in session.scalars(query) if sha256]
    missing = replica.blobs.missing(wanted)
    return [sha256 for sha256 in dict.fromkeys(wanted) if sha256 in missing]
