"""Says what one transaction did to rows as a mutation for the server, and queues it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Connection

from app.domain.entity import Entity, fields, name_of
from app.domain.errors import RuleViolation
from app.domain.registry import ENTITIES
from app.domain.rules import check_edge
from app.domain.types import InstantType, Stored
from app.persistence.bookkeeping import OutboxState
from app.persistence.overlay import Version
from sync.protocol import MAX_OPS, SCHEMA, Op, OpKind, patch_between

_ORDER = {entity: place for place, entity in enumerate(ENTITIES)}


@dataclass(frozen=True)
class Touched:
    """One row of a transaction: its versions before and after, None where there is no such row.

    `seen` are the values the user's screen showed, where they may be older than `before`.
    """

    entity: type[Entity]
    id: UUID
    before: Version | None
    after: Version | None
    seen: Mapping[str, Stored] = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    """The business action a mutation stands for."""

    op_id: UUID
    name: str
    acted_at: datetime
    on_conflict: str = "field"
    replaces: UUID | None = None


def queue(connection: Connection, action: Action, touched: Iterable[Touched]) -> list[Touched]:
    """Queue `action` and put away the server's version of its rows; the rows that really changed."""
    changed = [(row, op) for row in touched if (op := operation(row))]
    if not changed:
        return []
    if len(changed) > MAX_OPS:
        raise RuleViolation("mutation.too_large", limit=MAX_OPS)
    rows = [row for row, _ in changed]
    position = _insert(connection, action, [op for _, op in sorted(changed, key=_place)])
    keys = [(name_of(row.entity), row.id.hex) for row in rows]
    connection.exec_driver_sql(
        "INSERT INTO outbox_row (position, entity, row_id) VALUES (?, ?, ?)",
        [(position, *key) for key in keys],
    )
    # The oldest version put away is the server's; a later mutation of the row must not replace it.
    connection.exec_driver_sql(
        "INSERT INTO shadow (entity, row_id, root_id, rev, payload) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT(entity, row_id) DO NOTHING",
        [(*key, *_put_away(row)) for key, row in zip(keys, rows, strict=True)],
    )
    return rows


def operation(row: Touched) -> Op | None:
    """What was done to one row; None for nothing."""
    name = name_of(row.entity)
    if row.before is None:
        if row.after is None:
            return None  # made and removed again in one action
        values = {key: value for key, value in row.after.values.items() if value is not None}
        return Op(OpKind.CREATE, name, row.id, UUID(row.after.root_id), values=values)
    root, rev = UUID(row.before.root_id), row.before.rev
    if row.after is None:
        return Op(OpKind.DELETE, name, row.id, root, base_rev=rev)
    patch = patch_between(row.entity, row.before.values, row.after.values)
    if patch is None:
        return None
    for key in patch.set:
        spec = fields(row.entity)[key]
        if spec.edges:
            check_edge(spec, str(patch.was[key]), str(patch.set[key]))
    seen = {key: row.seen.get(key, was) for key, was in patch.was.items()}
    return Op(OpKind.PATCH, name, row.id, UUID(row.after.root_id), rev, patch=replace(patch, was=seen))


def _place(changed: tuple[Touched, Op]) -> tuple[bool, int]:
    """Parents are made before their children and removed after them."""
    row, op = changed
    gone = op.kind is OpKind.DELETE
    return gone, -_ORDER[row.entity] if gone else _ORDER[row.entity]


def _insert(connection: Connection, action: Action, ops: list[Op]) -> int:
    inserted = connection.exec_driver_sql(
        "INSERT INTO outbox (op_id, name, schema, acted_at, on_conflict, replaces, body, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            action.op_id.hex,
            action.name,
            SCHEMA,
            InstantType().to_stored(action.acted_at),
            action.on_conflict,
            action.replaces.hex if action.replaces else None,
            orjson.dumps([op.to_wire() for op in ops]).decode(),
            OutboxState.PENDING.value,
        ),
    )
    return int(inserted.lastrowid)


def _put_away(row: Touched) -> Iterator[Stored]:
    version = row.before or row.after
    assert version is not None  # a row without either yields no operation
    yield version.root_id
    yield row.before.rev if row.before else 0
    yield orjson.dumps(dict(row.before.values)).decode() if row.before else None
