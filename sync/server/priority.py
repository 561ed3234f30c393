"""In which order a laptop that holds nothing is sent what its user may see.

First the catalogue, which everything points to, and the customers he is about to need, so that work
can begin while the rest is still on its way; then his own customers; then all others. The order
grants nothing: it is one of roots that the caller sees.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, select

from app.domain.customers import Customer
from app.domain.entity import CATALOGUE, Entity
from app.domain.service_orders import OrderState, ServiceOrder
from app.domain.visits import Visit
from sync.server.caller import Caller
from sync.server.tables import TABLES
from sync.server.visibility import visible

MOST_FIRST = 200
TOGETHER = 100  # roots read by one statement
LOOK_BACK, LOOK_AHEAD = timedelta(days=7), timedelta(days=28)
_FINISHED = (OrderState.COMPLETED.value, OrderState.CANCELLED.value)


class Part(StrEnum):
    """Why a segment comes when it comes."""

    FIRST = "first"
    OWN = "own"
    REST = "rest"


@dataclass(frozen=True)
class Stretch:
    """Roots that follow one another; where a stretch begins anew, so does a segment."""

    part: Part
    roots: tuple[str, ...]
    begins: bool


def in_order(connection: Connection, caller: Caller, moment: int, today: date) -> Iterator[Stretch]:
    """Every root visible to the caller at commit `moment`, once."""
    whose: dict[str, Any] = {"tenant": caller.tenant, "user": caller.user}
    left = set(connection.scalars(visible(bindparam("moment")), {**whose, "moment": moment}))
    shared = [root for root in (CATALOGUE.hex, caller.user) if root in left]
    days = {"since": (today - LOOK_BACK).isoformat(), "until": (today + LOOK_AHEAD).isoformat()}
    soon: dict[str, None] = {}
    for query in _SOON:
        soon.update(dict.fromkeys(connection.scalars(query, {**whose, **days})))
    needed = [root for root in soon if root in left][:MOST_FIRST]
    left -= {*shared, *needed}
    own = left & set(connection.scalars(_OWN, whose))
    parts = {Part.FIRST: [*shared, *sorted(needed)], Part.OWN: sorted(own), Part.REST: sorted(left - own)}
    for part, roots in parts.items():
        for start in range(0, len(roots), TOGETHER):
            yield Stretch(part, tuple(roots[start : start + TOGETHER]), begins=start == 0)


def _of(entity: type[Entity], who: str, *such: ColumnElement[bool]) -> Select[Any]:
    table = TABLES[entity]
    mine = (table.c.tenant_id == bindparam("tenant"), table.c[who] == bindparam("user"))
    return select(table.c.root_id).where(*mine, *such)


def _the_earliest_first(moment: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """None comes last; left alone, databases do not agree on that."""
    return moment.is_(None), moment


def _soon(order: Table, visit: Table) -> tuple[Select[Any], ...]:
    """Customers with an open order of his, the earliest first; then with a visit of his about now."""
    about_now = (visit.c.planned_from >= bindparam("since"), visit.c.planned_from < bindparam("until"))
    return (
        _of(ServiceOrder, "engineer_id", order.c.state.not_in(_FINISHED)).order_by(
            *_the_earliest_first(order.c.planned_from), *_the_earliest_first(order.c.due_at), order.c.root_id
        ),
        _of(Visit, "owner_id", *about_now).order_by(visit.c.planned_from, visit.c.root_id),
    )


_SOON = _soon(TABLES[ServiceOrder], TABLES[Visit])
_OWN = _of(Customer, "owner_id")
