"""The full-text index over every searchable field: its tables and triggers, and how it is kept up to date.

A trigger queues the id of a row that changes, in the same transaction; the text is indexed soon after,
in batches, since indexing inside a pull would make it several times slower.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection

from app.domain.entity import Entity, fields, name_of
from app.domain.fields import Kind
from app.domain.registry import ENTITIES, entity_named
from app.persistence import facts
from app.persistence.search_text import indexed, normal

BATCH = 2_000
"""Rows indexed in one transaction: others wait that long, and fewer batches are merged less."""

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


_SETTINGS = (
    # Merging what has been written costs most of indexing; rarely, and much at once, it costs the least.
    "INSERT INTO search_name (search_name, rank) VALUES ('automerge', 0)",
    "INSERT INTO search_body (search_body, rank) VALUES ('automerge', 0)",
    "INSERT INTO search_name (search_name, rank) VALUES ('hashsize', 16000000)",
    "INSERT INTO search_body (search_body, rank) VALUES ('hashsize', 16000000)",
)
_SOUNDED = ("name", "short_name", "maker")
"""Fields that people look up by pinyin: nobody types the sound of a sentence."""


@dataclass(frozen=True)
class Texts:
    """What of one row can be found, in normal form; `title` as it is shown, `names` what has a sound."""

    title: str
    lines: tuple[str, ...]
    bodies: tuple[str, ...]
    names: tuple[str, ...] = ()


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
    for statement in _SETTINGS:
        connection.exec_driver_sql(statement)
    queue_all(connection)
    facts.put(connection, _FACT, _fingerprint())


def queue_all(connection: Connection) -> None:
    """Let every row be indexed anew."""
    for entity in filter(searched, ENTITIES):
        connection.exec_driver_sql(
            f"INSERT INTO search_queue (entity, row_id) SELECT '{name_of(entity)}', id"
            f' FROM "{name_of(entity)}" WHERE true ON CONFLICT DO NOTHING'
        )


def texts(connection: Connection, entity: type[Entity], row_ids: Collection[str]) -> dict[str, Texts]:
    """What of these rows can be found, by id; rows that are not there are left out."""
    found = connection.exec_driver_sql(_select(entity), (orjson.dumps(list(row_ids)).decode(),))
    return {row[0]: _texts(entity, row[1:]) for row in found.all()}


def index_pending(connection: Connection, limit: int = BATCH) -> int:
    """Bring up to `limit` queued rows into the index, within a writing transaction; how many it were."""
    from app.persistence import pinyin  # its dictionaries take a tenth of a second to load

    queued = connection.exec_driver_sql(
        "SELECT entity, row_id, doc FROM search_queue LEFT JOIN search_doc USING (entity, row_id) LIMIT ?",
        (limit,),
    ).all()
    _forget(connection, [row.doc for row in queued if row.doc is not None])
    next_doc = connection.exec_driver_sql("SELECT coalesce(max(doc), 0) + 1 FROM search_doc").scalar_one()
    next_doc = max([next_doc, *(row.doc + 1 for row in queued if row.doc is not None)])
    docs, names, bodies = [], [], []
    for (entity_name, row_id), said in _said(connection, queued):
        docs.append((next_doc, entity_name, row_id, said.title))
        sounds = set[str]().union(*map(pinyin.words, said.names)) if said.names else ()
        lines = indexed(" ".join(said.lines))
        names.append((next_doc, entity_name, lines, " ".join(sounds)))
        if said.bodies:
            # With the lines again: two words may be looked for together, one of them in a line.
            bodies.append((next_doc, entity_name, f"{indexed(' '.join(said.bodies))} {lines}"))
        next_doc += 1
    _run_many(connection, "INSERT INTO search_doc (doc, entity, row_id, title) VALUES (?, ?, ?, ?)", docs)
    _run_many(connection, "INSERT INTO search_name (rowid, entity, name, pinyin) VALUES (?, ?, ?, ?)", names)
    _run_many(connection, "INSERT INTO search_body (rowid, entity, body) VALUES (?, ?, ?)", bodies)
    done = [(row.entity, row.row_id) for row in queued]
    _run_many(connection, "DELETE FROM search_queue WHERE entity = ? AND row_id = ?", done)
    return len(queued)


def _said(connection: Connection, queued: Sequence[Any]) -> Iterator[tuple[tuple[str, str], Texts]]:
    """The texts of queued rows that are still there."""
    by_entity: dict[str, list[str]] = defaultdict(list)
    for row in queued:
        by_entity[row.entity].append(row.row_id)
    for entity_name, row_ids in by_entity.items():
        for row_id, said in texts(connection, entity_named(entity_name), row_ids).items():
            yield (entity_name, row_id), said


def _forget(connection: Connection, docs: list[int]) -> None:
    for table, column in (("search_doc", "doc"), ("search_name", "rowid"), ("search_body", "rowid")):
        _run_many(connection, f"DELETE FROM {table} WHERE {column} = ?", [(doc,) for doc in docs])


def _texts(entity: type[Entity], row: Sequence[Any]) -> Texts:
    lines: list[str] = []
    bodies: list[str] = []
    names: list[str] = []
    title = ""
    for (is_line, has_sound), value in zip(_kinds(entity), row, strict=True):
        if value is None:
            continue
        text = normal(value)
        (lines if is_line else bodies).append(text)
        if has_sound:
            names.append(text)
        if is_line and not title:
            title = value
    title = title or next((value[:80] for value in row if value), "")
    return Texts(title, tuple(lines), tuple(bodies), tuple(names))


@cache
def _kinds(entity: type[Entity]) -> tuple[tuple[bool, bool], ...]:
    """(is it of one line, has it a sound) of each field searched."""
    specs = fields(entity)
    return tuple((specs[name].kind is Kind.TEXT, name in _SOUNDED) for name in searched(entity))


def _run_many(connection: Connection, statement: str, rows: list[Any]) -> None:
    if rows:
        connection.exec_driver_sql(statement, rows)


@cache
def _select(entity: type[Entity]) -> str:
    listed = ", ".join(f'"{name}"' for name in searched(entity))
    return f'SELECT id, {listed} FROM "{name_of(entity)}" WHERE id IN (SELECT value FROM json_each(?))'


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
    declared = [*_TABLES.values(), *_SETTINGS, *_SOUNDED]
    for entity in filter(searched, ENTITIES):
        declared += _triggers(entity).values()
    return hashlib.sha256("\n".join(declared).encode()).hexdigest()
