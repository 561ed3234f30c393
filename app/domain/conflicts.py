"""A disagreement the server could not settle, as a record that engineer and office both see."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.domain.entity import Entity
from app.domain.fields import Policy, choice, instant, long_text, text, transition
from app.domain.fields import key as identifier
from app.domain.options import Option


class ConflictKind(Option):
    FIELD = "field", "Both changed"
    DELETED_HERE = "deleted_here", "Deleted here, changed there"
    DELETED_THERE = "deleted_there", "Changed here, deleted there"
    RULE = "rule", "Together they break a rule"
    LATE = "late", "Changed after the customer had moved"


class ConflictState(Option):
    OPEN = "open", "Unanswered"
    RESOLVED = "resolved", "Resolved"
    MET = "met", "Settled by itself"


CONFLICT_EDGES = {
    ConflictState.OPEN: frozenset({ConflictState.RESOLVED, ConflictState.MET}),
    ConflictState.RESOLVED: frozenset({ConflictState.OPEN}),
    ConflictState.MET: frozenset({ConflictState.OPEN}),
}


class Conflict(Entity):
    """`base`, `mine` and `theirs` hold the stored value of the field as JSON; for a group, an
    object of its fields; for a deleted row, the whole payload. `mine` is the losing device's."""

    __tablename__ = "conflict"

    entity: Mapped[str] = text("Record type", max_length=40, required=True, in_list=True)
    row_id: Mapped[UUID] = identifier("Record", index=True)
    field: Mapped[str | None] = text("Field", max_length=40, in_list=True)
    kind: Mapped[ConflictKind] = choice("Kind", ConflictKind, required=True, default=ConflictKind.FIELD)
    base: Mapped[str | None] = long_text("Before", max_length=500_000, policy=Policy.LAST)
    mine: Mapped[str | None] = long_text("Mine", max_length=500_000, policy=Policy.LAST)
    theirs: Mapped[str | None] = long_text("Server", max_length=500_000, policy=Policy.LAST)
    op_id: Mapped[UUID] = identifier("Change")
    author_id: Mapped[UUID] = identifier("Changed by")
    device_id: Mapped[UUID] = identifier("Device")
    acted_at: Mapped[datetime] = instant("Changed at", required=True, in_list=True)
    received_at: Mapped[datetime] = instant("Received", required=True)
    their_author_id: Mapped[UUID | None] = identifier("Changed there by", required=False)
    their_acted_at: Mapped[datetime | None] = instant("Changed there at")
    state: Mapped[ConflictState] = transition(
        "State", ConflictState, CONFLICT_EDGES, default=ConflictState.OPEN, in_list=True
    )
    resolved_by_id: Mapped[UUID | None] = identifier("Resolved by", required=False, policy=Policy.LAST)
    resolved_at: Mapped[datetime | None] = instant("Resolved at", policy=Policy.LAST)
    resolution: Mapped[str | None] = long_text("Result", max_length=500_000, policy=Policy.LAST)
