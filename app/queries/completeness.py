"""How much of what we should know about a customer we do know, and what to ask next time."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.domain.completeness import DECIDER_WANTED, WANTED
from app.domain.customers import BuyingRole, Contact, Customer
from app.domain.entity import fields
from app.language import msgid

DECIDER = msgid("Decision maker")
CONTACT = msgid("Contact")


@dataclass(frozen=True)
class Missing:
    """A fact to ask for; `field` None where it is not a field of the customer itself."""

    label: str
    field: str | None = None


@dataclass(frozen=True)
class Completeness:
    """`percent` of what the stage wants is there; labels are message ids."""

    percent: int
    missing: tuple[Missing, ...]


def completeness(session: Session, customer: Customer) -> Completeness:
    wanted = WANTED.get(customer.lifecycle_stage, ())
    known = fields(Customer)
    missing = [Missing(known[name].label, name) for name in wanted if not getattr(customer, name)]
    people = exists().where(Contact.customer_id == customer.id)
    asked = len(wanted) + 1
    if not session.scalar(select(people)):
        missing.append(Missing(CONTACT))
    if customer.lifecycle_stage in DECIDER_WANTED:
        asked += 1
        if not session.scalar(select(people.where(Contact.buying_role == BuyingRole.DECIDER))):
            missing.append(Missing(DECIDER))
    return Completeness(round(100 * (asked - len(missing)) / asked), tuple(missing))
