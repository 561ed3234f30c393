"""The one way anything synchronised is written.

Rows are read under lock and changed in memory; what is to be written becomes a commit, which log_writer
writes. Commits of one transaction may wait and be written together, which costs a fraction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from app.domain.conflicts import Conflict, ConflictState
from app.domain.entity import Entity, fields, name_of
from app.domain.types import Stored
from sync.protocol import Values
from sync.server.intervals import CHUNK
from sync.server.log_rows import IN_ORDER, Row, read_row
from sync.server.log_writer import Commit, head, now, write
from sync.server.tables import ROW, TABLES


@dataclass(frozen=True)
class Author:
    """Who changes rows; the server itself (imports, the command line) is neither person nor device."""

    user_id: str | None = None
    device_id: str | None = None
    acted_at: str = field(default_factory=now)


class Held:
    """The rows one transaction has read and holds until its end, as its commits so far leave them.

    Commits are numbered when they are written. Until then a placeholder below zero stands for a number.
    """

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self.tenant = tenant
        self._rows: dict[str, Row | None] = {}
        self._seen: dict[str, Row | None] = {}
        self._conflicts: dict[str, list[str]] = {}
        self._waiting: list[Commit] = []
        self._seqs: list[int] = []

    @property
    def tables(self) -> Connection:
        """For whoever must ask the tables themselves: they then show every commit so far."""
        self._write()
        return self._connection

    def rows(self, ids: Iterable[str]) -> dict[str, Row | None]:
        """Those with these ids, read in order of id, so that no two transactions wait in a ring."""
        wanted = set(ids)
        if missing := wanted - self._rows.keys():
            self._rows |= self._read(_HELD, missing)
        return {row_id: self._rows[row_id] for row_id in wanted}

    def row(self, row_id: str) -> Row | None:
        """The one with this id."""
        if row_id not in self._rows:
            self.rows([row_id])
        return self._rows[row_id]

    def look(self, ids: Iterable[str]) -> dict[str, Row]:
        """Those of these rows that there are, without holding them."""
        wanted = set(ids)
        if missing := wanted - self._rows.keys() - self._seen.keys():
            self._seen |= self._read(_SEEN, missing)
        found = {row_id: self._rows.get(row_id) or self._seen.get(row_id) for row_id in wanted}
        return {row_id: row for row_id, row in found.items() if row}

    def conflicts(self, row_ids: Iterable[str]) -> dict[str, list[str]]:
        """By row, the conflicts about it that are open or were when this transaction began."""
        wanted = set(row_ids)
        if missing := sorted(wanted - self._conflicts.keys()):
            self._conflicts |= {row_id: [] for row_id in missing}
            for start in range(0, len(missing), CHUNK):
                about = {"tenant": self.tenant, "rows": missing[start : start + CHUNK]}
                for row_id, conflict_id in self.tables.execute(_OPEN, about):
                    self._conflicts[row_id].append(conflict_id)
        return {row_id: found for row_id in wanted if (found := self._conflicts[row_id])}

    def is_disputed(self, row_id: str) -> bool:
        """Is there a conflict about it, as `conflicts` says?"""
        return bool(self._conflicts[row_id] if row_id in self._conflicts else self.conflicts([row_id]))

    def add(self, commit: Commit) -> int:
        """A commit more; the placeholder of its number."""
        self._rows |= commit.after
        for row in commit.after.values():
            if row.entity is Conflict:
                about = self._conflicts.get(str(row.values["row_id"]))
                if about is not None and row.id not in about:
                    about.append(row.id)
        self._waiting.append(commit)
        if commit.places:  # decides what those after it may do
            self._write()
        return self.newest

    @property
    def newest(self) -> int:
        """The placeholder of the newest commit there is."""
        return -1 - len(self._seqs) - len(self._waiting)

    def number(self, seq: int) -> int:
        """What a placeholder stands for; writes what waits. A number stands for itself."""
        if seq >= 0:
            return seq
        self._write()
        return self._seqs[-2 - seq] if seq < -1 else self._before

    def _write(self) -> None:
        if not self._waiting:
            return
        last = write(self._connection, self.tenant, self._waiting)
        self._seqs += range(last - len(self._waiting) + 1, last + 1)
        self._waiting.clear()

    @property
    def _before(self) -> int:
        """The newest commit before ours."""
        return self._seqs[0] - 1 if self._seqs else head(self._connection, self.tenant)

    def _read(self, query: Select[Any], ids: Iterable[str]) -> dict[str, Row | None]:
        listed = sorted(ids)
        found: dict[str, Row | None] = dict.fromkeys(listed)
        for start in range(0, len(listed), CHUNK):
            about = {"tenant": self.tenant, "ids": listed[start : start + CHUNK]}
            found |= {line[0]: read_row(line) for line in self._connection.execute(query, about).all()}
        return found


class ChangeLog:
    """One commit's view of a tenant: read, change, and `commit` or `add` once at the end.

    Commits of one transaction share what it has `held`.
    """

    def __init__(self, connection: Connection, tenant: str, author: Author, held: Held | None = None) -> None:
        self.tenant = tenant
        self.author = author
        self._held = held or Held(connection, tenant)
        self._before: dict[str, Row | None] = {}
        self._after: dict[str, Row] = {}
        self.moves = False
        """Once committed: it changed who sees what."""

    @property
    def tables(self) -> Connection:
        """What the tables say, for questions that no row answers; of this commit they know nothing yet."""
        return self._held.tables

    def load(self, ids: Iterable[str]) -> None:
        """Read these rows and hold them until the end."""
        if missing := set(ids) - self._before.keys():
            self._before |= self._held.rows(missing)

    def row(self, row_id: str) -> Row | None:
        """The row as this transaction would leave it, deleted or not; None where there never was one."""
        if row_id in self._after:
            return self._after[row_id]
        if row_id not in self._before:
            self._before[row_id] = self._held.row(row_id)
        return self._before[row_id]

    def peek(self, ids: Iterable[str]) -> dict[str, Row]:
        """Rows to look at only, without holding them; as this transaction would leave them."""
        wanted = set(ids)
        known: Mapping[str, Row] = {**self._held.look(wanted - self._after.keys()), **self._after}
        return {row_id: known[row_id] for row_id in wanted & known.keys()}

    def conflicts(self, row_ids: Iterable[str]) -> dict[str, list[str]]:
        """By row, the conflicts about it that other commits have left open, and held from now on."""
        found = self._held.conflicts(row_ids)
        self.load(conflict_id for ids in found.values() for conflict_id in ids)
        return found

    def is_disputed(self, row_id: str) -> bool:
        """Is there a conflict about the row, as `conflicts` says?"""
        return self._held.is_disputed(row_id)

    def create(self, entity: type[Entity], row_id: str, root_id: str, values: Mapping[str, Stored]) -> None:
        """A new row with all its values, or a deleted one again."""
        there = self.row(row_id)
        if there and not (there.deleted and there.entity is entity):
            raise ValueError(f"{name_of(there.entity)} {row_id} exists")
        complete = {name: values.get(name) for name in fields(entity)}
        self._put(entity, row_id, root_id, complete)

    def change(self, row: Row, values: Mapping[str, Stored]) -> None:
        """Set some values; setting what is there already changes nothing."""
        changed = {**row.values, **values}
        if changed != row.values:
            self._put(row.entity, row.id, row.root_id, changed, deleted=row.deleted)

    def move(self, row: Row, root_id: str) -> None:
        """Hang the row below another root, as it is."""
        self._put(row.entity, row.id, root_id, row.values, deleted=row.deleted)

    def forget(self) -> None:
        """Leave everything as this transaction found it."""
        self._after.clear()

    def delete(self, row: Row) -> None:
        """The row goes; its last values stay in the log, for whoever edited it meanwhile."""
        self._put(row.entity, row.id, row.root_id, row.values, deleted=True)

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
        return self._held.number(self.add())

    def add(self) -> int:
        """As `commit`, but written with the transaction's others: the placeholder of the seq."""
        if not self._after:
            return self._held.newest
        commit = Commit(self._before, self._after)
        self.moves = bool(commit.places)
        return self._held.add(commit)

    def _put(
        self, entity: type[Entity], row_id: str, root_id: str, values: Values, *, deleted: bool = False
    ) -> None:
        before, author = self._before[row_id], self.author
        rev = before.rev + 1 if before else 1
        by_same = before is not None and before.device_id == author.device_id
        run_rev = before.run_rev if before and by_same else rev
        self._after[row_id] = Row(
            entity, row_id, root_id, values, rev, run_rev, deleted,
            author.user_id, author.device_id, author.acted_at,
        )  # fmt: skip


_TENANT: BindParameter[str] = bindparam("tenant")
_SEEN = select(*(ROW.c[name] for name in IN_ORDER)).where(
    ROW.c.tenant_id == _TENANT, ROW.c.id.in_(bindparam("ids", expanding=True))
)
_HELD = _SEEN.order_by(ROW.c.id).with_for_update()
_CONFLICT = TABLES[Conflict].c
_OPEN = (
    select(_CONFLICT.row_id, _CONFLICT.id)
    .where(_CONFLICT.tenant_id == _TENANT, _CONFLICT.row_id.in_(bindparam("rows", expanding=True)))
    .where(_CONFLICT.state == ConflictState.OPEN.value)
    .order_by(_CONFLICT.id)
)
