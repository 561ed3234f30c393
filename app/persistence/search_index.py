"""The full-text index over every searchable field: its tables and triggers, and how it is kept up to date.

A trigger queues the id of a row that changes, in the same transaction; the text is indexed soon after,
in batches, since indexing inside a pull would make it several times slower.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import islice, product
from typing import Any

import orjson
from sqlalchemy import Connection

from app.domain.entity import Entity, fields, name_of
from app.domain.fields import Kind
from app.domain.registry import CATALOGUE_ENTITIES, ENTITIES, entity_named
from app.persistence import facts
from app.persistence.search_text import BEGINNING, all_normal, heads, indexed, runs_of, whole

BATCH = 1_000
"""Rows indexed in one transaction: others wait that long."""

_FACT = "search_index"
_WORDS_CUT = 2
"""Raise it where words are cut in another way, so that every index is built anew."""

_TABLES = {
    "search_doc": "CREATE TABLE search_doc (doc INTEGER PRIMARY KEY, entity TEXT NOT NULL,"
    " row_id TEXT NOT NULL, title TEXT NOT NULL, UNIQUE (entity, row_id))",
    # Texts of one line, asked first: names, others, and what is a word by itself, see search_text.
    "search_name": "CREATE VIRTUAL TABLE search_name USING fts5(name, line, word,"
    " content='', contentless_delete=1, tokenize=\"ascii tokenchars '_'\", prefix='1')",
    # Longer ones. Without prefixes, which would cost a third of all: one character takes 10 ms at most.
    "search_body": "CREATE VIRTUAL TABLE search_body USING fts5(body,"
    " content='', contentless_delete=1, tokenize=\"ascii tokenchars '_'\")",
}
_SETTINGS = {
    # Merging what has been written costs most of indexing; rarely, and much at once, it costs the least.
    "automerge": 0,
    "crisismerge": 20,
    "hashsize": 16_000_000,
    "pgsz": 3_900,  # a piece of it fills a page of the file
}
_DOCS_EACH = 2**40
"""Each entity has a range of document numbers, in the order in which hits of the same rank are shown."""


class Part(IntEnum):
    """What a field says of its row."""

    NAME = 0  # what it goes by
    LINE = 1  # another text of one line
    BODY = 2


_NAMES = ("name", "short_name", "code", "number", "serial_no", "file_name")
_SOUNDED = ("name", "short_name", "maker")
"""Fields that people look up by pinyin: nobody types the sound of a sentence."""


@dataclass(frozen=True)
class Texts:
    """What of one row can be found, in normal form; `title` as it is shown, `sounded` what has a sound."""

    title: str
    names: tuple[str, ...]
    lines: tuple[str, ...]
    bodies: tuple[str, ...]
    sounded: tuple[str, ...] = ()


@cache
def searched(entity: type[Entity]) -> tuple[str, ...]:
    """The fields of `entity` whose text is found: the name first, then other lines, longer texts last."""
    found = [name for name, spec in fields(entity).items() if spec.searchable]
    return tuple(sorted(found, key=lambda name: (name != "name", _part(entity, name) is Part.BODY)))


@cache
def docs_of(entity: type[Entity]) -> tuple[int, int]:
    """The first and the last number that documents of `entity` may have: customers' are the highest."""
    shown = sorted(ENTITIES, key=CATALOGUE_ENTITIES.__contains__)
    start = (len(shown) - shown.index(entity)) * _DOCS_EACH
    return start, start + _DOCS_EACH - 1


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
    for table, (name, value) in product(("search_name", "search_body"), _SETTINGS.items()):
        connection.exec_driver_sql(f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {value})")
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
    found = connection.exec_driver_sql(_select(entity), (orjson.dumps(list(row_ids)).decode(),)).all()
    said = iter(all_normal(value or "" for row in found for value in row[1:]))
    width = len(searched(entity))
    return {row[0]: _texts(entity, row[1:], tuple(islice(said, width))) for row in found}


