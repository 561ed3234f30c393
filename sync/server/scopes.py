"""Who may see which roots.

A scope is a named set of roots: all customers, those of one territory, one customer, the catalogue.
What a root belongs to and what a user holds are pure functions of stored rows; a root is visible to
a user where the two meet.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.sql.elements import KeyedColumnElement

from app.domain.organisation import Role
from sync.protocol import Values
from sync.server.tables import GRANT, MEMBER

ALL = "all"
SHARED = "catalogue"

Moment = int | None
"""The seq of a commit; None is now."""


def territory_scope(territory_id: str) -> str:
    return f"territory:{territory_id}"


def customer_scope(customer_id: str) -> str:
    return f"customer:{customer_id}"


def scopes_of_customer(customer_id: str, customer: Values) -> frozenset[str]:
    """The scopes the root of a customer belongs to."""
    territory = str(customer["territory_id"])
    return frozenset({ALL, territory_scope(territory), customer_scope(customer_id)})


def scopes_of_user(
    user: Values | None, assignments: Iterable[Values], collaborations: Iterable[Values], today: date
) -> frozenset[str]:
    """What a user holds today; nothing where there is no such user, or no longer."""
    if user is None or not user["active"]:
        return frozenset()
    if user["role"] in (Role.MANAGER, Role.ADMIN):
        return frozenset({SHARED, ALL})
    assigned = {territory_scope(str(a["territory_id"])) for a in assignments if _in_force(a, today)}
    shared = {customer_scope(str(c["customer_id"])) for c in collaborations}
    return frozenset({SHARED, *assigned, *shared})


def _in_force(assignment: Values, today: date) -> bool:
    day = today.isoformat()  # stored days sort as text
    starts, ends = assignment["starts_on"], assignment["ends_on"]
    return (starts is None or str(starts) <= day) and (ends is None or day <= str(ends))


def visible(
    root_id: KeyedColumnElement[str] | ColumnElement[str], tenant: str, user: str, *moments: Moment
) -> ColumnElement[bool]:
    """SQL: the root was visible to the user at every one of `moments`, each by whatever scope."""
    return and_(*(_visible_at(root_id, tenant, user, moment) for moment in moments))


def _visible_at(
    root_id: ColumnElement[str], tenant: str, user: str, moment: Moment
) -> ColumnElement[bool]:
    member, grant = MEMBER.alias(), GRANT.alias()
    return exists(
        select(1)
        .select_from(member)
        .join(grant, and_(grant.c.tenant_id == member.c.tenant_id, grant.c.scope == member.c.scope))
        .where(
            member.c.tenant_id == tenant,
            member.c.root_id == root_id,
            grant.c.user_id == user,
            covers(member.c.in_seq, member.c.out_seq, moment),
            covers(grant.c.in_seq, grant.c.out_seq, moment),
        )
    )


def covers(
    in_seq: ColumnElement[int], out_seq: ColumnElement[int | None], moment: Moment
) -> ColumnElement[bool]:
    """SQL: the interval holds at `moment`."""
    if moment is None:
        return out_seq.is_(None)
    return and_(in_seq <= moment, or_(out_seq.is_(None), out_seq > moment))
