"""The full-text index over every searchable field: its tables and triggers, and how it is kept up to date.

A trigger queues the id of a row that changes, in the same transaction; the text is indexed soon after,
in batches, since indexing inside a pull would make it several times slower.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection

from app.domain.entity import Entity, fields, name_of
from app.domain.fields import Kind
from app.domain.registry import ENTITIES, entity_named
from app.persistence import facts
from app.persistence.search_text import indexed, normal

_FACT = "search_index"
_TABLES = {
    "search_doc": "CREATE TABLE search_doc (doc INTEGER PRIMARY KEY, entity TEXT NOT NULL,"
    " row_id TEXT NOT NULL, title TEXT NOT NULL, UNIQUE (entity, row_id))",
    # Texts of one line, asked first; and longer ones. The entity's name is a word too, to narrow by.
    "search_name": "CREATE VIRTUAL TABLE search_name USING fts5(entity, name, pinyin,"
    " content='', contentless_delete=1, tokenize=\"ascii tokenchars '_'\", prefix='1')",
    "search_body": "CREATE VIRTUAL TABLE search_body USING fts5(entity, body,"
    " content='', contentless_delete=1, tokenize=\"ascii tokenchars '_'\", prefix='1')",
}


@dataclass(frozen=True)
class Texts:
    """What of one row can be found, in normal form; `title` as it is shown."""

    title: str
    lines: tuple[str, ...]
    bodies: tuple[str, ...]


@cache
def searched(entity: type[Entity]) -> tuple[str, ...]:
    """The fields of `entity` whose text is found, the one that names the row first."""
    found = [name for name, spec in fields(entity).items() if spec.searchable]
    return tuple(sorted(found, key=lambda name: name != "name"))


def is_current(connection: Connection) -> bool:
    """Is the index the one this release declares?"""
    return facts.get(connection, _FACT) == _fingerprint()


def install(connection: Connection) -> None:
    """Make the triggers anew; where what is searched has changed, the tables too, and queue every row."""
    for entity in filter(searched, ENTITIES):
        for name, statement in _triggers(entity).items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(statement)
    if is_current(connection):
        return
    for table, statement in _TABLES.items():
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        connection.exec_driver_sql(statement)
    for entity in filter(searched, ENTITIES):
        connection.exec_driver_sql(
            f"INSERT INTO search_queue (entity, row_id) SELECT '{name_of(entity)}', id"
            f' FROM "{name_of(entity)}" WHERE true ON CONFLICT DO NOTHING'
        )
    facts.put(connection, _FACT, _fingerprint())


def texts(connection: Connection, entity: type[Entity], row_id: str) -> Texts | None:
    """What of this row can be found; None where there is no such row."""
    row = connection.exec_driver_sql(_select(entity), (row_id,)).one_or_none()
    if row is None:
        return None
    specs = fields(entity)
    shown = {name: str(value) for name, value in zip(searched(entity), row, strict=True) if value is not None}
    lines = {name: text for name, text in shown.items() if specs[name].kind is Kind.TEXT}
    bodies = [normal(text) for name, text in shown.items() if name not in lines]
    title = next(iter(lines.values()), "") or next(iter(shown.values()), "")[:80]
    return Texts(title, tuple(normal(text) for text in lines.values()), tuple(bodies))


def index_pending(connection: Connection, limit: int = 500) -> int:
    """Bring up to `limit` queued rows into the index, within a writing transaction; how many it were."""
    from app.persistence import pinyin  # its dictionaries take a tenth of a second to load

    queued = connection.exec_driver_sql("SELECT entity, row_id FROM search_queue LIMIT ?", (limit,)).all()
    keys = [(row[0], row[1]) for row in queued]
    docs = _forget(connection, keys)
    found = [(key, said) for key in keys if (said := texts(connection, entity_named(key[0]), key[1]))]
    docs = _docs_for(connection, [key for key, _ in found], docs)
    rows, names, bodies = [], [], []
    for key, said in found:
        rows.append((docs[key], *key, said.title))
        typed = set[str]().union(*(pinyin.words(line) for line in said.lines))
        names.append((docs[key], key[0], " ".join(map(indexed, said.lines)), " ".join(typed)))
        if said.bodies:
            # With the lines again: two words may be looked for together, one of them in a line.
            bodies.append((docs[key], key[0], " ".join(map(indexed, (*said.bodies, *said.lines)))))
    _insert(connection, "search_doc (doc, entity, row_id, title)", rows)
    _insert(connection, "search_name (rowid, entity, name, pinyin)", names)
    _insert(connection, "search_body (rowid, entity, body)", bodies)
    _run_many(connection, "DELETE FROM search_queue WHERE entity = ? AND row_id = ?", keys)
    return len(keys)


def _forget(connection: Connection, keys: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Take rows out of the index; the places they had."""
    docs: dict[tuple[str, str], int] = {}
    for key in keys:
        doc = connection.exec_driver_sql(
            "SELECT doc FROM search_doc WHERE entity = ? AND row_id = ?", key
        ).scalar()
        if doc is not None:
            docs[key] = doc
    for table, column in (("search_doc", "doc"), ("search_name", "rowid"), ("search_body", "rowid")):
        _run_many(connection, f"DELETE FROM {table} WHERE {column} = ?", [(doc,) for doc in docs.values()])
    return docs


def _docs_for(
    connection: Connection, keys: list[tuple[str, str]], kept: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """A place for each row: the one it had, or the next free one."""
    last = connection.exec_driver_sql("SELECT coalesce(max(doc), 0) FROM search_doc").scalar_one()
    last = max(last, *kept.values(), 0) if kept else last
    docs = dict(kept)
    for key in keys:
        if key not in docs:
            last += 1
            docs[key] = last
    return docs


def _insert(connection: Connection, target: str, rows: list[Any]) -> None:
    gaps = ", ".join("?" for _ in rows[0]) if rows else ""
    _run_many(connection, f"INSERT INTO {target} VALUES ({gaps})", rows)


def _run_many(connection: Connection, statement: str, rows: list[Any]) -> None:
    if rows:
        connection.exec_driver_sql(statement, rows)


@cache
def _select(entity: type[Entity]) -> str:
    listed = ", ".join(f'"{name}"' for name in searched(entity))
    return f'SELECT {listed} FROM "{name_of(entity)}" WHERE id = ?'


def _triggers(entity: type[Entity]) -> dict[str, str]:
    table = name_of(entity)
    changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in searched(entity))
    return {
        f"search_{table}_{event}": f'CREATE TRIGGER search_{table}_{event} AFTER {what} ON "{table}" {when}'
        f" BEGIN INSERT INTO search_queue (entity, row_id) VALUES ('{table}', {row}.id)"
        " ON CONFLICT DO NOTHING; END"
        for event, what, when, row in (
            ("made", "INSERT", "", "NEW"),
            ("changed", "UPDATE", f"WHEN {changed}", "NEW"),
            ("gone", "DELETE", "", "OLD"),
        )
    }


@cache
def _fingerprint() -> str:
    """Changes with whatever decides what is found."""
    declared = [*_TABLES.values()]
    for entity in filter(searched, ENTITIES):
        declared += _triggers(entity).values()
    return hashlib.sha256("\n".join(declared).encode()).hexdigest()
