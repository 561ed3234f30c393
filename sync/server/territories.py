"""Seeds the default organisation and says who works in which territory."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, select

from app.domain.entity import CATALOGUE, to_stored
from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.domain.organisation import ProductLine, Region, Territory, TerritoryAssignment
from app.exchange.organisation import DEFAULT
from sync.server.account_tables import ACCOUNT
from sync.server.change_log import Author, ChangeLog
from sync.server.database import Database
from sync.server.people import user_named
from sync.server.tables import TABLES

_TERRITORY, _REGION, _LINE = TABLES[Territory], TABLES[Region], TABLES[ProductLine]
_ASSIGNMENT = TABLES[TerritoryAssignment]


@dataclass(frozen=True)
class Line:
    """A line of the list of territories; `code` is what the commands take."""

    territory_id: UUID
    code: str
    name: str
    people: tuple[str, ...]


def seed(connection: Connection, tenant: str) -> int:
    """The default regions, product lines and territories, where they are missing; how many were."""
    log = ChangeLog(connection, tenant, Author())
    rows = list(DEFAULT.rows())
    log.load(row.id.hex for row in rows)
    missing = [row for row in rows if log.row(row.id.hex) is None]
    for row in missing:
        log.create(row.entity, row.id.hex, row.root_id.hex, to_stored(row.entity, row.values))
    log.commit()
    return len(missing)


def add_territory(database: Database, tenant: str, region: str, product_line: str) -> str:
    """A territory of a region and a product line, each given by its code and made where new."""
    code = f"{region}/{product_line}"

    def add(connection: Connection) -> None:
        if _find(connection, tenant, code):
            raise RuleViolation("territory.exists", territory=code)
        log = ChangeLog(connection, tenant, Author())
        region_id = _part(connection, log, Region, region)
        line_id = _part(connection, log, ProductLine, product_line)
        values = {"name": code, "region_id": region_id, "product_line_id": line_id}
        log.create(Territory, new_id().hex, CATALOGUE.hex, values)
        log.commit()

    database.transact(add)
    return code


def assign(database: Database, tenant: str, login: str, territory: str) -> bool:
    """Give the person the territory; False where he has it already."""

    def give(connection: Connection) -> bool:
        user_id, territory_id = user_named(connection, tenant, login), _known(connection, tenant, territory)
        if _assignments(connection, tenant, user_id, territory_id):
            return False
        log = ChangeLog(connection, tenant, Author())
        values = {"user_id": user_id.hex, "territory_id": territory_id}
        log.create(TerritoryAssignment, new_id().hex, CATALOGUE.hex, values)
        log.commit()
        return True

    return database.transact(give)


def unassign(database: Database, tenant: str, login: str, territory: str) -> bool:
    """Take the territory from the person; False where he did not have it."""

    def take(connection: Connection) -> bool:
        user_id, territory_id = user_named(connection, tenant, login), _known(connection, tenant, territory)
        log = ChangeLog(connection, tenant, Author())
        held = [log.row(row_id) for row_id in _assignments(connection, tenant, user_id, territory_id)]
        for row in filter(None, held):
            log.delete(row)
        log.commit()
        return bool(held)

    return database.transact(take)


def list_territories(database: Database, tenant: str) -> list[Line]:
    """Every territory in the order of regions, with the sign-in names of those who work there."""
    with database.read() as connection:
        people: dict[str, list[str]] = {}
        same = and_(
            ACCOUNT.c.tenant_id == _ASSIGNMENT.c.tenant_id, ACCOUNT.c.user_id == _ASSIGNMENT.c.user_id
        )
        query = select(_ASSIGNMENT.c.territory_id, ACCOUNT.c.login).join(ACCOUNT, same)
        for territory_id, login in connection.execute(query.where(_ASSIGNMENT.c.tenant_id == tenant)):
            people.setdefault(territory_id, []).append(login)
        return [
            Line(UUID(row.id), f"{row.region}/{row.line}", row.name, tuple(sorted(people.get(row.id, ()))))
            for row in connection.execute(_with_codes(tenant).order_by(_REGION.c.position, _LINE.c.code))
        ]


def _with_codes(tenant: str) -> Select[Any]:
    return (
        select(_TERRITORY.c.id, _TERRITORY.c.name, _REGION.c.code.label("region"), _LINE.c.code.label("line"))
        .join(_REGION, and_(_REGION.c.tenant_id == tenant, _REGION.c.id == _TERRITORY.c.region_id))
        .join(_LINE, and_(_LINE.c.tenant_id == tenant, _LINE.c.id == _TERRITORY.c.product_line_id))
        .where(_TERRITORY.c.tenant_id == tenant)
    )


def _find(connection: Connection, tenant: str, territory: str) -> str | None:
    """The territory with this code ("east/lifts") or this name."""
    region, _, line = territory.partition("/")
    by_code = and_(_REGION.c.code == region, _LINE.c.code == line)
    query = _with_codes(tenant).where(by_code | (_TERRITORY.c.name == territory))
    found = connection.execute(query).first()
    return str(found.id) if found else None


def _known(connection: Connection, tenant: str, territory: str) -> str:
    found = _find(connection, tenant, territory)
    if found is None:
        raise RuleViolation("territory.unknown", territory=territory)
    return found


def _part(connection: Connection, log: ChangeLog, entity: type[Region] | type[ProductLine], code: str) -> str:
    """The region or product line with this code, made where there is none."""
    table = TABLES[entity]
    found = connection.execute(
        select(table.c.id).where(table.c.tenant_id == log.tenant, table.c.code == code)
    ).scalar()
    if found is not None:
        return str(found)
    row_id = new_id().hex
    log.create(entity, row_id, CATALOGUE.hex, {"code": code, "name": code})
    return row_id


def _assignments(connection: Connection, tenant: str, user_id: UUID, territory_id: str) -> list[str]:
    query = select(_ASSIGNMENT.c.id).where(
        _ASSIGNMENT.c.tenant_id == tenant,
        _ASSIGNMENT.c.user_id == user_id.hex,
        _ASSIGNMENT.c.territory_id == territory_id,
    )
    return list(connection.execute(query).scalars())
