"""A maker with hundreds of engineers, each with a laptop that is signed in, on a database of its own."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, insert

from app.domain.customers import Customer
from app.domain.entity import CATALOGUE
from app.domain.ids import new_id
from app.domain.organisation import ProductLine, Region, Role, Territory, TerritoryAssignment, User
from sync.server.access_tokens import AccessTokens, Claims
from sync.server.account_tables import ACCOUNT
from sync.server.change_log import Author, ChangeLog
from sync.server.database import Database
from sync.server.devices import Laptop, register
from sync.server.schema import migrate
from sync.server.tenants import create_tenant

SIGNING_KEY = "a key for the tokens of a load test, and for nothing else"
TEAM = 10  # engineers who share a territory
CUSTOMERS = 20  # of one territory
_AT_ONCE = 500


@dataclass(frozen=True)
class Post:
    """A device, whose it is, and the customers it works with."""

    user_id: UUID
    device_id: UUID
    customers: tuple[str, ...]


@dataclass(frozen=True)
class Company:
    """Its server's database, and everybody's laptop."""

    url: str
    posts: tuple[Post, ...]

    def token(self, post: Post) -> str:
        """As a sign-in gives it, without the half second a password takes."""
        return AccessTokens(SIGNING_KEY.encode(), time.time).issue(Claims(post.user_id, post.device_id, 1))


def found(url: str, devices: int) -> Company:
    """Everybody works in a territory with nine others."""
    database = Database(url)
    migrate(database)
    tenant = database.transact(lambda connection: create_tenant(connection, "Maker"))
    rows: list[tuple[type, str, str, dict[str, object]]] = []

    def shared(entity: type, **values: object) -> str:
        row_id = new_id().hex
        rows.append((entity, row_id, CATALOGUE.hex, values))
        return row_id

    region, line = shared(Region, code="E", name="East"), shared(ProductLine, code="L", name="Lifts")
    posts: list[Post] = []
    customers: tuple[str, ...] = ()
    territory = ""
    for number in range(devices):
        if number % TEAM == 0:
            territory = shared(Territory, name=f"T{number}", region_id=region, product_line_id=line)
            customers = tuple(new_id().hex for _ in range(CUSTOMERS))
            facts = {"territory_id": territory, "lifecycle_stage": "prospect", "is_reference": 0}
            rows += [(Customer, row, row, {"name": f"Customer {row[-4:]}", **facts}) for row in customers]
        card = {"login": f"e{number}", "name": f"Engineer {number}", "role": Role.ENGINEER.value, "active": 1}
        user = shared(User, **card)
        shared(TerritoryAssignment, territory_id=territory, user_id=user)
        posts.append(Post(UUID(user), new_id(), customers))
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        database.transact(lambda connection, part=part: _write(connection, tenant, part))  # type: ignore[misc]
    database.transact(lambda connection: _enrol(connection, tenant, posts))
    database.close()
    return Company(url, tuple(posts))


def _write(
    connection: Connection, tenant: str, rows: Sequence[tuple[type, str, str, dict[str, object]]]
) -> None:
    log = ChangeLog(connection, tenant, Author())
    for entity, row_id, root_id, values in rows:
        log.create(entity, row_id, root_id, values)  # type: ignore[arg-type]
    log.commit()


def _enrol(connection: Connection, tenant: str, posts: Sequence[Post]) -> None:
    for number, post in enumerate(posts):
        account = {"user_id": post.user_id.hex, "login": f"e{number}", "password": "none", "scope_version": 1}
        connection.execute(insert(ACCOUNT).values(tenant_id=tenant, **account))
        register(connection, UUID(tenant), post.user_id, Laptop(post.device_id, "Laptop"), time.time())
