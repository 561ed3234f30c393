"""Photos and files added to a record: the bytes are kept at once, and travel apart from the row."""

import mimetypes
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.clock import Clock
from app.domain.changes import Changes
from app.domain.errors import RuleViolation
from app.domain.notes import LARGEST_FILE, Attachment
from app.persistence.blobs import Damaged
from app.persistence.bookkeeping import FileOwed
from app.persistence.replica import Replica
from app.services.rows import add, fetch

UNKNOWN = "application/octet-stream"


class Attachments:
    """Use cases of a file."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def add(
        self,
        customer_id: UUID,
        path: Path,
        *,
        thumbnail: bytes | None = None,
        asset_id: UUID | None = None,
        visit_id: UUID | None = None,
        service_order_id: UUID | None = None,
        taken_at: datetime | None = None,
    ) -> tuple[UUID, Changes]:
        """Keep the file at `path`; the original may be removed afterwards. A photo's `thumbnail` is shown
        wherever the photo itself has not come yet."""
        size, sha256 = self._keep(path)
        small = self._replica.blobs.put(thumbnail) if thumbnail else None
        values = {
            "customer_id": customer_id,
            "asset_id": asset_id,
            "visit_id": visit_id,
            "service_order_id": service_order_id,
            "file_name": path.name,
            "media_type": mimetypes.guess_type(path.name)[0] or UNKNOWN,
            "size": size,
            "sha256": sha256,
            "taken_at": taken_at or self._clock(),
            "thumbnail": small,
        }
        with self._replica.write("attachment.add") as write:
            attachment_id = add(write.session, Attachment, values).id
            for owed in filter(None, (small, sha256)):
                write.session.merge(FileOwed(sha256=owed, attachment_id=attachment_id))
        return attachment_id, write.changes

    def remove(self, attachment_id: UUID) -> Changes:
        """Take the file off its record."""
        with self._replica.write("attachment.remove") as write:
            write.session.delete(fetch(write.session, Attachment, attachment_id))
        return write.changes

    def _keep(self, path: Path) -> tuple[int, str]:
        """Size and hash of what is kept. Raises RuleViolation, DiskFull."""
        try:
            size = path.stat().st_size
            if size > LARGEST_FILE:
                raise RuleViolation("attachment.too_large", name=path.name, megabytes=LARGEST_FILE // 2**20)
            if not size:
                raise RuleViolation("attachment.empty", name=path.name)
            with path.open("rb") as file:
                return size, self._replica.blobs.take(file)
        except (OSError, Damaged) as problem:
            raise RuleViolation("attachment.unreadable", name=path.name) from problem
