"""What a use case or a sync round touched, so that screens can decide whether to reload."""

from dataclasses import dataclass, field
from uuid import UUID

from app.domain.entity import Entity


@dataclass(frozen=True)
class Changes:
    """Entities touched, and the ids where few enough to name; `ids` empty means "many".

    `op_id` names the mutation of a use case, by which it can be undone.
    """

    entities: frozenset[type[Entity]] = frozenset()
    ids: frozenset[UUID] = frozenset()
    op_id: UUID | None = field(default=None, compare=False)

    def touch(self, *entities: type[Entity]) -> bool:
        return not self.entities.isdisjoint(entities)

    def __or__(self, other: "Changes") -> "Changes":
        if not self.entities or not other.entities:
            return self if self.entities else other
        many = not self.ids or not other.ids
        return Changes(self.entities | other.entities, frozenset() if many else self.ids | other.ids)

    def __bool__(self) -> bool:
        return bool(self.entities)
