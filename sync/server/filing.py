"""Files a whole mutation as conflicts, where nobody did wrong and yet it cannot be applied.

Either its author had lost sight of the customer long before, or together with other people's edits it
breaks a rule. Nothing of it is written; each row's part waits, whole, for whoever works there now.
"""

from collections.abc import Mapping
from uuid import UUID

from app.domain.conflicts import Conflict, ConflictKind
from app.domain.entity import Entity, name_of
from app.domain.registry import entity_named
from app.domain.types import Stored
from sync.merge import added_up
from sync.protocol import Mutation, Op, OpKind, Patch, Values
from sync.server.change_log import ChangeLog
from sync.server.disputes import Disputes
from sync.server.intake import accepted_patch, new_row
from sync.server.log_rows import Row


class Disputed(Exception):
    """The mutation is to be filed as conflicts of this kind, below these roots for its new rows."""

    def __init__(self, kind: ConflictKind, root_id: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.root_id = root_id


def file(log: ChangeLog, disputes: Disputes, mutation: Mutation, why: Disputed) -> tuple[UUID, ...]:
    """One conflict for each row; what the mutation would have resolved stays as it is."""
    for op in mutation.ops:
        if op.entity != name_of(Conflict):
            _file_one(log, disputes, op, why)
    return tuple(dict.fromkeys(disputes.opened))


def _file_one(log: ChangeLog, disputes: Disputes, op: Op, why: Disputed) -> None:
    entity = entity_named(op.entity)
    row = log.row(op.id.hex)
    stands = row is not None and not row.deleted
    if row is None:
        row = Row(entity, op.id.hex, why.root_id, new_row(entity, {}))
    mine: Values | None
    match op.kind:
        case OpKind.DELETE:
            mine = None
        case OpKind.CREATE:
            mine = new_row(entity, op.values)
        case OpKind.PATCH:
            mine = _meant(entity, row.values, op.patch or Patch())
            mine = mine if stands else {**row.values, **mine}
    if stands:
        asked = row.values if mine is None else {name: row.values[name] for name in mine}
        disputes.filed(why.kind, row, mine=mine, theirs=asked)
    elif mine is not None:
        disputes.filed(why.kind, row, mine=mine, theirs=None)


def _meant(entity: type[Entity], now: Values, patch: Patch) -> Mapping[str, Stored]:
    accepted = accepted_patch(entity, patch)
    return {**accepted.set, **added_up(now, accepted)}
