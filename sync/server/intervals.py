"""Keeps what roots belong to and what users hold, as intervals of commits.

Runs in the writing transaction after the commit has its number: from there on the tenant's writers
follow one another, so what is read here is what will stand.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Table, insert, select, update

from app.domain.customers import Collaborator, DelegatedCustomer
from app.domain.entity import CATALOGUE, Entity
from app.domain.organisation import Delegation, TerritoryAssignment, User
from sync.protocol import Values
from sync.scopes import SHARED, Given, scopes_of_customer, scopes_of_user
from sync.server.tables import GRANT, MEMBER, TABLES

CHUNK = 500  # keys in one statement


def open_catalogue(connection: Connection, tenant: str) -> None:
    """The catalogue is there from the first moment of a tenant."""
    values = {"tenant_id": tenant, "root_id": CATALOGUE.hex, "scope": SHARED, "in_seq": 0}
    connection.execute(insert(MEMBER).values(values))


def place_changed(row_id: str, before: Values, after: Values) -> bool:
    """Does the customer belong to other scopes than before? Most edits leave it where it is."""
    return scopes_of_customer(row_id, before) != scopes_of_customer(row_id, after)


def place_customers(connection: Connection, tenant: str, seq: int, customers: Mapping[str, Values]) -> None:
    """Customers as they are after this commit; a deleted one keeps its place, so that all may hear."""
    wanted = {row_id: scopes_of_customer(row_id, values) for row_id, values in customers.items()}
    _adjust(connection, MEMBER, "root_id", tenant, seq, wanted=wanted)


def place_users(connection: Connection, tenant: str, seq: int, users: Iterable[str], today: date) -> None:
    """Users whose role, or what was given to them, this commit touched."""
    wanted = scopes_held(connection, tenant, users, today)
    _adjust(connection, GRANT, "user_id", tenant, seq, wanted=wanted)


def scopes_held(
    connection: Connection, tenant: str, users: Iterable[str], today: date
) -> dict[str, frozenset[str]]:
    """What each of `users` should hold today, by the rows as they are now."""
    ids = list(users)
    cards = {str(card["id"]): card for card in _rows(connection, User, "id", tenant, ids)}
    assignments = _rows(connection, TerritoryAssignment, "user_id", tenant, ids)
    collaborations = _rows(connection, Collaborator, "user_id", tenant, ids)
    delegations = _rows(connection, Delegation, "delegate_id", tenant, ids)
    chosen = _rows(
        connection, DelegatedCustomer, "delegation_id", tenant, [str(row["id"]) for row in delegations]
    )

    def given(user: str) -> Given:
        return Given(
            [row for row in assignments if row["user_id"] == user],
            [row for row in collaborations if row["user_id"] == user],
            [row for row in delegations if row["delegate_id"] == user],
            chosen,
        )

    return {user: scopes_of_user(cards.get(user), given(user), today) for user in ids}


def delegates(connection: Connection, tenant: str, delegations: Iterable[str]) -> set[str]:
    """To whom these delegations are."""
    found = _rows(connection, Delegation, "id", tenant, list(delegations))
    return {str(row["delegate_id"]) for row in found}


def users_to_move(connection: Connection, tenant: str, today: date) -> list[str]:
    """Users who hold today what they should not, or lack what they should: a date has come."""
    dated = (TABLES[TerritoryAssignment], "user_id"), (TABLES[Delegation], "delegate_id")
    users = set[str]()
    for table, user_id in dated:
        users |= set(connection.scalars(select(table.c[user_id]).where(table.c.tenant_id == tenant)))
    wanted = scopes_held(connection, tenant, sorted(users), today)
    held = _open(connection, GRANT, "user_id", tenant, sorted(users))
    return [user for user in sorted(users) if wanted[user] != held.get(user, set())]


def _rows(
    connection: Connection, entity: type[Entity], key: str, tenant: str, ids: list[str],
) -> list[Values]:  # fmt: skip
    table = TABLES[entity]
    found: list[Values] = []
    for chunk in _chunks(ids):
        query = select(table).where(table.c.tenant_id == tenant, table.c[key].in_(chunk))
        found += [dict(row) for row in connection.execute(query).mappings()]
    return found


def _adjust(
    connection: Connection, table: Table, key: str, tenant: str, seq: int, *,
    wanted: Mapping[str, frozenset[str]],
) -> None:  # fmt: skip
    """Close what no longer holds and open what now does, both at `seq`."""
    held = _open(connection, table, key, tenant, list(wanted))
    for owner, scopes in wanted.items():
        for scope in held.get(owner, set()) - scopes:
            connection.execute(
                update(table)
                .where(table.c.tenant_id == tenant, table.c[key] == owner)
                .where(table.c.scope == scope, table.c.out_seq.is_(None))
                .values(out_seq=seq)
            )
    opened = [
        {"tenant_id": tenant, key: owner, "scope": scope, "in_seq": seq}
        for owner, scopes in wanted.items()
        for scope in sorted(scopes - held.get(owner, set()))
    ]
    if opened:
        connection.execute(insert(table), opened)


def _open(connection: Connection, table: Table, key: str, tenant: str, ids: list[str]) -> dict[str, set[str]]:
    held: dict[str, set[str]] = {}
    for chunk in _chunks(ids):
        query = select(table.c[key], table.c.scope).where(
            table.c.tenant_id == tenant, table.c[key].in_(chunk), table.c.out_seq.is_(None)
        )
        for owner, scope in connection.execute(query):
            held.setdefault(owner, set()).add(scope)
    return held


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
