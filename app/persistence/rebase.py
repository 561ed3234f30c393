"""Keeps rows with unfinished mutations right: the server's version in the shadow, ours on show."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
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
    put_shadows(connection, {key: server})


def put_shadows(connection: Connection, versions: Mapping[Key, Version | None]) -> None:
    """As `put_shadow`, for many rows."""
    run_many(
        connection,
        "UPDATE shadow SET rev = 0, payload = NULL WHERE entity = ? AND row_id = ?",
        [key for key, server in versions.items() if server is None],
    )
    run_many(
        connection,
        "INSERT INTO shadow (entity, row_id, root_id, rev, payload) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT(entity, row_id) DO UPDATE"
        " SET root_id = excluded.root_id, rev = excluded.rev, payload = excluded.payload",
        [
            (*key, server.root_id, server.rev, orjson.dumps(dict(server.values)).decode())
            for key, server in versions.items()
            if server is not None
        ],
    )


def forget_shadows(connection: Connection, entity_name: str, row_ids: Collection[str]) -> set[Key]:
    """What is on show of these rows is the server's; the rows."""
    connection.exec_driver_sql(
        "DELETE FROM shadow WHERE entity = ? AND row_id IN (SELECT value FROM json_each(?))",
        (entity_name, _listed(row_ids)),
    )
    return {(entity_name, row_id) for row_id in row_ids}


def read_shadow(connection: Connection, key: Key) -> tuple[bool, Version | None]:
    """(is there a shadow, the server's version in it)."""
    found = read_shadows(connection, [key])
    return key in found, found.get(key)


def read_shadows(connection: Connection, keys: Iterable[Key]) -> dict[Key, Version | None]:
    """The server's versions of those of these rows that have a shadow; None where it is empty."""
    found: dict[Key, Version | None] = {}
    for entity_name, row_ids in _by_entity(keys).items():
        rows = connection.exec_driver_sql(
            "SELECT row_id, root_id, rev, payload FROM shadow"
            " WHERE entity = ? AND row_id IN (SELECT value FROM json_each(?))",
            (entity_name, _listed(row_ids)),
        )
        for row_id, root_id, rev, payload in rows:
            server = None if payload is None else Version(root_id, rev, orjson.loads(payload))
            found[entity_name, row_id] = server
    return found


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


def recompute(
    connection: Connection, keys: Iterable[Key], as_shown: Mapping[Key, int] = MappingProxyType({})
) -> None:
    """Show each row as the server's version with what is left of our mutations over it.

    A row with nothing left over it loses its shadow. Rows without a shadow are the server's already; those
    whose values are on show `as_shown`, at that revision of the server's, need be given no more than it.
    """
    shadows = read_shadows(connection, keys)
    own = _own_ops(connection, shadows)
    shown: dict[str, list[raw_rows.RawRow]] = defaultdict(list)
    marked: dict[str, list[tuple[int, str]]] = defaultdict(list)
    hidden: dict[str, list[str]] = defaultdict(list)
    for key, server in shadows.items():
        entity_name, row_id = key
        ops = own.get(key, ())
        if server is not None and not ops and as_shown.get(key) == server.rev:
            marked[entity_name].append((server.rev, row_id))
            continue
        version = visible(entity_named(entity_name), server, ops)
        if version is None:
            hidden[entity_name].append(row_id)
        else:
            shown[entity_name].append(raw_rows.raw(entity_named(entity_name), row_id, version))
    for statement, which in (
        ("UPDATE shadow SET clipped = 0 WHERE entity = ? AND row_id = ?", shadows.keys() & own.keys()),
        ("DELETE FROM shadow WHERE entity = ? AND row_id = ?", shadows.keys() - own.keys()),
    ):
        run_many(connection, statement, sorted(which))
    for entity_name, rows in shown.items():
        raw_rows.upsert(connection, entity_named(entity_name), rows)
    for entity_name, revisions in marked.items():
        raw_rows.mark(connection, entity_named(entity_name), revisions)
    for entity_name, row_ids in hidden.items():
        raw_rows.delete(connection, entity_named(entity_name), row_ids)


def rows_of(connection: Connection, positions: Iterable[int]) -> set[Key]:
    """The rows that these mutations touch."""
    found = connection.exec_driver_sql(
        "SELECT entity, row_id FROM outbox_row WHERE position IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(positions)).decode(),),
    )
    return {(row[0], row[1]) for row in found}


def run_many(connection: Connection, statement: str, parameters: Sequence[Any]) -> None:
    """The statement once for each; nothing for none."""
    if parameters:
        connection.exec_driver_sql(statement, list(parameters))


def _own_ops(connection: Connection, keys: Iterable[Key]) -> dict[Key, list[Op]]:
    """Our unfinished operations by row, oldest first; each mutation is read once, whatever it touches."""
    touching: dict[int, set[Key]] = defaultdict(set)
    for entity_name, row_ids in _by_entity(keys).items():
        found = connection.exec_driver_sql(
            "SELECT position, row_id FROM outbox_row JOIN outbox USING (position)"
            " WHERE entity = ? AND row_id IN (SELECT value FROM json_each(?)) AND state <> ?",
            (entity_name, _listed(row_ids), OutboxState.DONE.value),
        )
        for position, row_id in found:
            touching[position].add((entity_name, row_id))
    bodies = connection.exec_driver_sql(
        "SELECT position, body FROM outbox WHERE position IN (SELECT value FROM json_each(?))"
        " ORDER BY position",
        (_listed(touching),),
    )
    own: dict[Key, list[Op]] = defaultdict(list)
    for position, body in bodies:
        for op in map(Op.from_wire, orjson.loads(body)):
            if (key := (op.entity, op.id.hex)) in touching[position]:
                own[key].append(op)
    return dict(own)


def _by_entity(keys: Iterable[Key]) -> dict[str, list[str]]:
    sorted_out: dict[str, list[str]] = defaultdict(list)
    for entity_name, row_id in dict.fromkeys(keys):
        sorted_out[entity_name].append(row_id)
    return sorted_out


def _listed(values: Collection[str] | Collection[int]) -> str:
    return orjson.dumps(list(values)).decode()


def changes_of(keys: Iterable[Key]) -> Changes:
    """The rows as the rest of the program names them."""
    rows = frozenset(keys)
    return Changes(
        frozenset(entity_named(name) for name, _ in rows), frozenset(UUID(row_id) for _, row_id in rows)
    )
