"""A row of the change log: in memory, and its values as they travel."""

from collections.abc import Sequence
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
    return orjson.dumps(list(map(values.get, fields(entity)))).decode()


def decode(entity: type[Entity], payload: str) -> dict[str, Stored]:
    """What `encode` wrote."""
    return dict(zip(fields(entity), orjson.loads(payload), strict=True))


IN_ORDER = (
    "id", "entity", "root_id", "payload", "rev", "run_rev", "deleted", "author_id", "device_id", "acted_at",
)  # fmt: skip
"""The columns of a line of the log, as `read_row` takes them."""


def read_row(line: Sequence[Any]) -> Row:
    """A line of the log as a row."""
    row_id, name, root_id, payload, rev, run_rev, deleted, *author = line
    entity = entity_named(name)
    values = decode(entity, payload)
    return Row(entity, row_id, root_id, values, rev, run_rev, bool(deleted), *author)
