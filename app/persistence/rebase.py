"""Keeps rows with unfinished mutations right: the server's version in the shadow, ours on show."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import orjson
from sqlalchemy import Connection

from app.domain.changes import Changes
from app.domain.registry import entity_named
from app.persistence import raw_rows
from app.persistence.bookkeeping import OutboxState
from app.persistence.overlay import Version, visible
from sync.protocol import Op

Key = tuple[str, str]
"""A row: the entity's name and the stored id."""


def shadowed(connection: Connection) -> set[Key]:
    """The rows whose server version lies in the shadow."""
    return {(row[0], row[1]) for row in connection.exec_driver_sql("SELECT entity, row_id FROM shadow")}


def put_shadow(connection: Connection, key: Key, server: Version | None) -> None:
    """The server's version of a row is now `server`; None: it has none, or it is not ours to see."""
    payload = None if server is None else orjson.dumps(dict(server.values)).decode()
    if server is None:
        connection.exec_driver_sql(
            "UPDATE shadow SET rev = 0, payload = NULL WHERE entity = ? AND row_id = ?", key
        )
        return
    connection.exec_driver_sql(
        "INSERT INTO shadow (entity, row_id, root_id, rev, payload) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT(entity, row_id) DO UPDATE"
        " SET root_id = excluded.root_id, rev = excluded.rev, payload = excluded.payload",
        (*key, server.root_id, server.rev, payload),
    )


def read_shadow(connection: Connection, key: Key) -> tuple[bool, Version | None]:
    """(is there a shadow, the server's version in it)."""
    found = connection.exec_driver_sql(
        "SELECT root_id, rev, payload FROM shadow WHERE entity = ? AND row_id = ?", key
    ).one_or_none()
    if found is None or found[2] is None:
        return found is not None, None
    return True, Version(found[0], found[1], orjson.loads(found[2]))


def keep_server_version(connection: Connection, key: Key, root_id: str) -> None:
    """Before the visible row is made to differ from the server's, put that away; once is enough."""
    exists, _ = read_shadow(connection, key)
    if exists:
        return
    server = raw_rows.read(connection, entity_named(key[0]), key[1])
    connection.exec_driver_sql(
        "INSERT INTO shadow (entity, row_id, root_id, rev, payload) VALUES (?, ?, ?, 0, NULL)",
        (*key, root_id),
    )
    if server is not None:
        put_shadow(connection, key, server)


def recompute(connection: Connection, keys: Iterable[Key]) -> None:
    """Show each row as the server's version with what is left of our mutations over it.

    A row with nothing left over it loses its shadow. Rows without a shadow are the server's already.
    """
    own = _OwnOps(connection)
    shown: dict[str, list[raw_rows.RawRow]] = defaultdict(list)
    hidden: dict[str, list[str]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        exists, server = read_shadow(connection, key)
        if not exists:
            continue
        entity_name, row_id = key
        ops = own.of(key)
        version = visible(entity_named(entity_name), server, ops)
        if version is None:
            hidden[entity_name].append(row_id)
        else:
            shown[entity_name].append(raw_rows.raw(entity_named(entity_name), row_id, version))
        if ops:
            statement = "UPDATE shadow SET clipped = 0 WHERE entity = ? AND row_id = ?"
        else:
            statement = "DELETE FROM shadow WHERE entity = ? AND row_id = ?"
        connection.exec_driver_sql(statement, key)
    for entity_name, rows in shown.items():
        raw_rows.upsert(connection, entity_named(entity_name), rows)
    for entity_name, row_ids in hidden.items():
        raw_rows.delete(connection, entity_named(entity_name), row_ids)


def rows_of(connection: Connection, positions: Iterable[int]) -> set[Key]:
    """The rows that these mutations touch."""
    found = connection.exec_driver_sql(
        "SELECT entity, row_id FROM outbox_row WHERE position IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(positions)).decode(),),
    )
    return {(row[0], row[1]) for row in found}


class _OwnOps:
    """Our unfinished operations by row; each mutation is read once, however many rows it touches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[int, dict[Key, list[Op]]] = {}

    def of(self, key: Key) -> list[Op]:
        """Oldest first."""
        found = self._connection.exec_driver_sql(
            "SELECT outbox.position, body FROM outbox_row JOIN outbox USING (position)"
            " WHERE entity = ? AND row_id = ? AND state <> ? ORDER BY position",
            (*key, OutboxState.DONE.value),
        )
        return [op for position, body in found.all() for op in self._parsed(position, body).get(key, ())]

    def _parsed(self, position: int, body: str) -> dict[Key, list[Op]]:
        if position not in self._read:
            by_row: dict[Key, list[Op]] = defaultdict(list)
            for wire in orjson.loads(body):
                op = Op.from_wire(wire)
                by_row[op.entity, op.id.hex].append(op)
            self._read[position] = by_row
        return self._read[position]


def changes_of(keys: Iterable[Key]) -> Changes:
    """The rows as the rest of the program names them."""
    rows = frozenset(keys)
    return Changes(
        frozenset(entity_named(name) for name, _ in rows), frozenset(UUID(row_id) for _, row_id in rows)
    )
