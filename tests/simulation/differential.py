"""The same histories with the server on SQLite and on PostgreSQL: what is said and kept must be the same.

Time and chance are the simulator's on both, so that ids, nonces and even tokens must be equal. Every
message is compared as it travels; all tables of the server and of the laptops are when the faults stop,
and again at rest.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache, partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.domain.ambient import random_hex
from sync.server import sign_ins
from sync.server.tables import METADATA
from tests.postgres import running_postgres
from tests.simulation.backends import PostgresDatabase, tables_in
from tests.simulation.front_door import Answer
from tests.simulation.script import Script
from tests.simulation.simulation import play
from tests.simulation.wire import Message, unpacked
from tests.simulation.world import World

AT_A_TIME = 5
TEMPLATE = "simulation"

Fact = tuple[str, Any]
"""Where something was seen, and what."""


@dataclass
class Telling:
    """One history as it went on one database."""

    facts: list[Fact] = field(default_factory=list)

    def hear(self, message: Message, answer: Answer) -> None:
        """What was asked and what was answered."""
        self.facts.append((f"asked of {message.url}", (message.method, message.body)))
        self.facts.append((f"answered by {message.url}", (answer.status, unpacked(answer))))

    def look(self, world: World) -> None:
        """All there is."""
        for table, rows in tables_in(world.office.backend).items():
            self.facts.append((f"the server's {table}", rows))
        for seat in world.in_turn():
            for table in _tables_of(seat.raw):
                rows = seat.raw.execute(f'SELECT * FROM "{table}"').fetchall()
                self.facts.append((f"{table} of {seat.name}", sorted(map(tuple, rows), key=repr)))


def difference(script: Script, one: World, other: World) -> str | None:
    """The first thing that is not the same, in words; None where all is."""
    first, second = tell(script, one).facts, tell(script, other).facts
    for number, (fact, there) in enumerate(zip(first, second, strict=False)):
        if fact != there:
            return f"fact {number}, {fact[0]}: {_apart(fact, there)}"
    if len(first) != len(second):
        return f"{len(first)} facts, {len(second)} facts"
    return None


def tell(script: Script, world: World) -> Telling:
    """Play it, and write down everything."""
    telling = Telling()
    deliver = world.office.deliver

    def listen(message: Message) -> Answer:
        answer = deliver(message)
        telling.hear(message, answer)
        return answer

    with _decided_tokens(), patch.object(world.office, "deliver", listen):
        outcome = play(script, world, telling.look)
    telling.facts.append(("the trace", outcome))
    return telling


def compare_all(scripts: Iterable[Script], jobs: int) -> Iterator[tuple[Script, str | None]]:
    """What is not the same in each history, as it becomes known."""
    with running_postgres() as postgres:
        prepare(postgres.url())
        pool = ProcessPoolExecutor(jobs)
        try:
            yield from pool.map(partial(_compare, postgres.url()), scripts, chunksize=AT_A_TIME)
        finally:
            pool.shutdown(cancel_futures=True)


def _compare(url: str, script: Script) -> tuple[Script, str | None]:
    logging.disable(logging.CRITICAL)
    return script, difference(script, *worlds_beside(url, os.getpid()))


def prepare(url: str) -> None:
    """Make a database with the server's tables in it, to be copied."""
    _administer(url, f"CREATE DATABASE {TEMPLATE}")
    engine = create_engine(_named(url, TEMPLATE))
    METADATA.create_all(engine)
    engine.dispose()


@cache
def worlds_beside(url: str, number: int) -> tuple[World, World]:
    """One on SQLite, and one in a database of its own of the PostgreSQL at `url`."""
    name = f"{TEMPLATE}_{number}"
    _administer(url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return World(), World(PostgresDatabase(_named(url, name)))


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _decided_tokens() -> AbstractContextManager[Any]:
    """Nobody may decide a token but here, where two servers shall give the same."""
    return patch.object(sign_ins, "secrets", SimpleNamespace(token_urlsafe=random_hex))


def _tables_of(raw: Any) -> list[str]:
    """Those of a laptop, but the index of words, which is made of them."""
    found = raw.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    ).fetchall()
    return sorted(name for (name,) in map(tuple, found) if not name.startswith("sqlite_"))


def _apart(one: Any, other: Any) -> str:
    """Where two facts differ, as short as can be."""
    if one[0] != other[0]:
        return f"there {other[0]}"
    if isinstance(one[1], list):
        alone, there = (
            [row for row in a if row not in b] for a, b in ((one[1], other[1]), (other[1], one[1]))
        )
        return f"\n  {alone[:3]}\n  {there[:3]}"
    return f"\n  {one[1]!s:.3000}\n  {other[1]!s:.3000}"
