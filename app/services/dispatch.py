"""How a service order comes into being: its number and its checklist."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.checklists import CHECKLISTS
from app.domain.service_orders import ChecklistItem, ServiceOrder
from app.language import tr
from app.persistence.bookkeeping import SyncFact
from app.persistence.replica import Replica
from app.services.rows import add

LAST_NUMBER = "order.last_number"
# No I, L, O, U: a number is read out over the telephone (Crockford's base 32).
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def open_order(session: Session, replica: Replica, now: datetime, values: Mapping[str, Any]) -> ServiceOrder:
    """A dispatched order with a number of its own and the standard checklist of its type."""
    identity = replica.identity
    device = identity.device_id if identity else UUID(int=0)
    numbered = {"number": next_number(session, device, now), **values}
    order = add(session, ServiceOrder, numbered)
    for position, step in enumerate(CHECKLISTS.get(order.type, ()), start=1):
        item = {"service_order_id": order.id, "position": position, "step": tr(step.text)}
        add(session, ChecklistItem, {**item, "mandatory": step.mandatory})
    return order


def next_number(session: Session, device: UUID, now: datetime) -> str:
    """SO-2611-7K3Q-012: month, four digits of this laptop, and its own count within the month.

    No two laptops can give the same number, and none needs to ask. The count is kept, too, since an
    order may leave this laptop while its number stays taken.
    """
    prefix = f"SO-{now:%y%m}-{_short(device)}-"
    here = session.scalar(
        select(func.max(ServiceOrder.number)).where(ServiceOrder.number.startswith(prefix, autoescape=True))
    )
    kept = session.get(SyncFact, LAST_NUMBER)
    given = [known for known in (here, kept.value if kept else None) if known and known.startswith(prefix)]
    number = f"{prefix}{max((int(known[len(prefix) :]) for known in given), default=0) + 1:03d}"
    if kept is None:
        session.add(SyncFact(key=LAST_NUMBER, value=number))
    else:
        kept.value = number
    return number


def _short(device: UUID) -> str:
    """Four digits of the random end of a device's id."""
    return "".join(DIGITS[device.int >> shift & 31] for shift in (15, 10, 5, 0))
