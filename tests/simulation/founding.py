"""What every simulated history begins with: a server with people, customers and work, and laptops in step.

Made once a process, then copied as bytes, which takes no time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert

from app.domain.ambient import Ambient, decided_by
from app.domain.assets import Asset
from app.domain.customers import Contact, Customer
from app.domain.entity import CATALOGUE, Entity, fields, to_stored
from app.domain.ids import imported_id
from app.domain.organisation import ProductLine, Region, Role, Territory, TerritoryAssignment, User
from app.domain.products import Product
from app.domain.service_orders import PartUsed, ServiceOrder
from app.domain.visits import Visit
from app.persistence.replica import open_replica
from sync.server.account_tables import ACCOUNT
from sync.server.change_log import Author, ChangeLog
from sync.server.database import Database
from sync.server.tables import METADATA
from sync.server.tenants import create_tenant

KEY = bytes(range(32))
BEGINNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CUSTOMERS = 6


def key(name: str) -> UUID:
    """The same id in every history."""
    return imported_id("simulation", name)


EAST, WEST = key("east"), key("west")
PRODUCT = key("product")


@dataclass(frozen=True)
class Person:
    """Someone who works with the program, and where."""

    login: str
    role: Role
    territories: tuple[UUID, ...]

    @property
    def id(self) -> UUID:
        return key(self.login)


LI = Person("li", Role.ENGINEER, (EAST,))
WANG = Person("wang", Role.ENGINEER, (WEST,))
CHEN = Person("chen", Role.OFFICE, (EAST, WEST))
ZHAO = Person("zhao", Role.MANAGER, ())
PEOPLE = (LI, WANG, CHEN, ZHAO)

SEATS: Mapping[str, Person] = {"li": LI, "li's other": LI, "wang": WANG, "chen": CHEN, "zhao": ZHAO}
"""Laptops there may be; one person may have two."""


@cache
def founded_server() -> bytes:
    """The database of a server with people, customers and work, each text with a word of its own."""
    folder = a_folder()
    with decided_by(Ambient(lambda: int(BEGINNING.timestamp() * 1e9), Random(0).getrandbits)):
        database = Database(f"sqlite:///{folder / 'server.db'}")
        METADATA.create_all(database.engine)
        with database.write() as connection:
            _found(connection)
        raw: Any = database.engine.raw_connection()
        content: bytes = raw.driver_connection.serialize()
        raw.close()
        database.close()
    return content


@cache
def blank_replica() -> bytes:
    """An empty replica, migrated."""
    path = a_folder() / "blank.db"
    open_replica(path, KEY).close()
    return path.read_bytes()


def _memory() -> Path | None:
    """Files that need no disk, where the system has such a place."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() else None


def a_folder() -> Path:
    """For the files of one simulation after another, until this process ends."""
    folder = Path(mkdtemp(prefix="simulation-", dir=_memory()))
    Finalize(None, rmtree, (folder, True), exitpriority=0)  # atexit is not for the processes of a pool
    return folder


def _found(connection: Connection) -> None:
    tenant = create_tenant(connection, "Simulation")
    log = ChangeLog(connection, tenant, Author())

    def put(entity: type[Entity], named: str, root: UUID, /, **values: Any) -> UUID:
        complete = {**_defaults(entity), **to_stored(entity, values)}
        log.create(entity, key(named).hex, root.hex, complete)
        return key(named)

    region = put(Region, "region", CATALOGUE, code="r", name="Region")
    line = put(ProductLine, "line", CATALOGUE, code="l", name="Line")
    for name in ("east", "west"):
        put(Territory, name, CATALOGUE, name=name, region_id=region, product_line_id=line)
    put(Product, "product", CATALOGUE, code="P-1", name="Pump w900001;", product_line_id=line)
    for person in PEOPLE:
        put(
            User,
            person.login,
            CATALOGUE,
            login=person.login,
            name=person.login,
            role=person.role,
            active=True,
        )
        for territory in person.territories:
            where = {"territory_id": territory, "user_id": person.id}
            put(TerritoryAssignment, f"{person.login} {territory}", CATALOGUE, **where)
    for number in range(CUSTOMERS):
        _customer(put, number)
    log.commit()
    for person in PEOPLE:
        account = {"tenant_id": tenant, "user_id": person.id.hex, "login": person.login, "password": "-"}
        connection.execute(insert(ACCOUNT).values(account))


def _customer(put: Any, number: int) -> None:
    """Each with a little of everything that is edited."""
    east = number % 2 == 0
    own = f"w80{number}0"
    root = put(
        Customer, f"customer {number}", key(f"customer {number}"), name=f"Customer {number}",
        territory_id=EAST if east else WEST, owner_id=LI.id if east else WANG.id, phone=f"{own}1;",
        note=f"{own}2;\n", labels=frozenset({f"{own}3;"}), province=f"{own}4;", city=f"{own}4;",
        district=f"{own}4;", street=f"{own}4;", postcode=f"{own}4;",
    )  # fmt: skip
    put(Contact, f"contact {number}", root, customer_id=root, name="Wu", job_title=f"{own}5;")
    asset = put(Asset, f"asset {number}", root, customer_id=root, name="Press", location=f"{own}6;", meter=1)
    order = put(
        ServiceOrder, f"order {number}", root, customer_id=root, number=f"SO-{number}", asset_id=asset,
        subject=f"{own}7;", engineer_id=LI.id if east else WANG.id,
    )  # fmt: skip
    put(PartUsed, f"part {number}", root, service_order_id=order, description="Seal", amount=10)
    begins = BEGINNING + timedelta(days=number)
    put(
        Visit, f"visit {number}", root, customer_id=root, purpose=f"{own}8;", planned_from=begins,
        owner_id=LI.id if east else WANG.id, planned_to=begins + timedelta(hours=1),
    )  # fmt: skip


def _defaults(entity: type[Entity]) -> Mapping[str, Any]:
    columns = entity.__table__.columns
    declared = {name: columns[name].default for name in fields(entity)}
    return to_stored(entity, {name: default.arg for name, default in declared.items() if default is not None})
