"""What a laptop shows at one moment, read beside the program under test."""

from collections.abc import Mapping
from dataclasses import dataclass
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
    "product": ("name", "list_price"),
    "territory_assignment": ("territory_id", "user_id", "starts_on", "ends_on"),
    "delegation": ("owner_id", "delegate_id", "territory_id", "starts_on", "ends_on"),
    "delegated_customer": ("customer_id", "delegation_id"),
    "conflict": ("entity", "row_id", "field", "kind", "mine", "theirs", "state", "resolution", "author_id"),
}  # fmt: skip
"""The fields that simulated people look at and write."""

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
    blank: bool = False

    def of(self, entity: str) -> list[Key]:
        """Rows of one kind, in a fixed order."""
        return sorted(key for key in self.rows if key[0] == entity)


NOTHING = Screen({}, 0, "", blank=True)


def _part(entity: str, names: tuple[str, ...]) -> str:
    listed = [f'"{name}"' for name in names] + ["NULL"] * (_WIDEST - len(names))
    return f"SELECT '{entity}', id, root_id, rev, {', '.join(listed)} FROM \"{entity}\""


_QUERY = " UNION ALL ".join(
    [
        *(_part(entity, names) for entity, names in WATCHED.items()),
        f"SELECT 'fact', key, value, 0{', NULL' * _WIDEST} FROM sync_state WHERE key IN ('head', 'cursor')",
    ]
)


def read_screen(raw: Any) -> Screen:
    """As of the last commit; `raw` is a connection of the simulator's own."""
    rows: dict[Key, Row] = {}
    facts = {"head": "0", "cursor": ""}
    for found in raw.execute(_QUERY).fetchall():
        entity, row_id, root_id, rev = found[:4]
        if entity == "fact":
            facts[row_id] = root_id
        else:
            rows[entity, row_id] = Row(root_id, rev, dict(zip(WATCHED[entity], found[4:], strict=False)))
    return Screen(rows, int(facts["head"]), facts["cursor"])


def read_everything(raw: Any) -> dict[Key, tuple[Any, ...]]:
    """Every column of every row."""
    return {
        (name_of(entity), found[0]): tuple(found)
        for entity in ENTITIES
        for found in raw.execute(f'SELECT * FROM "{name_of(entity)}"').fetchall()
    }
