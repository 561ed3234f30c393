"""Says by plain loops over whole tables what a user should hold; the server's SQL must agree."""

from datetime import date

from sqlalchemy import select

from app.domain.customers import Collaborator, Customer, DelegatedCustomer
from app.domain.entity import CATALOGUE, Entity, fields
from app.domain.organisation import Delegation, Role, TerritoryAssignment, User
from app.domain.registry import ENTITIES
from sync.server.tables import TABLES
from tests.server.world import Laptop, World

Held = dict[str, tuple[str, int, dict[str, object]]]


def should_hold(world: World, user: str, today: date) -> Held:
    """Every row below a root the user may see: (root, revision, values) by id."""
    roots = _roots(world, user, today)
    return {
        str(row["id"]): (str(row["root_id"]), int(row["rev"]), {name: row[name] for name in fields(entity)})  # type: ignore[call-overload]
        for entity in ENTITIES
        for row in _all(world, entity)
        if row["root_id"] in roots
    }


def holds(laptop: Laptop) -> Held:
    return {row_id: (row.root_id, row.rev, dict(row.values)) for row_id, row in laptop.rows.items()}


def _roots(world: World, user: str, today: date) -> set[str]:
    [card] = [row for row in _all(world, User) if row["id"] == user]
    if not card["active"]:
        return set()
    customers = _all(world, Customer)
    if card["role"] in (Role.MANAGER, Role.ADMIN):
        return {CATALOGUE.hex, *(str(row["id"]) for row in customers)}
    territories = {
        row["territory_id"]
        for row in _all(world, TerritoryAssignment)
        if row["user_id"] == user and _in_force(row["starts_on"], row["ends_on"], today)
    }
    helped = {row["customer_id"] for row in _all(world, Collaborator) if row["user_id"] == user}
    for row in _all(world, Delegation):
        if row["delegate_id"] == user and _in_force(row["starts_on"], row["ends_on"], today):
            territories |= {row["territory_id"]} - {None}
            chosen = [each for each in _all(world, DelegatedCustomer) if each["delegation_id"] == row["id"]]
            helped |= {each["customer_id"] for each in chosen}
    mine = {str(row["id"]) for row in customers if row["territory_id"] in territories or row["id"] in helped}
    return {CATALOGUE.hex, *mine}


def _in_force(starts_on: object, ends_on: object, today: date) -> bool:
    first = date.fromisoformat(str(starts_on)) if starts_on else date.min
    last = date.fromisoformat(str(ends_on)) if ends_on else date.max
    return first <= today <= last


def _all(world: World, entity: type[Entity]) -> list[dict[str, object]]:
    table = TABLES[entity]
    with world.database.read() as connection:
        found = connection.execute(select(table).where(table.c.tenant_id == world.tenant)).mappings()
        return [dict(row) for row in found]
