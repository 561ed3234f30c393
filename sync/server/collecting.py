"""Collects what the server remembers only for laptops that were away: what was deleted, who saw what.

It is kept until every laptop that still comes has heard of it, but at least half a year and at most a
little over one. The commit up to which things were collected is the horizon; whoever stood before it
pulls everything anew. Of a mutation its id and its outcome stay for good, so that not even a laptop put
back from an old backup can do the same thing twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    exists,
    func,
    select,
    tuple_,
    update,
)

from app.domain.customers import Customer
from app.domain.entity import name_of
from app.domain.types import InstantType
from sync.server.account_tables import DEVICE
from sync.server.database import Database
from sync.server.devices import State
from sync.server.tables import CLOCK, COMMIT, GRANT, LEDGER, MEMBER, MOVED, ROW

AT_ONCE = 1_000
"""About so many rows go in one transaction: others write meanwhile."""


@dataclass(frozen=True)
class Keeping:
    """Days for which deletions are remembered: at least, and at most for a laptop that stays away."""

    days: int = 180
    at_most: int = 400


@dataclass
class Collected:
    """Up to which commit, and how much went."""

    horizon: int
    deleted: int = 0
    intervals: int = 0
    commits: int = 0
    results: int = 0


def collect(database: Database, tenant: str, now: float, keeping: Keeping) -> Collected:
    """Move the horizon on and sweep what lies behind it, in many small transactions; it may end anywhere.

    The horizon moves first: a laptop is rather sent to begin anew than left with what is gone.
    """
    moment = datetime.fromtimestamp(now, UTC)

    def move_on(connection: Connection) -> int:
        wanted = _horizon(connection, tenant, moment, keeping)
        here = (CLOCK.c.tenant_id == tenant, CLOCK.c.horizon < wanted)
        connection.execute(update(CLOCK).where(*here).values(horizon=wanted))
        return int(connection.scalars(select(CLOCK.c.horizon).where(CLOCK.c.tenant_id == tenant)).one())

    done = Collected(database.transact(move_on))
    done.deleted = sum(_sweep(database, tenant, ROW, "seq", done.horizon, ROW.c.deleted == 1))
    sum(_sweep(database, tenant, MOVED, "seq", done.horizon))
    done.intervals = sum(_sweep(database, tenant, MEMBER, "out_seq", done.horizon))
    done.intervals += sum(_sweep(database, tenant, GRANT, "out_seq", done.horizon))
    # The commit at the horizon stays: a cursor may stand there, and is known by its nonce.
    done.commits = sum(_sweep(database, tenant, COMMIT, "seq", done.horizon - 1))
    done.results = sum(_slim(database, tenant, _stored(moment - timedelta(days=keeping.days))))
    return done


def _horizon(connection: Connection, tenant: str, now: datetime, keeping: Keeping) -> int:
    """The newest commit that nobody needs to be able to go on from."""
    earliest = now - timedelta(days=keeping.at_most)
    old = _newest_before(connection, tenant, now - timedelta(days=keeping.days))
    slowest = connection.scalars(
        select(func.min(func.coalesce(DEVICE.c.cursor_seq, 0)))
        .where(DEVICE.c.tenant_id == tenant, DEVICE.c.state != State.WIPED.value)
        .where(DEVICE.c.last_seen_at >= _stored(earliest), DEVICE.c.given_up_at.is_(None))
    ).one()
    waited_for = old if slowest is None else min(old, slowest)
    return max(waited_for, _newest_before(connection, tenant, earliest))


def _newest_before(connection: Connection, tenant: str, moment: datetime) -> int:
    """The last commit of a time before `moment`; 0 where there was none."""
    query = (
        select(COMMIT.c.seq)
        .where(COMMIT.c.tenant_id == tenant, COMMIT.c.at < _stored(moment))
        .order_by(COMMIT.c.seq.desc())
        .limit(1)
    )
    return int(connection.scalars(query).first() or 0)


def _sweep(
    database: Database, tenant: str, table: Table, key: str, upto: int, *such: ColumnElement[bool]
) -> Iterator[int]:
    """Delete rows whose `key` is not above `upto`, the oldest first; how many went at a time."""
    here = (table.c.tenant_id == tenant, *such)
    beyond = select(table.c[key]).where(*here, table.c[key] <= upto).order_by(table.c[key])

    def step(connection: Connection) -> int:
        limit = connection.scalars(beyond.offset(AT_ONCE).limit(1)).first()
        oldest = (*here, table.c[key] <= (upto if limit is None else limit))
        if table is ROW:
            _close_membership(connection, tenant, oldest)
        return connection.execute(delete(table).where(*oldest)).rowcount

    while gone := database.transact(step):
        yield gone


def _close_membership(connection: Connection, tenant: str, going: tuple[ColumnElement[bool], ...]) -> None:
    """A deleted customer kept its place so that all might hear; all have, once nothing of it is left."""
    customers = select(ROW.c.id).where(*going, ROW.c.entity == name_of(Customer))
    other = ROW.alias()
    still_there = exists().where(
        other.c.tenant_id == tenant, other.c.root_id == MEMBER.c.root_id, other.c.deleted == 0
    )
    mine = (MEMBER.c.tenant_id == tenant, MEMBER.c.root_id.in_(customers), ~still_there)
    connection.execute(delete(MEMBER).where(*mine))


_KEY = (LEDGER.c.device_id, LEDGER.c.n)
_OLD_RESULTS = (
    select(*_KEY, LEDGER.c.result)
    .where(LEDGER.c.tenant_id == bindparam("tenant"), LEDGER.c.received_at < bindparam("before"))
    .where(LEDGER.c.name != "", tuple_(*_KEY) > tuple_(bindparam("device"), bindparam("number")))
    .where(LEDGER.c.body.is_(None))  # what was set aside is to be mended, and its author to hear of it
    .order_by(*_KEY)
    .limit(AT_ONCE)
)
_SLIMMED = (
    update(LEDGER)
    .where(LEDGER.c.tenant_id == bindparam("tenant"))
    .where(LEDGER.c.device_id == bindparam("device"), LEDGER.c.n == bindparam("number"))
    .values(name="", acted_at="", result=bindparam("kept"))
)


def _slim(database: Database, tenant: str, before: str) -> Iterator[int]:
    """What is left of an old mutation is its id and whether it was accepted."""
    after: tuple[str, int] = ("", 0)

    def step(connection: Connection) -> list[Any]:
        keys = {"tenant": tenant, "before": before, "device": after[0], "number": after[1]}
        found = list(connection.execute(_OLD_RESULTS, keys))
        slimmed = [
            {"tenant": tenant, "device": row.device_id, "number": row.n, "kept": _kept(row.result)}
            for row in found
        ]
        if slimmed:
            connection.execute(_SLIMMED, slimmed)
        return found

    while found := database.transact(step):
        after = (found[-1].device_id, found[-1].n)
        yield len(found)


def _kept(result: str) -> str:
    said = orjson.loads(result)
    return orjson.dumps({name: said[name] for name in ("op_id", "n", "status", "seq")}).decode()


def _stored(moment: datetime) -> str:
    return str(InstantType().to_stored(moment))
