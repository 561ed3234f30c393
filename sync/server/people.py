"""Makes, lists and disables accounts, each with its person's card in the catalogue."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, and_, insert, select, update

from app.domain.entity import CATALOGUE, to_stored
from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.domain.organisation import Role, Territory, TerritoryAssignment, User
from app.domain.rules import check_complete
from sync.server import passwords, sign_ins
from sync.server.account_tables import ACCOUNT
from sync.server.accounts import normal_login
from sync.server.change_log import Author, ChangeLog
from sync.server.database import Database
from sync.server.tables import TABLES

_USER = TABLES[User]


@dataclass(frozen=True)
class Person:
    """A line of the list of users."""

    user_id: UUID
    login: str
    name: str
    role: str
    active: bool
    territories: tuple[str, ...]


def add_person(database: Database, tenant: str, *, login: str, name: str, role: Role, password: str) -> UUID:
    """A new account; raises RuleViolation where the name is taken or the password is too short."""
    login, user_id = normal_login(login), new_id()
    values = {"login": login, "name": name, "role": role, "active": True}
    check_complete(User, values)
    kept = passwords.hashed(password)

    def add(connection: Connection) -> None:
        if connection.execute(select(ACCOUNT.c.login).where(ACCOUNT.c.login == login)).first():
            raise RuleViolation("user.login_taken", login=login)
        log = ChangeLog(connection, tenant, Author())
        log.create(User, user_id.hex, CATALOGUE.hex, to_stored(User, values))
        log.commit()
        account = {"tenant_id": tenant, "user_id": user_id.hex, "login": login, "password": kept}
        connection.execute(insert(ACCOUNT).values(account))

    database.transact(add)
    return user_id


def disable_person(database: Database, tenant: str, login: str) -> None:
    """Ends every sign-in and, with the card inactive, every right; nothing of his work is touched."""

    def disable(connection: Connection) -> None:
        user_id = user_named(connection, tenant, login)
        log = ChangeLog(connection, tenant, Author())
        card = log.row(user_id.hex)
        assert card is not None
        log.change(card, {"active": 0})
        log.commit()
        _outdate_tokens(connection, tenant, user_id)

    database.transact(disable)


def change_password(database: Database, tenant: str, login: str, password: str) -> None:
    """Whoever knew the old one must sign in again, on every laptop."""
    kept = passwords.hashed(password)

    def change(connection: Connection) -> None:
        user_id = user_named(connection, tenant, login)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.user_id == user_id.hex).values(password=kept))
        _outdate_tokens(connection, tenant, user_id)

    database.transact(change)


def list_people(database: Database, tenant: str) -> list[Person]:
    """Everyone with an account, by sign-in name."""
    same_person = and_(_USER.c.tenant_id == ACCOUNT.c.tenant_id, _USER.c.id == ACCOUNT.c.user_id)
    query = (
        select(ACCOUNT.c.user_id, ACCOUNT.c.login, _USER.c.name, _USER.c.role, _USER.c.active)
        .join(_USER, same_person)
        .where(ACCOUNT.c.tenant_id == tenant)
        .order_by(ACCOUNT.c.login)
    )
    with database.read() as connection:
        worked_by = _territories(connection, tenant)
        return [
            Person(
                UUID(found.user_id), found.login, found.name, found.role, bool(found.active),
                tuple(worked_by.get(found.user_id, ())),
            )
            for found in connection.execute(query)
        ]  # fmt: skip


def user_named(connection: Connection, tenant: str, login: str) -> UUID:
    """The person behind a sign-in name; raises RuleViolation where there is none."""
    found = connection.execute(
        select(ACCOUNT.c.user_id).where(ACCOUNT.c.tenant_id == tenant, ACCOUNT.c.login == normal_login(login))
    ).scalar()
    if found is None:
        raise RuleViolation("user.unknown", login=login)
    return UUID(found)


def _territories(connection: Connection, tenant: str) -> dict[str, list[str]]:
    territory, assignment = TABLES[Territory], TABLES[TerritoryAssignment]
    same = and_(territory.c.tenant_id == assignment.c.tenant_id, territory.c.id == assignment.c.territory_id)
    query = (
        select(assignment.c.user_id, territory.c.name)
        .join(territory, same)
        .where(assignment.c.tenant_id == tenant)
        .order_by(territory.c.name)
    )
    listed: dict[str, list[str]] = {}
    for user_id, name in connection.execute(query):
        listed.setdefault(user_id, []).append(name)
    return listed


def _outdate_tokens(connection: Connection, tenant: str, user_id: UUID) -> None:
    connection.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.tenant_id == tenant, ACCOUNT.c.user_id == user_id.hex)
        .values(scope_version=ACCOUNT.c.scope_version + 1)
    )
    sign_ins.end_all(connection, UUID(tenant), "rights_changed", user_id=user_id)
