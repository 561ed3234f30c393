"""The digest of what a user may see, for a laptop to compare with its own."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from app.domain.entity import name_of
from app.domain.registry import ENTITIES
from sync.digest import Digest
from sync.server.caller import Caller
from sync.server.log_writer import head
from sync.server.tables import ROW
from sync.server.visibility import NOW, sees

AT_ONCE = 5_000  # rows held in memory

_VISIBLE = select(ROW.c.entity, ROW.c.id, ROW.c.rev).where(
    ROW.c.tenant_id == bindparam("tenant"), ROW.c.deleted == 0, sees(ROW.c.root_id, NOW)
)


@dataclass(frozen=True)
class Fingerprint:
    """As of commit `head`: only a laptop that stands there can compare."""

    head: int
    entities: dict[str, Digest]

    def to_wire(self) -> dict[str, object]:
        total = sum(self.entities.values(), Digest())
        by_name = {name: digest.to_wire() for name, digest in self.entities.items()}
        return {"head": self.head, "entities": by_name, "total": total.to_wire()}


def fingerprint(connection: Connection, caller: Caller) -> Fingerprint:
    """By entity, over the rows that a pull from zero would bring now."""
    entities = {name_of(entity): Digest() for entity in ENTITIES}
    newest = head(connection, caller.tenant)
    whose = {"tenant": caller.tenant, "user": caller.user}
    for chunk in connection.execution_options(yield_per=AT_ONCE).execute(_VISIBLE, whose).partitions():
        rows: dict[str, list[tuple[str, int]]] = {}
        for entity, row_id, rev in chunk:
            rows.setdefault(entity, []).append((row_id, rev))
        for entity, found in rows.items():
            entities[entity] += Digest.of(entity, found)
    return Fingerprint(newest, entities)