def index_pending(connection: Connection, limit: int = BATCH) -> int:
    """Bring up to `limit` queued rows into the index, within a writing transaction; how many it were."""
    queued = connection.exec_driver_sql(
        "SELECT entity, row_id, doc FROM search_queue LEFT JOIN search_doc USING (entity, row_id) LIMIT ?",
        (limit,),
    ).all()
    _forget(connection, [row.doc for row in queued if row.doc is not None])
    by_entity: dict[str, list[Any]] = defaultdict(list)
    for row in queued:
        by_entity[row.entity].append(row)
    for entity in sorted(map(entity_named, by_entity), key=docs_of):  # as the full-text tables like it
        _index(connection, entity, by_entity[name_of(entity)])
    done = [(row.entity, row.row_id) for row in queued]
    _run_many(connection, "DELETE FROM search_queue WHERE entity = ? AND row_id = ?", done)
    return len(queued)


def _index(connection: Connection, entity: type[Entity], queued: Sequence[Any]) -> None:
    """Those of the queued rows that are still there."""
    found = texts(connection, entity, [row.row_id for row in queued])
    last = max((row.doc for row in queued if row.doc is not None), default=0)  # not used twice in one go
    start = max(last, _last_doc(connection, entity)) + 1
    cut = indexed(
        [" ".join(part) for said in found.values() for part in (said.names, said.lines, said.bodies)]
    )
    docs, names, bodies = [], [], []
    for doc, (row_id, said) in enumerate(found.items(), start):
        docs.append((doc, name_of(entity), row_id, said.title))
        name, line, body = islice(cut, 3)
        names.append((doc, name, line, " ".join(_words(said))))
        if said.bodies:
            # With the lines again: two words may be looked for together, one of them in a line.
            bodies.append((doc, f"{body} {name} {line}"))
    _run_many(connection, "INSERT INTO search_doc (doc, entity, row_id, title) VALUES (?, ?, ?, ?)", docs)
    _run_many(connection, "INSERT INTO search_name (rowid, name, line, word) VALUES (?, ?, ?, ?)", names)
    _run_many(connection, "INSERT INTO search_body (rowid, body) VALUES (?, ?)", bodies)


def _words(said: Texts) -> Iterator[str]:
    """What is a word by itself: names as they begin, and what sounds."""
    from app.persistence import pinyin  # its dictionaries take a tenth of a second to load

    names = [whole(runs_of(name)) for name in said.names]
    yield from names
    yield from heads(names)
    for text in said.sounded:
        heard = pinyin.words(text)
        yield heard if text in said.names else heard.replace(BEGINNING, "")


def _last_doc(connection: Connection, entity: type[Entity]) -> int:
    first, last = docs_of(entity)
    found = connection.exec_driver_sql(
        "SELECT max(doc) FROM search_doc WHERE doc BETWEEN ? AND ?", (first, last)
    )
    return int(found.scalar_one() or first)


def _forget(connection: Connection, docs: list[int]) -> None:
    for table, column in (("search_doc", "doc"), ("search_name", "rowid"), ("search_body", "rowid")):
        _run_many(connection, f"DELETE FROM {table} WHERE {column} = ?", [(doc,) for doc in docs])


def _texts(entity: type[Entity], row: Sequence[str | None], said: Sequence[str]) -> Texts:
    """`said` is the row in normal form."""
    names, lines, bodies, sounded = (
        tuple(text for place in places if (text := said[place])) for places in _places(entity)
    )
    title = next((value for value in row if value), "")
    return Texts(title if names or lines else title[:80], names, lines, bodies, sounded)


@cache
def _places(entity: type[Entity]) -> tuple[list[int], ...]:
    """Where a row as it is selected has names, other lines, longer texts, and what has a sound."""
    parts = [_part(entity, name) for name in searched(entity)]
    found = [[place for place, part in enumerate(parts) if part is wanted] for wanted in Part]
    return *found, [place for place, name in enumerate(searched(entity)) if name in _SOUNDED]


def _part(entity: type[Entity], name: str) -> Part:
    if fields(entity)[name].kind is not Kind.TEXT:
        return Part.BODY
    return Part.NAME if name in _NAMES else Part.LINE


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
    declared = [*_TABLES.values(), str(_SETTINGS), *_NAMES, *_SOUNDED, str(_WORDS_CUT)]
    for entity in filter(searched, ENTITIES):
        declared += [*_triggers(entity).values(), str(docs_of(entity))]
    return hashlib.sha256("\n".join(declared).encode()).hexdigest()
