"""What a laptop shows at one moment, read beside the program under test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

FACT = "fact"
_WIDEST = max(map(len, WATCHED.values()))


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
    read: Mapping[Key, tuple[Any, ...]] = field(default_factory=dict, repr=False)

    def of(self, entity: str) -> list[Key]:
        """Rows of one kind, in a fixed order."""
        return sorted(key for key in self.rows if key[0] == entity)


NOTHING = Screen({}, 0, "")


def _part(entity: str, names: tuple[str, ...]) -> str:
    listed = [f'"{name}"' for name in names] + ["NULL"] * (_WIDEST - len(names))
    return f"SELECT '{entity}', id, root_id, rev, {', '.join(listed)} FROM \"{entity}\""


_QUERY = " UNION ALL ".join(
    [
        *(_part(entity, names) for entity, names in WATCHED.items()),
        f"SELECT '{FACT}', key, value, 0{', NULL' * _WIDEST} FROM sync_state WHERE key IN ('head', 'cursor')",
    ]
)


def read_screen(raw: Any, before: Screen = NOTHING) -> Screen:
    """As of the last commit; `raw` is a connection of the simulator's own. What is as `before` is not made anew."""
    read: dict[Key, tuple[Any, ...]] = {(found[0], found[1]): found for found in raw.execute(_QUERY)}
    if read == before.read:
        return before
    rows: dict[Key, Row] = {}
    facts: dict[str, str] = {}
    for key, found in read.items():
        if key[0] == FACT:
            facts[key[1]] = found[2]
        elif found == before.read.get(key):
            rows[key] = before.rows[key]
        else:
            rows[key] = Row(found[2], found[3], dict(zip(WATCHED[key[0]], found[4:], strict=False)))
    return Screen(rows, int(facts.get("head", 0)), facts.get("cursor", ""), "cursor" not in facts, read)


def read_everything(raw: Any) -> dict[Key, tuple[Any, ...]]:
    """Every column of every row."""
    return {
        (name_of(entity), found[0]): tuple(found)
        for entity in ENTITIES
        for found in raw.execute(f'SELECT * FROM "{name_of(entity)}"').fetchall()
    }
