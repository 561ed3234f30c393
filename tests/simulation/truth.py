"""What the server holds, and who may see it: by plain loops, beside everything under test."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson

from app.domain.entity import CATALOGUE, fields
from app.domain.organisation import Role
from app.domain.registry import entity_named
from tests.simulation.screen import Key

if TYPE_CHECKING:
    from tests.simulation.seat import Seat
    from tests.simulation.world import World

Rows = dict[Key, tuple[Any, ...]]
"""root, revision and fields of each row."""


def logged_rows(world: "World", deleted: int) -> Rows:
    """All rows by the log of changes, or the last state of those deleted."""
    found = world.office.rows(
        "SELECT entity, id, root_id, rev, payload FROM sync_row WHERE deleted = ?", deleted
    )
    return {(row[0], row[1]): (row[2], row[3], *orjson.loads(row[4])) for row in found}


def visible_roots(world: "World", seat: "Seat", logged: Rows, day: date) -> set[str]:
    """What the person at `seat` may see today, by plain loops over the server's rows.

    A deleted customer is still a place: what others said of it waits there in conflicts.
    """
    user = seat.person.id.hex
    gone = {key: row for key, row in logged_rows(world, deleted=1).items() if key[0] == "customer"}
    rows = {
        key: dict(zip(fields(entity_named(key[0])), row[2:], strict=True))
        for key, row in (gone | logged).items()
    }

    def of(entity: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        return ((key[1], row) for key, row in rows.items() if key[0] == entity)

    card = rows["user", user]
    if not card["active"]:
        return set()
    if card["role"] in (Role.MANAGER, Role.ADMIN):
        return {CATALOGUE.hex, *(row_id for row_id, _ in of("customer"))}
    in_force = [row for entity in DATED for row in of(entity) if _covers(row[1], day)]
    given = [row for _, row in in_force if user in (row.get("user_id"), row.get("delegate_id"))]
    held = {row["territory_id"] for row in given}
    lent = {row_id for row_id, row in in_force if row.get("delegate_id") == user}
    helped = {row["customer_id"] for _, row in of("collaborator") if row["user_id"] == user}
    helped |= {row["customer_id"] for _, row in of("delegated_customer") if row["delegation_id"] in lent}
    mine = {row_id for row_id, row in of("customer") if row["territory_id"] in held or row_id in helped}
    return {CATALOGUE.hex, *mine}


DATED = ("territory_assignment", "delegation")


def _covers(row: Mapping[str, Any], day: date) -> bool:
    first, last = row["starts_on"], row["ends_on"]
    return (first is None or first <= day.isoformat()) and (last is None or day.isoformat() <= last)
