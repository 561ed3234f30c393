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
from app.persistence.search_index import Texts, texts
from app.persistence.search_text import asked, may_be_pinyin, phrase, pinyin_phrase

SCANNED = 300
"""Queued rows read one by one; more are only waiting during a first download."""

Key = tuple[str, str]


class Rank(IntEnum):
    """How good a hit is."""

    TITLE = 0  # the row's name begins so
    LINE = 1  # within a name, number or address
    PINYIN = 2  # so it sounds
    BODY = 3  # within a longer text


@dataclass(frozen=True)
class Hit:
    """A row that was found, by the text that names it."""

    entity: type[Entity]
    row_id: UUID
    title: str
    rank: Rank


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
    for rank, table, expression in _questions(runs):
        if len(found) >= limit:
            break
        for hit in _ask(connection, rank, table, _narrowed(expression, entities), limit + len(queued)):
            if _key(hit) not in queued:
                found.setdefault(_key(hit), hit)
    return sorted(found.values(), key=_goodness)[:limit]


def _questions(runs: list[str]) -> Iterator[tuple[Rank, str, str]]:
    """What to ask, best first."""
    first, *others = (f"name : {phrase(run)}" for run in runs)
    yield Rank.TITLE, "search_name", " AND ".join([first.replace(" : ", " : ^", 1), *others])
    yield Rank.LINE, "search_name", " AND ".join([first, *others])
    if any(map(may_be_pinyin, runs)):
        yield Rank.PINYIN, "search_name", " AND ".join(map(_sound_or_sight, runs))
    yield Rank.BODY, "search_body", " AND ".join(f"body : {phrase(run)}" for run in runs)


def _sound_or_sight(run: str) -> str:
    seen = f"name : {phrase(run)}"
    return f"({seen} OR pinyin : {pinyin_phrase(run)})" if may_be_pinyin(run) else seen


def _narrowed(expression: str, entities: Collection[type[Entity]]) -> str:
    if not entities:
        return expression
    names = " OR ".join(f'"{name_of(entity)}"' for entity in entities)
    return f"entity : ({names}) AND ({expression})"


def _ask(connection: Connection, rank: Rank, table: str, expression: str, limit: int) -> Iterator[Hit]:
    """The rows indexed last come first, since SQLite can stop there."""
    rows = connection.exec_driver_sql(
        f"SELECT entity, row_id, title FROM (SELECT rowid AS doc FROM {table}"
        f" WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?) JOIN search_doc USING (doc)",
        (expression, limit),
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
    if all(any(run in line for line in said.lines) for run in runs):
        return Rank.TITLE if said.lines[0].startswith(runs[0]) else Rank.LINE
    if all(any(run in text for text in (*said.lines, *said.bodies)) for run in runs):
        return Rank.BODY
    return None


def _key(hit: Hit) -> Key:
    return name_of(hit.entity), hit.row_id.hex


def _goodness(hit: Hit) -> tuple[Rank, int]:
    """Among names that begin as typed, the shortest is the nearest."""
    return hit.rank, len(hit.title) if hit.rank is Rank.TITLE else 0
