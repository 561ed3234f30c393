"""A row of the change log: in memory, and its values as they travel."""

from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.entity import Entity, fields
from app.domain.registry import entity_named
from app.domain.types import Stored
from sync.protocol import Values


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is or, when `deleted`, as it was last; `id` and `root_id` as stored."""

    entity: type[Entity]
    id: str
    root_id: str
    values: Values
    rev: int = 0
    run_rev: int = 0
    deleted: bool = False
    author_id: str | None = None
    device_id: str | None = None
    acted_at: str = ""


def encode(entity: type[Entity], values: Values) -> str:
    """The values of a row as they travel: a JSON array in the order of the fields."""
    return orjson.dumps([values.get(name) for name in fields(entity)]).decode()


def decode(entity: type[Entity], payload: str) -> dict[str, Stored]:
    """What `encode` wrote."""
    return dict(zip(fields(entity), orjson.loads(payload), strict=True))


def read_row(found: Any) -> Row:
    """A line of the log as a row."""
    entity = entity_named(found.entity)
    return Row(
        entity, found.id, found.root_id, decode(entity, found.payload), found.rev, found.run_rev,
        bool(found.deleted), found.author_id, found.device_id, found.acted_at,
    )  # fmt: skip
