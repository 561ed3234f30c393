"""The one way anything synchronised is written.

Rows are read under lock, changed in memory, and written together: the entities' tables first, the
tenant's clock last, then the log with its ready-made payloads and the intervals of who sees what.
Taken last, the clock's row is held for a moment only, and commits are numbered in commit order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import orjson
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
from app.domain.customers import Collaborator, Customer
from app.domain.entity import Entity, fields, name_of
from app.domain.organisation import TerritoryAssignment, User
from app.domain.registry import entity_named
from app.domain.types import InstantType, Stored
from sync.protocol import Values
from sync.server.intervals import CHUNK, place_changed, place_customers, place_users
from sync.server.root_digests import note_changes
from sync.server.tables import CLOCK, COMMIT, ROW, TABLES


def now() -> str:
    """This moment in stored form."""
    return str(InstantType().to_stored(utc_now()))


@dataclass(frozen=True)
class Author:
    """Who changes rows; the server itself (imports, the command line) is neither person nor device."""

    user_id: str | None = None
    device_id: str | None = None
    acted_at: str = field(default_factory=now)


@dataclass(frozen=True)
class Row:
    """A row as it is or, when `deleted`, as it was last; `id` and `root_id` as stored."""

    entity: type[Entity]
    id: str
    root_id: str
    values: Values
    rev: int = 0
    run_rev: int = 0
    deleted: bool = False
    author_id: str | None = None
    device_id: str | None = None
    acted_at: str = ""


class Held:
    """The rows one transaction has read and holds until its end, as it would leave them."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant
        self._rows: dict[str, Row | None] = {}

    def rows(self, ids: Iterable[str]) -> dict[str, Row | None]:
        """Those with these ids, read in order of id, so that no two transactions wait in a ring."""
        wanted = set(ids)
        missing = sorted(wanted - self._rows.keys())
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            self._rows |= dict.fromkeys(chunk)
            for found in self._connection.execute(_HELD, {"tenant": self._tenant, "ids": chunk}):
                self._rows[found.id] = read_row(found)
        return {row_id: self._rows[row_id] for row_id in wanted}

    def leave(self, rows: Mapping[str, Row]) -> None:
        """They were written."""
        self._rows |= rows


class ChangeLog:
    """One commit's view of a tenant: read, change, and `commit` once at the end.

    Commits of one transaction share what it has `held`.
    """

    def __init__(self, connection: Connection, tenant: str, author: Author, held: Held | None = None) -> None:
        self.connection = connection
        self.tenant = tenant
        self._author = author
        self._held = held or Held(connection, tenant)
        self._before: dict[str, Row | None] = {}
        self._after: dict[str, Row] = {}

    def load(self, ids: Iterable[str]) -> None:
        """Read these rows and hold them until the end."""
        if missing := set(ids) - self._before.keys():
            self._before |= self._held.rows(missing)

    def row(self, row_id: str) -> Row | None:
        """The row as this transaction would leave it, deleted or not; None where there never was one."""
        if row_id not in self._after:
            self.load([row_id])
        return self._after.get(row_id) or self._before[row_id]

    def peek(self, ids: Iterable[str]) -> dict[str, Row]:
        """Rows to look at only, without holding them; as this transaction would leave them."""
        wanted = set(ids)
        known = {row_id: row for row_id in wanted & self._before.keys() if (row := self.row(row_id))}
        others = sorted(wanted - self._before.keys())
        for start in range(0, len(others), CHUNK):
            look = {"tenant": self.tenant, "ids": others[start : start + CHUNK]}
            known |= {found.id: read_row(found) for found in self.connection.execute(_LOOKED_AT, look)}
        return known

    def create(self, entity: type[Entity], row_id: str, root_id: str, values: Mapping[str, Stored]) -> None:
        """A new row with all its values, or a deleted one again."""
        there = self.row(row_id)
        if there and not (there.deleted and there.entity is entity):
            raise ValueError(f"{name_of(there.entity)} {row_id} exists")
        complete = {name: values.get(name) for name in fields(entity)}
        self._put(there, Row(entity, row_id, root_id, complete))

    def change(self, row: Row, values: Mapping[str, Stored]) -> None:
        """Set some values; setting what is there already changes nothing."""
        changed = {**row.values, **values}
        if changed != row.values:
            self._put(row, replace(row, values=changed))

    def delete(self, row: Row) -> None:
        """The row goes; its last values stay in the log, for whoever edited it meanwhile."""
        self._put(row, replace(row, deleted=True))

    @property
    def touched(self) -> Iterable[Row]:
        """What this transaction will write, so far."""
        return self._after.values()

    def before(self, row_id: str) -> Row | None:
        """The row as this transaction found it."""
        self.row(row_id)
        return self._before[row_id]

    def commit(self) -> int:
        """Write everything and number it: the seq. With nothing changed, that of the newest commit."""
        if not self._after:
            return head(self.connection, self.tenant)
        self._write_entities()
        seq = next_seq(self.connection, self.tenant)
        self._write_log(seq)
        note_changes(
            self.connection, self.tenant, ((self._before[row.id], row) for row in self._after.values())
        )
        self._write_intervals(seq)
        self._held.leave(self._after)
        return seq

    def _put(self, old: Row | None, new: Row) -> None:
        before = self._before[new.id]
        rev = before.rev if before else 0
        by_same = before is not None and before.device_id == self._author.device_id
        self._after[new.id] = replace(
            new,
            rev=rev + 1,
            run_rev=before.run_rev if before and by_same else rev + 1,
            author_id=self._author.user_id,
            device_id=self._author.device_id,
            acted_at=self._author.acted_at,
        )

    def _write_entities(self) -> None:
        inserts: dict[Table, list[dict[str, Any]]] = {}
        updates: dict[Table, list[dict[str, Any]]] = {}
        deletes: dict[Table, list[dict[str, Any]]] = {}
        for row in self._after.values():
            before, table = self._before[row.id], TABLES[row.entity]
            stood = before is not None and not before.deleted
            if row.deleted and stood:
                deletes.setdefault(table, []).append({"tenant": self.tenant, "row": row.id})
            elif not row.deleted:
                record = {"root_id": row.root_id, "rev": row.rev, **row.values}
                keys = ("tenant", "row") if stood else ("tenant_id", "id")
                kind = updates if stood else inserts
                kind.setdefault(table, []).append({keys[0]: self.tenant, keys[1]: row.id, **record})
        for table, records in inserts.items():
            self.connection.execute(_insert(table), records)
        for table, records in updates.items():
            self.connection.execute(_update(table), records)
        for table, records in deletes.items():
            self.connection.execute(_delete(table), records)

    def _write_log(self, seq: int) -> None:
        new: list[dict[str, Any]] = []
        known: list[dict[str, Any]] = []
        for row in self._after.values():
            record = {
                "root_id": row.root_id, "seq": seq, "rev": row.rev, "run_rev": row.run_rev,
                "deleted": int(row.deleted), "author_id": row.author_id, "device_id": row.device_id,
                "acted_at": row.acted_at, "payload": encode(row.entity, row.values),
            }  # fmt: skip
            if self._before[row.id]:
                known.append({"tenant": self.tenant, "row": row.id, **record})
            else:
                named = {"tenant_id": self.tenant, "id": row.id, "entity": name_of(row.entity)}
                new.append(named | record)
        if new:
            self.connection.execute(_insert(ROW), new)
        if known:
            self.connection.execute(_update(ROW), known)

    def _write_intervals(self, seq: int) -> None:
        customers: dict[str, Values] = {}
        users: set[str] = set()
        for row in self._after.values():
            before = self._before[row.id]
            states = [row.values, before.values] if before else [row.values]
            if row.entity is Customer and not row.deleted:
                if before is None or place_changed(row.id, before.values, row.values):
                    customers[row.id] = row.values
            elif row.entity is User:
                users.add(row.id)
            elif row.entity in (TerritoryAssignment, Collaborator):
                users |= {str(values["user_id"]) for values in states}
        if customers:
            place_customers(self.connection, self.tenant, seq, customers)
        if users:
            place_users(self.connection, self.tenant, seq, sorted(users), today())


