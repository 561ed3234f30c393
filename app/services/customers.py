"""Customers: who they are, who of us looks after them, and who works there."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.changes import Changes
from app.domain.customers import Collaborator, Contact, Customer, Site
from app.domain.errors import RuleViolation
from app.domain.service_orders import OrderState, ServiceOrder
from app.domain.visits import Commitment, Visit, VisitPlan, VisitState
from app.persistence.replica import Replica
from app.services.rows import add, edit, fetch

# Work that has begun stays with whoever began it.
_NOT_BEGUN = (OrderState.DISPATCHED, OrderState.ACCEPTED)


class Customers:
    """Use cases of a customer."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def create(self, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
        """A new customer, ours unless `values` name another owner."""
        with self._replica.write("customer.create") as write:
            identity = self._replica.identity
            mine = {"owner_id": identity.user_id} if identity else {}
            customer_id = add(write.session, Customer, mine | dict(values)).id
        return customer_id, write.changes

    def transfer(
        self, customer_ids: Sequence[UUID], *, owner_id: UUID | None = None, territory_id: UUID | None = None
    ) -> Changes:
        """Hand customers over for good, with everything not yet begun that their owner had planned."""
        if owner_id is None and territory_id is None:
            raise RuleViolation("transfer.to_nobody")
        with self._replica.write("customer.transfer") as write:
            for customer_id in customer_ids:
                customer = fetch(write.session, Customer, customer_id)
                if owner_id is not None:
                    _hand_over(write.session, customer, owner_id)
                if territory_id is not None:
                    edit(customer, {"territory_id": territory_id})
        return write.changes

    def add_contact(self, customer_id: UUID, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
        """A person there; a new main contact takes over from the old one."""
        with self._replica.write("contact.create") as write:
            fetch(write.session, Customer, customer_id)
            if values.get("is_primary"):
                mains = select(Contact).where(Contact.customer_id == customer_id, Contact.is_primary)
                for other in write.session.scalars(mains).all():
                    other.is_primary = False
            contact_id = add(write.session, Contact, {**values, "customer_id": customer_id}).id
        return contact_id, write.changes

    def add_site(self, customer_id: UUID, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
        with self._replica.write("site.create") as write:
            fetch(write.session, Customer, customer_id)
            site_id = add(write.session, Site, {**values, "customer_id": customer_id}).id
        return site_id, write.changes

    def add_collaborator(
        self, customer_id: UUID, user_id: UUID, reason: str | None = None
    ) -> tuple[UUID, Changes]:
        """Let a colleague work on this customer too; his laptop receives it at the next sync."""
        already = select(Collaborator.id).where(
            Collaborator.customer_id == customer_id, Collaborator.user_id == user_id
        )
        with self._replica.write("collaborator.create") as write:
            fetch(write.session, Customer, customer_id)
            if write.session.scalar(already):
                raise RuleViolation("collaborator.already")
            values = {"customer_id": customer_id, "user_id": user_id, "reason": reason}
            collaborator_id = add(write.session, Collaborator, values).id
        return collaborator_id, write.changes


def _hand_over(session: Session, customer: Customer, to: UUID) -> None:
    before, customer.owner_id = customer.owner_id, to
    for visit in session.scalars(
        select(Visit).where(
            Visit.customer_id == customer.id, Visit.owner_id == before, Visit.state == VisitState.PLANNED
        )
    ):
        visit.owner_id = to
    for plan in session.scalars(
        select(VisitPlan).where(
            VisitPlan.customer_id == customer.id, VisitPlan.owner_id == before, VisitPlan.active
        )
    ):
        plan.owner_id = to
    for promise in session.scalars(
        select(Commitment).where(
            Commitment.customer_id == customer.id,
            Commitment.owner_id == before,
            Commitment.kept_at.is_(None),
        )
    ):
        promise.owner_id = to
    for order in session.scalars(
        select(ServiceOrder).where(
            ServiceOrder.customer_id == customer.id,
            ServiceOrder.engineer_id == before,
            ServiceOrder.state.in_(_NOT_BEGUN),
        )
    ):
        order.engineer_id = to
