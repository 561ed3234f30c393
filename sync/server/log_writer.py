"""Writes the commits of one transaction together, each under a number of its own.

The entities' tables come first and the tenant's clock after them, so that its row is held for a moment
only and commits are numbered in the order in which they become visible; then the log with its
ready-made payloads, and the intervals of who sees what. A row that several commits touch is written
once, as the last one left it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Delete,
    Insert,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from app.domain.ambient import random_hex, today, utc_now
from app.domain.customers import Collaborator, Customer, DelegatedCustomer
from app.domain.entity import name_of
from app.domain.organisation import Delegation, TerritoryAssignment, User
from app.domain.types import InstantType
from sync.protocol import Values
from sync.server.batches import run_many
from sync.server.intervals import delegates, place_changed, place_customers, place_users
from sync.server.log_rows import Row, encode
from sync.server.moves import note_moves
from sync.server.root_digests import note_changes
from sync.server.tables import CLOCK, COMMIT, ROW, TABLES

Records = list[dict[str, Any]]


@dataclass
class Places:
    """What decides who sees what: customers that belong elsewhere now, users who may hold other scopes,
    and delegations whose customers were chosen anew."""

    customers: dict[str, Values] = field(default_factory=dict)
    users: set[str] = field(default_factory=set)
    delegations: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.customers or self.users or self.delegations)


_PLACED = frozenset({Customer, User, TerritoryAssignment, Collaborator, Delegation, DelegatedCustomer})


@dataclass(frozen=True)
class Commit:
    """What one business action leaves: rows as they were, None where they were not, and as they are now."""

    before: Mapping[str, Row | None]
    after: Mapping[str, Row]

    @property
    def changes(self) -> Iterator[tuple[Row | None, Row]]:
        return ((self.before[row.id], row) for row in self.after.values())

    @cached_property
    def places(self) -> Places:
        found = Places()
        for before, row in self.changes:
            if row.entity not in _PLACED:
                continue
            states = [row.values, before.values] if before else [row.values]
            if row.entity is Customer and not row.deleted:
                if before is None or place_changed(row.id, before.values, row.values):
                    found.customers[row.id] = row.values
            elif row.entity is User:
                found.users.add(row.id)
            elif row.entity in (TerritoryAssignment, Collaborator):
                found.users |= {str(values["user_id"]) for values in states}
            elif row.entity is Delegation:
                found.users |= {str(values["delegate_id"]) for values in states}
            elif row.entity is DelegatedCustomer:
                found.delegations |= {str(values["delegation_id"]) for values in states}
        return found


def now() -> str:
    """This moment in stored form."""
    return str(InstantType().to_stored(utc_now()))


def head(connection: Connection, tenant: str) -> int:
    """The newest commit of a tenant."""
    return int(connection.execute(_CLOCK, {"tenant": tenant}).scalar_one())


def write(connection: Connection, tenant: str, commits: Sequence[Commit]) -> int:
    """Write them in their order; the number of the last."""
    before, after, place = _together(commits)
    _write_entities(connection, tenant, before, after.values())
    last = next_seq(connection, tenant, len(commits))
    first = last - len(commits) + 1
    _write_log(connection, tenant, before, [(row, first + place[row.id]) for row in after.values()])
    note_moves(connection, tenant, ((before[row.id], row, first + place[row.id]) for row in after.values()))
    note_changes(connection, tenant, ((before[row.id], row) for row in after.values()))
    for seq, commit in enumerate(commits, first):
        if places := commit.places:
            place_customers(connection, tenant, seq, places.customers)
            users = places.users | delegates(connection, tenant, places.delegations)
            place_users(connection, tenant, seq, sorted(users), today())
    return last


def next_seq(connection: Connection, tenant: str, count: int = 1) -> int:
    """Number so many commits; the last one's. Whoever comes later waits here until they are visible."""
    last = int(connection.execute(_STEP, {"tenant": tenant, "count": count}).scalar_one())
    note_commits(connection, tenant, range(last - count + 1, last + 1))
    return last


def note_commits(connection: Connection, tenant: str, seqs: Iterable[int]) -> None:
    """Give each commit the random number by which laptops recognise this history."""
    at = now()
    noted = [{"tenant_id": tenant, "seq": seq, "nonce": random_hex(16), "at": at} for seq in seqs]
    run_many(connection, _insert(COMMIT), noted)


def _together(commits: Sequence[Commit]) -> tuple[dict[str, Row | None], dict[str, Row], dict[str, int]]:
    """Each row before and after all of them, and the place of the last commit that touches it."""
    before: dict[str, Row | None] = {}
    after: dict[str, Row] = {}
    place: dict[str, int] = {}
    for number, commit in enumerate(commits):
        for was, row in commit.changes:
            before.setdefault(row.id, was)
            after[row.id] = row
            place[row.id] = number
    return before, after, place


def _write_entities(
    connection: Connection, tenant: str, before: Mapping[str, Row | None], rows: Iterable[Row]
) -> None:
    inserts: dict[Table, Records] = {}
    updates: dict[tuple[Table, tuple[str, ...]], Records] = {}
    deletes: dict[Table, Records] = {}
    for row in rows:
        was, table = before[row.id], TABLES[row.entity]
        keys = {"tenant": tenant, "row": row.id}
        if was is None or was.deleted:
            if not row.deleted:
                record = {"root_id": row.root_id, "rev": row.rev, **row.values}
                inserts.setdefault(table, []).append({"tenant_id": tenant, "id": row.id} | record)
        elif row.deleted:
            deletes.setdefault(table, []).append(keys)
        else:
            changed = {name: value for name, value in row.values.items() if value != was.values[name]}
            record = {"root_id": row.root_id, "rev": row.rev, **changed}
            updates.setdefault((table, tuple(record)), []).append(keys | record)
    for table, records in inserts.items():
        run_many(connection, _insert(table), records)
    for (table, _), records in updates.items():
        run_many(connection, _update(table), records)
    for table, records in deletes.items():
        run_many(connection, _delete(table), records)


def _write_log(
    connection: Connection, tenant: str, before: Mapping[str, Row | None], rows: Iterable[tuple[Row, int]]
) -> None:
    new: Records = []
    known: Records = []
    for row, seq in rows:
        record = {
            "root_id": row.root_id, "seq": seq, "rev": row.rev, "run_rev": row.run_rev,
            "deleted": int(row.deleted), "author_id": row.author_id, "device_id": row.device_id,
            "acted_at": row.acted_at, "payload": encode(row.entity, row.values),
        }  # fmt: skip
        if before[row.id]:
            known.append({"tenant": tenant, "row": row.id} | record)
        else:
            new.append({"tenant_id": tenant, "id": row.id, "entity": name_of(row.entity)} | record)
    run_many(connection, _insert(ROW), new)
    run_many(connection, _update(ROW), known)


# Statements are built once: that takes longer than running them.
_TENANT: BindParameter[str] = bindparam("tenant")
_CLOCK = select(CLOCK.c.seq).where(CLOCK.c.tenant_id == _TENANT)
_STEP = (
    update(CLOCK)
    .where(CLOCK.c.tenant_id == _TENANT)
    .values(seq=CLOCK.c.seq + bindparam("count", type_=CLOCK.c.seq.type))
    .returning(CLOCK.c.seq)
)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table) -> Update:
    """Sets the columns named by the values alone: indexes of the others need not be looked at."""
    return update(table).where(table.c.tenant_id == _TENANT, table.c.id == bindparam("row"))


@cache
def _delete(table: Table) -> Delete:
    return delete(table).where(table.c.tenant_id == _TENANT, table.c.id == bindparam("row"))
