"""What roots belong to and what users hold, as pure functions of stored rows.

A scope is a named set of roots: all customers, those of one territory, one customer, the catalogue.
A root is visible to a user where the two meet. The server decides by it (visibility.py); a laptop
lets go by it of what has ended while it had no network.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.organisation import Role
from sync.protocol import Values

ALL = "all"
SHARED = "catalogue"


@dataclass(frozen=True)
class Given:
    """What a user was given besides his role; `chosen` are the customers of delegations to him."""

    assignments: Iterable[Values] = ()
    collaborations: Iterable[Values] = ()
    delegations: Iterable[Values] = ()
    chosen: Iterable[Values] = ()


def territory_scope(territory_id: str) -> str:
    return f"territory:{territory_id}"


def customer_scope(customer_id: str) -> str:
    return f"customer:{customer_id}"


def scopes_of_customer(customer_id: str, customer: Values) -> frozenset[str]:
    """The scopes the root of a customer belongs to."""
    territory = str(customer["territory_id"])
    return frozenset({ALL, territory_scope(territory), customer_scope(customer_id)})


def scopes_of_user(user: Values | None, given: Given, today: date) -> frozenset[str]:
    """What a user holds today; nothing where there is no such user, or no longer."""
    if user is None or not user["active"]:
        return frozenset()
    if user["role"] in (Role.MANAGER, Role.ADMIN):
        return frozenset({SHARED, ALL})
    places = {territory_scope(str(a["territory_id"])) for a in given.assignments if in_force(a, today)}
    shared = {customer_scope(str(c["customer_id"])) for c in given.collaborations}
    standing_in = [delegation for delegation in given.delegations if in_force(delegation, today)]
    places |= {territory_scope(str(d["territory_id"])) for d in standing_in if d["territory_id"]}
    ids = {delegation["id"] for delegation in standing_in}
    shared |= {customer_scope(str(c["customer_id"])) for c in given.chosen if c["delegation_id"] in ids}
    return frozenset({SHARED, *places, *shared})


def in_force(dated: Values, today: date) -> bool:
    """Within its dates, the last of which is a whole day; without dates always."""
    day = today.isoformat()  # stored days sort as text
    starts, ends = dated["starts_on"], dated["ends_on"]
    return (starts is None or str(starts) <= day) and (ends is None or day <= str(ends))
