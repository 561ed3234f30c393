"""Fields that a newer server knows and this release does not, kept beside their rows until it does.

An edit says only what was changed, so it never erases them at the server; here they wait for the
upgrade, which finds them without asking for anything again.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection

from app.domain.entity import Entity, fields, name_of
from app.domain.registry import ENTITIES
from app.domain.types import Stored
from app.persistence.parking import UNKNOWN
from app.persistence.soundness import is_key, is_revision
from app.persistence.tally import doubt


@cache
def beyond(entity: type[Entity], sent: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Which columns are sent that we have no field for: (place, name)."""
    ours = fields(entity)
    return tuple((place, name) for place, name in enumerate(sent) if name not in ours)


def keep(
    connection: Connection, entity: type[Entity], sent: tuple[str, ...], lines: Iterable[Sequence[Any]]
) -> None:
    """Keep what we do not know of these `put` lines, each as long as the columns that were sent."""
    unknown = beyond(entity, sent)
    if not unknown:
        return
    rows = [
        (name_of(entity), row_id, root_id, rev, orjson.dumps({name: values[at] for at, name in unknown}))
        for _, _, row_id, root_id, _, rev, values in lines
        if is_key(row_id) and is_key(root_id) and is_revision(rev)
    ]
    if rows:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO row_extra (entity, row_id, root_id, rev, columns)"
            " VALUES (?, ?, ?, ?, CAST(? AS TEXT))",
            rows,
        )


def forget_gone(connection: Connection) -> None:
    """What belongs to rows that were deleted or have left goes with them."""
    for name in connection.exec_driver_sql("SELECT DISTINCT entity FROM row_extra").scalars().all():
        connection.exec_driver_sql(
            f'DELETE FROM row_extra WHERE entity = ? AND row_id NOT IN (SELECT id FROM "{name}")'
            " AND row_id NOT IN (SELECT row_id FROM shadow WHERE entity = ? AND payload IS NOT NULL)",
            (name, name),
        )


def adopt(connection: Connection) -> None:
    """After an upgrade: fields this release knows now take their place in their rows. Rows of entities it
    knows now are found missing by the next comparison with the server, and fetched."""
    for entity in ENTITIES:
        name = name_of(entity)
        found = connection.exec_driver_sql("SELECT row_id, columns FROM row_extra WHERE entity = ?", (name,))
        for row_id, columns in found.all():
            kept = orjson.loads(columns)
            known = {key: kept.pop(key) for key in fields(entity) if key in kept}
            if known:
                _put(connection, name, row_id, known)
            _keep_rest(connection, (name, row_id), kept)
        gone = "DELETE FROM parked_row WHERE entity = ? AND reason = ?"
        if connection.exec_driver_sql(gone, (name, UNKNOWN)).rowcount:
            doubt(connection)


def _put(connection: Connection, name: str, row_id: str, known: dict[str, Stored]) -> None:
    assigned = ", ".join(f'"{key}" = ?' for key in known)
    connection.exec_driver_sql(f'UPDATE "{name}" SET {assigned} WHERE id = ?', (*known.values(), row_id))
    under = "SELECT payload FROM shadow WHERE entity = ? AND row_id = ? AND payload IS NOT NULL"
    payload = connection.exec_driver_sql(under, (name, row_id)).scalar()
    if payload is not None:
        connection.exec_driver_sql(
            "UPDATE shadow SET payload = ? WHERE entity = ? AND row_id = ?",
            (orjson.dumps(orjson.loads(payload) | known).decode(), name, row_id),
        )


def _keep_rest(connection: Connection, key: tuple[str, str], rest: dict[str, Stored]) -> None:
    if rest:
        changed = "UPDATE row_extra SET columns = ? WHERE entity = ? AND row_id = ?"
        connection.exec_driver_sql(changed, (orjson.dumps(rest).decode(), *key))
    else:
        connection.exec_driver_sql("DELETE FROM row_extra WHERE entity = ? AND row_id = ?", key)
