"""Which customers a laptop that holds nothing is sent first: those its user is about to need.

They come whole and after the catalogue they point to, so that work can begin while the rest is
still on its way. Choosing them grants nothing: only what the user may see is chosen from.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, literal, select

from app.domain.customers import Customer
from app.domain.entity import Entity
from app.domain.service_orders import OrderState, ServiceOrder
from app.domain.visits import Visit
from sync.server.tables import TABLES
from sync.server.visibility import NOW, sees

MOST = 200
LOOK_BACK, LOOK_AHEAD = timedelta(days=7), timedelta(days=28)
_FINISHED = (OrderState.COMPLETED.value, OrderState.CANCELLED.value)
_LAST = "z"  # sorts after every instant


def customers_first(ask: Callable[..., list[str]], today: date) -> list[str]:
    """Roots with an open order of the caller's, the earliest first; then with a visit of his about
    now; then his own customers. `ask` runs a query on behalf of the caller."""
    days = {"since": (today - LOOK_BACK).isoformat(), "until": (today + LOOK_AHEAD).isoformat()}
    found = [root_id for query in _QUERIES for root_id in ask(query, most=MOST, **days)]
    return list(dict.fromkeys(found))[:MOST]


def fingerprint(roots: Iterable[str]) -> str:
    """Pages of one choice are never continued with those of another."""
    return blake2b("".join(sorted(roots)).encode(), digest_size=8).hexdigest()


def _roots(
    entity: type[Entity], who: str, when: ColumnElement[Any], *wanted: ColumnElement[bool]
) -> Select[Any]:
    table = TABLES[entity]
    return (
        select(table.c.root_id)
        .where(table.c.tenant_id == bindparam("tenant"), table.c[who] == bindparam("user"), *wanted)
        .where(sees(table.c.root_id, NOW))
        .group_by(table.c.root_id)
        .order_by(func.min(when), table.c.root_id)
        .limit(bindparam("most"))
    )


def _queries(order: Table, visit: Table) -> tuple[Select[Any], ...]:
    starts = func.coalesce(order.c.planned_from, order.c.due_at, _LAST)
    about_now = (visit.c.planned_from >= bindparam("since"), visit.c.planned_from < bindparam("until"))
    return (
        _roots(ServiceOrder, "engineer_id", starts, order.c.state.not_in(_FINISHED)),
        _roots(Visit, "owner_id", visit.c.planned_from, *about_now),
        _roots(Customer, "owner_id", literal(_LAST)),
    )


_QUERIES = _queries(TABLES[ServiceOrder], TABLES[Visit])
