"""The server's versions of the rows held here, each with its hash, as a comparison wants them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection

from app.domain.entity import Entity, fields, name_of
from app.domain.registry import ENTITIES, entity_named
from app.persistence import raw_rows
from app.persistence.parking import parked
from app.persistence.rebase import Key, shadowed
from sync.digest import content_hash, row_hash

NO_CONTENT = -1
"""In place of a hash: the values of a parked row are not here."""
_LAST = "z"  # sorts after every id


@dataclass(frozen=True)
class Roots:
    """Some roots in order, both ends included."""

    first: str
    last: str

    @classmethod
    def between(cls, after: str, last: str) -> "Roots":
        """Those after `after`, up to `last` or, where that is empty, to the end."""
        return cls(after + " " if after else "", last or _LAST)

    @classmethod
    def only(cls, root: str) -> "Roots":
        return cls(root, root)

    def __contains__(self, root: object) -> bool:
        return isinstance(root, str) and self.first <= root <= self.last


@dataclass(frozen=True, slots=True)
class HeldRow:
    """The hash is over the revision, or over the values too."""

    root: str
    key: Key
    hash: int


def held_rows(connection: Connection, roots: Roots, *, content: bool) -> Iterator[HeldRow]:
    """Every row of `roots` that is the server's: in the table, in the shadow, or parked."""
    aside, covered = parked(connection), shadowed(connection)
    for key, known in aside.items():
        if known.root_id in roots:
            yield HeldRow(known.root_id, key, NO_CONTENT if content else row_hash(*key, known.rev))
    for entity in ENTITIES:
        name = name_of(entity)
        found = connection.exec_driver_sql(_plain(entity, content), (roots.first, roots.last))
        for row_id, root, rev, *values in found:
            key = (name, row_id)
            if key not in aside and key not in covered:
                yield HeldRow(root, key, _hash(key, rev, values if content else None))
    found = connection.exec_driver_sql(_COVERED, (roots.first, roots.last))
    for name, row_id, root, rev, payload in found:
        if (name, row_id) not in aside:
            theirs = _in_order(name, payload) if content else None
            yield HeldRow(root, (name, row_id), _hash((name, row_id), rev, theirs))


def _hash(key: Key, rev: int, values: Sequence[Any] | None) -> int:
    return row_hash(*key, rev) if values is None else content_hash(*key, rev, orjson.dumps(values))


def _in_order(name: str, payload: str) -> list[Any]:
    values = orjson.loads(payload)
    return [values.get(field) for field in fields(entity_named(name))]


@cache
def _plain(entity: type[Entity], content: bool) -> str:
    names = raw_rows.columns(entity) if content else raw_rows.FIXED
    listed = ", ".join(f'"{name}"' for name in names)
    return f'SELECT {listed} FROM "{name_of(entity)}" WHERE root_id BETWEEN ? AND ?'


_COVERED = (
    "SELECT entity, row_id, root_id, rev, payload FROM shadow"
    " WHERE payload IS NOT NULL AND root_id BETWEEN ? AND ?"
)
