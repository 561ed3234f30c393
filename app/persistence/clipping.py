"""Commits what was pulled although it points to rows this replica does not hold.

A machine's order history may stay with the customer who sold it; a deleted contact may still stand
in an unsent visit. The visible row is then cut back so that every foreign key is sound at every
commit: the server's value is shown, or nothing, or, where the field must have a value, the row is
hidden until the other one arrives. Nothing is lost: the server's version waits in the shadow and our
own work in the outbox.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from app.domain.entity import fields
from app.domain.errors import RuleViolation
from app.domain.registry import ENTITIES, entity_named
from app.persistence import raw_rows
from app.persistence.rebase import Key, keep_server_version, read_shadow

_DEEPEST = len(ENTITIES) + 1
"""Hiding a row may leave those below it pointing nowhere, one level deeper each time."""


def commit(connection: Connection) -> None:
    """Commit, after cutting back rows that point nowhere. Nothing may follow in this transaction."""
    for _ in range(_DEEPEST):
        try:
            connection.exec_driver_sql("COMMIT")  # checks deferred keys without reading any table
            return
        except RuleViolation:  # how the engine names a foreign key that points nowhere
            for key, column in list(_dangling(connection)):
                cut_back(connection, key, column)
    connection.exec_driver_sql("COMMIT")


def clipped(connection: Connection) -> set[Key]:
    """The rows that are shown cut back, or not at all."""
    found = connection.exec_driver_sql("SELECT entity, row_id FROM shadow WHERE clipped = 1")
    return {(row[0], row[1]) for row in found}


def _dangling(connection: Connection) -> Iterator[tuple[Key, str]]:
    """(row, column) of every foreign key that points nowhere."""
    links: dict[str, dict[int, str]] = {}
    for table, row_number, _, link in connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        if table not in links:
            listed = connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")')
            links[table] = {row[0]: row[3] for row in listed}
        found = connection.exec_driver_sql(f'SELECT id FROM "{table}" WHERE rowid = ?', (row_number,))
        yield (table, found.scalar_one()), links[table][link]


def cut_back(connection: Connection, key: Key, column: str) -> bool:
    """Show the row without what `column` points to; where that cannot be, hide it, and say so."""
    entity_name, row_id = key
    entity = entity_named(entity_name)
    shown = raw_rows.read(connection, entity, row_id)
    if shown is None:  # hidden a moment ago for another of its fields
        return False
    keep_server_version(connection, key, shown.root_id)
    _, server = read_shadow(connection, key)
    theirs = server.values.get(column) if server else None
    if theirs is not None and theirs != shown.values[column]:
        cut = theirs
    elif not fields(entity)[column].required:
        cut = None
    else:
        raw_rows.delete(connection, entity, [row_id])
        _mark(connection, key)
        return True
    connection.exec_driver_sql(f'UPDATE "{entity_name}" SET "{column}" = ? WHERE id = ?', (cut, row_id))
    _mark(connection, key)
    return False


def _mark(connection: Connection, key: Key) -> None:
    connection.exec_driver_sql("UPDATE shadow SET clipped = 1 WHERE entity = ? AND row_id = ?", key)
