"""What is added to any record: notes and files."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.domain.entity import Entity
from app.domain.fields import Policy, choice, instant, long_text, reference, text, whole
from app.domain.options import Option


class Note(Entity):
    """A dated remark on a customer, a machine, a visit or an order."""

    __tablename__ = "note"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True)
    asset_id: Mapped[UUID | None] = reference("Machine", "asset")
    visit_id: Mapped[UUID | None] = reference("Visit", "visit")
    service_order_id: Mapped[UUID | None] = reference("Service order", "service_order")
    author_id: Mapped[UUID | None] = reference("Author", "user", in_list=True)
    written_at: Mapped[datetime] = instant("Written", required=True, in_list=True, index=True)
    body: Mapped[str] = long_text("Text", required=True, in_list=True, searchable=True)


PART = 2 * 2**20  # bytes; a file travels in parts of this size
LARGEST_FILE = 2 * 2**30  # bytes
LARGEST_THUMBNAIL = 20_000  # bytes


class BlobState(Option):
    PENDING = "pending", "Waiting for upload"
    PREVIEW = "preview", "Small picture on the server"
    STORED = "stored", "Stored on the server"


def parts_of(size: int) -> int:
    """How many parts a file of `size` bytes travels in."""
    return -(-size // PART)


class Attachment(Entity):
    """A photo or file; its bytes travel apart from the row, named by their hash, as do those of a
    photo's `thumbnail`, which come first."""

    __tablename__ = "attachment"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True)
    asset_id: Mapped[UUID | None] = reference("Machine", "asset")
    visit_id: Mapped[UUID | None] = reference("Visit", "visit")
    service_order_id: Mapped[UUID | None] = reference("Service order", "service_order")
    file_name: Mapped[str] = text("File name", required=True, in_list=True, searchable=True)
    media_type: Mapped[str] = text("File type", max_length=100, required=True)
    size: Mapped[int] = whole("Size", required=True, in_list=True)
    sha256: Mapped[str] = text("Checksum", max_length=64, required=True, index=True)
    taken_at: Mapped[datetime | None] = instant("Taken", in_list=True)
    blob: Mapped[BlobState] = choice(
        "Upload", BlobState, required=True, default=BlobState.PENDING, policy=Policy.SERVER
    )
    thumbnail: Mapped[str | None] = text("Thumbnail", max_length=64, index=True)
