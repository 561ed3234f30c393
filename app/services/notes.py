"""Remarks on a customer and everything of his."""

from uuid import UUID

from app.clock import Clock
from app.domain.changes import Changes
from app.domain.notes import Note
from app.persistence.replica import Replica
from app.services.rows import add


class Notes:
    """Notes are added, never merged: two people's remarks stand side by side."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def write(
        self,
        customer_id: UUID,
        body: str,
        *,
        asset_id: UUID | None = None,
        visit_id: UUID | None = None,
        service_order_id: UUID | None = None,
    ) -> tuple[UUID, Changes]:
        identity = self._replica.identity
        values = {
            "customer_id": customer_id,
            "asset_id": asset_id,
            "visit_id": visit_id,
            "service_order_id": service_order_id,
            "author_id": identity.user_id if identity else None,
            "written_at": self._clock(),
            "body": body,
        }
        with self._replica.write("note.write") as write:
            note_id = add(write.session, Note, values).id
        return note_id, write.changes