def head(connection: Connection, tenant: str) -> int:
    """The newest commit of a tenant."""
    return int(connection.execute(_CLOCK, {"tenant": tenant}).scalar_one())


def encode(entity: type[Entity], values: Values) -> str:
    """The values of a row as they travel: a JSON array in the order of the fields."""
    return orjson.dumps([values.get(name) for name in fields(entity)]).decode()


def decode(entity: type[Entity], payload: str) -> dict[str, Stored]:
    """What `encode` wrote."""
    return dict(zip(fields(entity), orjson.loads(payload), strict=True))


def read_row(found: Any) -> Row:
    """A line of the log as a row."""
    entity = entity_named(found.entity)
    return Row(
        entity, found.id, found.root_id, decode(entity, found.payload), found.rev, found.run_rev,
        bool(found.deleted), found.author_id, found.device_id, found.acted_at,
    )  # fmt: skip


def next_seq(connection: Connection, tenant: str) -> int:
    """Number a commit. Whoever comes later waits here until this transaction is visible to him."""
    seq = int(connection.execute(_STEP, {"tenant": tenant}).scalar_one())
    note_commit(connection, tenant, seq)
    return seq


def note_commit(connection: Connection, tenant: str, seq: int) -> None:
    """Give a commit the random number by which laptops recognise this history."""
    values = {"tenant_id": tenant, "seq": seq, "nonce": random_hex(16), "at": now()}
    connection.execute(_insert(COMMIT), values)


# Statements are built once: that takes longer than running them.
_TENANT: BindParameter[str] = bindparam("tenant")
_LOOKED_AT = select(ROW).where(ROW.c.tenant_id == _TENANT, ROW.c.id.in_(bindparam("ids", expanding=True)))
_HELD = _LOOKED_AT.order_by(ROW.c.id).with_for_update()
_CLOCK = select(CLOCK.c.seq).where(CLOCK.c.tenant_id == _TENANT)
_STEP = update(CLOCK).where(CLOCK.c.tenant_id == _TENANT).values(seq=CLOCK.c.seq + 1).returning(CLOCK.c.seq)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table) -> Update:
    return update(table).where(table.c.tenant_id == _TENANT, table.c.id == bindparam("row"))


@cache
def _delete(table: Table) -> Delete:
    return delete(table).where(table.c.tenant_id == _TENANT, table.c.id == bindparam("row"))
