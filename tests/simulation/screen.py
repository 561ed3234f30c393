"""What a laptop shows at one moment, read beside the program under test."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.domain.entity import name_of
from app.domain.registry import ENTITIES

Key = tuple[str, str]
"""Entity and stored id."""

WATCHED: Mapping[str, tuple[str, ...]] = {
    "customer": (
        "phone", "note", "labels", "province", "city", "district", "street", "postcode", "territory_id",
        "owner_id",
    ),
    "contact": ("job_title", "name", "customer_id"),
    "collaborator": ("customer_id", "user_id"),
    "asset": ("location", "meter", "note"),
    "service_order": ("subject", "findings", "state", "customer_id", "engineer_id"),
    "part_used": ("service_order_id", "amount", "description"),
    "time_entry": ("service_order_id", "minutes"),
    "visit": ("purpose", "planned_from", "planned_to", "state", "actual_result"),
    "note": ("body",),
    "attachment": ("file_name", "sha256", "thumbnail", "blob"),
    "product": ("name", "list_price"),
    "territory_assignment": ("territory_id", "user_id", "starts_on", "ends_on"),
    "delegation": ("owner_id", "delegate_id", "territory_id", "starts_on", "ends_on"),
    "delegated_customer": ("customer_id", "delegation_id"),
    "conflict": ("entity", "row_id", "field", "kind", "mine", "theirs", "state", "resolution", "author_id"),
}  # fmt: skip
"""The fields that simulated people look at and write."""


@dataclass(frozen=True)
class Row:
    """A row as it is shown; values in stored form."""

    root_id: str
    rev: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Screen:
    """All rows of a laptop, and where it stands in the server's history."""

    rows: Mapping[Key, Row]
    head: int
    cursor: str
    loading: bool = True

    def of(self, entity: str) -> list[Key]:
        """Rows of one kind, in a fixed order."""
        return sorted(key for key in self.rows if key[0] == entity)


NOTHING = Screen({}, 0, "")
Table = Mapping[Key, tuple[Any, ...]]


class Reader:
    """Reads one laptop's screen beside the program, by a connection of the simulator's own."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._read: dict[str, Table] = {}
        self._screen = NOTHING

    def read(self, said: Iterable[str] | None = None) -> Screen:
        """As of the last commit. Of what was last read, only that is read again which the statements
        that were `said` since can have written; all of it where that is not known."""
        written = SHOWN if said is None else {table for one in said for table in _written_by(one)}
        changed = {table: now for table in written if (now := self._table(table)) != self._read.get(table)}
        if not changed:
            return self._screen
        rows = {key: row for key, row in self._screen.rows.items() if key[0] not in changed}
        for table, read in changed.items():
            if table != FACTS:
                rows |= self._rows(table, read)
        self._read |= changed
        facts = {name: value for (_, name), (_, value) in self._read[FACTS].items()}
        head, cursor = int(facts.get("head", 0)), facts.get("cursor")
        self._screen = Screen(rows, head, cursor or "", cursor is None)
        return self._screen

    def _table(self, table: str) -> Table:
        return {(table, row[0]): row for row in self._raw.execute(_QUERIES[table]).fetchall()}

    def _rows(self, table: str, read: Table) -> Iterator[tuple[Key, Row]]:
        """A row that is as it was is the same object."""
        before = self._read.get(table, {})
        for key, found in read.items():
            if found == before.get(key):
                yield key, self._screen.rows[key]
            else:
                yield key, Row(found[1], found[2], dict(zip(WATCHED[table], found[3:], strict=True)))


FACTS = "sync_state"
SHOWN = frozenset({*WATCHED, FACTS})
_QUERIES = {
    FACTS: f"SELECT key, value FROM {FACTS} WHERE key IN ('head', 'cursor')",
    **{
        entity: f'SELECT id, root_id, rev, {", ".join(names)} FROM "{entity}"'
        for entity, names in WATCHED.items()
    },
}
_LOOKING = ("SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


@cache
def _written_by(statement: str) -> frozenset[str]:
    """The tables on show that it names, unless it only looks. No trigger or cascade writes to others."""
    if statement.lstrip().upper().startswith(_LOOKING):
        return frozenset()
    return SHOWN.intersection(re.findall(r"\w+", statement))


def read_everything(raw: Any) -> dict[Key, tuple[Any, ...]]:
    """Every column of every row."""
    return {
        (name_of(entity), found[0]): tuple(found)
        for entity in ENTITIES
        for found in raw.execute(f'SELECT * FROM "{name_of(entity)}"').fetchall()
    }
