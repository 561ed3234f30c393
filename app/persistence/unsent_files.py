"""Files that are on this laptop and, as far as we know, nowhere else."""

from dataclasses import dataclass

from sqlalchemy import CompoundSelect, func, or_, select, union_all

from app.domain.notes import LARGEST_THUMBNAIL, Attachment, BlobState
from app.persistence.replica import Replica


@dataclass(frozen=True)
class KeptFile:
    """A file of ours that the server does not have; of a thumbnail, the size is the most it can be."""

    sha256: str
    size: int


def unsent_files(replica: Replica) -> list[KeptFile]:
    """What the server has not said that it has: thumbnails first, then the files themselves."""
    unseen = or_(Attachment.blob != BlobState.STORED, Attachment.rev == 0)
    thumbnails = select(Attachment.thumbnail, func.max(LARGEST_THUMBNAIL)).where(
        unseen, Attachment.blob != BlobState.PREVIEW, Attachment.thumbnail.is_not(None)
    )
    files = select(Attachment.sha256, func.max(Attachment.size)).where(unseen)
    query: CompoundSelect[str, int] = union_all(
        thumbnails.group_by(Attachment.thumbnail), files.group_by(Attachment.sha256)
    )
    with replica.read() as session:
        waiting = [KeptFile(sha256, size) for sha256, size in session.execute(query)]
    elsewhere = replica.blobs.missing(file.sha256 for file in waiting)
    return [file for file in waiting if file.sha256 not in elsewhere]
