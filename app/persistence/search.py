"""Finds rows by any part of their text, by pinyin or by initials, whatever was typed last included."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.domain.entity import Entity, name_of
from app.domain.registry import entity_named
from app.persistence.search_index import Texts, docs_of, texts
from app.persistence.search_text import asked, begins, in_body, in_line, in_name, named, runs_of, whole

SCANNED = 300
"""Queued rows read one by one; more are only waiting during a first download."""

Key = tuple[str, str]
Docs = tuple[int, int]
"""The first and the last document to look at."""


class Rank(IntEnum):
    """How good a hit is. Within a rank, customers come before what belongs to them."""

    EXACT = 0  # one of its names is what was typed: its number, its short name, or how that sounds
    BEGINS = 1  # one of its names begins so
    NAME = 2  # within one of its names
    LINE = 3  # within another text of one line: a phone number, an address, a subject
    BODY = 4  # within a longer text


@dataclass(frozen=True)
class Hit:
    """A row that was found, by the text that names it."""

    entity: type[Entity]
    row_id: UUID
    title: str
    rank: Rank


Question = tuple[Rank, str, str]
"""What its hits are worth, the full-text table, and the expression that it finds."""


def search(
    session: Session, typed: str, limit: int = 50, entities: Collection[type[Entity]] = ()
) -> list[Hit]:
    """The best hits for what was typed, best first; each word of it must be found somewhere in a row.

    `entities` narrows the search; empty means all.
    """
    runs = asked(typed)
    if not runs:
        return []
    connection = session.connection()
    found: dict[Key, Hit] = {}
    queued = _queued(connection)
    for hit in _in_queue(connection, queued, runs, entities):
        found[_key(hit)] = hit
    for question in _questions(runs):
        for docs in _docs(entities):
            if len(found) >= limit:
                break
            for hit in _ask(connection, question, docs, limit + len(queued)):
                if _key(hit) not in queued:
                    found.setdefault(_key(hit), hit)
    return sorted(found.values(), key=goodness)[:limit]


def _questions(runs: list[str]) -> Iterator[Question]:
    """What to ask, best first."""
    first, *others = runs
    yield Rank.EXACT, "search_name", named(runs)
    yield Rank.BEGINS, "search_name", " AND ".join([begins(first), *map(in_name, others)])
    yield Rank.NAME, "search_name", " AND ".join(map(in_name, runs))
    yield Rank.LINE, "search_name", " AND ".join(map(in_line, runs))
    yield Rank.BODY, "search_body", " AND ".join(map(in_body, runs))


def _docs(entities: Collection[type[Entity]]) -> list[Docs]:
    """The documents to look among, in the order in which they are shown."""
    return sorted(map(docs_of, entities), reverse=True) or [(0, 2**63 - 1)]


def _ask(connection: Connection, question: Question, docs: Docs, limit: int) -> Iterator[Hit]:
    """Customers come first, and of them the rows indexed last, since SQLite can stop there."""
    rank, table, expression = question
    rows = connection.exec_driver_sql(
        f"SELECT entity, row_id, title FROM (SELECT rowid AS doc FROM {table} WHERE {table} MATCH ?"
        " AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?) JOIN search_doc USING (doc)",
        (expression, *docs, limit),
    )
    for entity, row_id, title in rows:
        yield Hit(entity_named(entity), UUID(row_id), title, rank)


def _queued(connection: Connection) -> set[Key]:
    rows = connection.exec_driver_sql("SELECT entity, row_id FROM search_queue LIMIT ?", (SCANNED,))
    return {(row[0], row[1]) for row in rows}


def _in_queue(
    connection: Connection, queued: set[Key], runs: list[str], entities: Collection[type[Entity]]
) -> Iterator[Hit]:
    """Rows not indexed yet are compared with what was typed, letter by letter."""
    by_entity: dict[type[Entity], list[str]] = defaultdict(list)
    for name, row_id in queued:
        by_entity[entity_named(name)].append(row_id)
    for entity, row_ids in by_entity.items():
        if entities and entity not in entities:
            continue
        for row_id, said in texts(connection, entity, row_ids).items():
            rank = _rank(said, runs)
            if rank is not None:
                yield Hit(entity, UUID(row_id), said.title, rank)


def _rank(said: Texts, runs: list[str]) -> Rank | None:
    for rank, texts_so_far in (
        (Rank.NAME, said.names),
        (Rank.LINE, (*said.names, *said.lines)),
        (Rank.BODY, (*said.names, *said.lines, *said.bodies)),
    ):
        if all(any(run in text for text in texts_so_far) for run in runs):
            return _among_names(said, runs) if rank is Rank.NAME else rank
    return None


def _among_names(said: Texts, runs: list[str]) -> Rank:
    if whole(runs) in (whole(runs_of(name)) for name in said.names):
        return Rank.EXACT
    return Rank.BEGINS if any(name.startswith(runs[0]) for name in said.names) else Rank.NAME


def _key(hit: Hit) -> Key:
    return name_of(hit.entity), hit.row_id.hex


def goodness(hit: Hit) -> tuple[Rank, int, int]:
    """Among names that begin as typed, the shortest is the nearest."""
    start, _ = docs_of(hit.entity)
    return hit.rank, -start, len(hit.title) if hit.rank is Rank.BEGINS else 0
