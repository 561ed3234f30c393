"""Who stands in for whom."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.domain.ambient import today
from app.domain.customers import Customer, DelegatedCustomer
from app.domain.organisation import Delegation, Role, Territory, User
from app.persistence.replica import Replica


@dataclass(frozen=True)
class DelegationRow:
    """One delegation; `what` names the territory, or the customers that are on this laptop."""

    id: UUID
    owner_id: UUID
    owner_name: str
    delegate_id: UUID
    delegate_name: str
    territory_id: UUID | None
    customer_ids: tuple[UUID, ...]
    what: tuple[str, ...]
    starts_on: date
    ends_on: date
    reason: str
    in_force: bool
    over: bool
    may_change: bool


class Delegations:
    """Reads of the delegations card."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def page(self) -> list[DelegationRow]:
        """Those that concern us, or all at the office: in force and to come, the next to end first."""
        identity = self._replica.identity
        owner, delegate, day = aliased(User), aliased(User), today()
        found = (
            select(Delegation, owner.name, delegate.name, Territory.name)
            .join(owner, owner.id == Delegation.owner_id)
            .join(delegate, delegate.id == Delegation.delegate_id)
            .outerjoin(Territory, Territory.id == Delegation.territory_id)
            .order_by(Delegation.ends_on.desc(), Delegation.id)
        )
        with self._replica.read() as session:
            me = identity.user_id if identity else None
            leads = _is_office(session, me)
            listed = []
            for row, owner_name, delegate_name, place in session.execute(found):
                if not leads and me not in (row.owner_id, row.delegate_id):
                    continue
                chosen = _customers(session, row.id)
                listed.append(DelegationRow(
                    row.id, row.owner_id, owner_name, row.delegate_id, delegate_name,
                    row.territory_id, tuple(chosen), (place,) if place else tuple(chosen.values()),
                    row.starts_on, row.ends_on, row.reason or "",
                    row.starts_on <= day <= row.ends_on, row.ends_on < day, leads or row.owner_id == me,
                ))  # fmt: skip
            return listed


def _is_office(session: Session, me: UUID | None) -> bool:
    card = session.get(User, me) if me else None
    return card is not None and card.role is not Role.ENGINEER


def _customers(session: Session, delegation_id: UUID) -> dict[UUID, str]:
    chosen = (
        select(Customer.id, Customer.name)
        .join(DelegatedCustomer, DelegatedCustomer.customer_id == Customer.id)
        .where(DelegatedCustomer.delegation_id == delegation_id)
        .order_by(Customer.name)
    )
    return {row.id: row.name for row in session.execute(chosen)}
