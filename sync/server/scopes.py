"""What roots belong to and what users hold, as pure functions of stored rows.

A scope is a named set of roots: all customers, those of one territory, one customer, the catalogue.
A root is visible to a user where the two meet (visibility.py).
"""

from collections.abc import Iterable
from datetime import date

from app.domain.organisation import Role
from sync.protocol import Values

ALL = "all"
SHARED = "catalogue"


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
