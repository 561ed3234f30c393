"""Rows as the server sent them that this replica cannot hold: kept aside, so that nothing is blocked.

A parked row counts as held, at the revision that was sent. The version held before stays on show.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from app.persistence.rebase import Key
from app.persistence.soundness import is_key, is_revision

UNKNOWN = "entity.unknown"
_LONGEST = 100_000
"""Characters of a line that are worth keeping."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parked:
    """What is known of such a row."""

    root_id: str
    rev: int


def parked(connection: Connection) -> Mapping[Key, Parked]:
    """All there are; on a sound server there are none."""
    found = connection.exec_driver_sql("SELECT entity, row_id, root_id, rev FROM parked_row")
    return {(entity, row_id): Parked(root_id, rev) for entity, row_id, root_id, rev in found}


def park(connection: Connection, line: Sequence[Any], reason: str) -> tuple[Key, Parked] | None:
    """Keep a `put` line, and what is known of its row: None where it does not even say which it is."""
    match line:
        case [_, str(entity), row_id, root_id, _, rev, *_] if _is_named(entity, row_id, root_id, rev):
            key, known = (entity, row_id), Parked(root_id, rev)
        case _:
            log.warning("a line of the server names no row")
            return None
    log.warning("parked %s %s: %s", *key, reason)
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO parked_row (entity, row_id, root_id, rev, reason, line)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (*key, root_id, rev, reason, orjson.dumps(line).decode()[:_LONGEST]),
    )
    return key, known


def unpark(connection: Connection, key: Key) -> None:
    """The row is as it should be, or gone."""
    connection.exec_driver_sql("DELETE FROM parked_row WHERE entity = ? AND row_id = ?", key)


def _is_named(entity: str, row_id: object, root_id: object, rev: object) -> bool:
    return 0 < len(entity) <= 40 and is_key(row_id) and is_key(root_id) and is_revision(rev)
