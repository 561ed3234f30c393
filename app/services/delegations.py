"""One's work done by a colleague for a while: begun, changed, ended."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.domain.changes import Changes
from app.domain.customers import Customer, DelegatedCustomer
from app.domain.errors import RuleViolation
from app.domain.organisation import Delegation, Role, User
from app.persistence.replica import Replica
from app.persistence.write import Write
from app.services.rows import add, edit, fetch


class Delegations:
    """Use cases of delegations; laptops take and give up the customers on the days by themselves."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def begin(
        self, owner_id: UUID, delegate_id: UUID, starts_on: date, ends_on: date, *,
        territory_ids: Collection[UUID] = (), customer_ids: Collection[UUID] = (), reason: str | None = None,
    ) -> Changes:  # fmt: skip
        """All work in some territories, or that of chosen customers."""
        if owner_id == delegate_id:
            raise RuleViolation("delegation.to_oneself", field="delegate_id")
        if not territory_ids and not customer_ids:
            raise RuleViolation("delegation.of_nothing")
        _check_period(starts_on, ends_on)
        said: dict[str, Any] = {"owner_id": owner_id, "delegate_id": delegate_id, "reason": reason}
        said |= {"starts_on": starts_on, "ends_on": ends_on}
        with self._replica.write("delegation.begin") as write:
            self._check_owner(write, owner_id)
            for territory_id in territory_ids:
                add(write.session, Delegation, {**said, "territory_id": territory_id})
            if customer_ids:
                delegation = add(write.session, Delegation, said)
                for customer_id in customer_ids:
                    fetch(write.session, Customer, customer_id)
                    chosen = {"customer_id": customer_id, "delegation_id": delegation.id}
                    add(write.session, DelegatedCustomer, chosen)
        return write.changes

    def _check_owner(self, write: Write, owner_id: UUID) -> None:
        """Only the office gives away other people's work."""
        identity = self._replica.identity
        me = write.session.get(User, identity.user_id) if identity else None
        if me is not None and me.role is Role.ENGINEER and owner_id != me.id:
            raise RuleViolation("right.delegation", field="owner_id")

    def change_period(self, delegation_id: UUID, starts_on: date, ends_on: date) -> Changes:
        """Back earlier, or away longer."""
        _check_period(starts_on, ends_on)
        with self._replica.write("delegation.change") as write:
            edit(
                fetch(write.session, Delegation, delegation_id), {"starts_on": starts_on, "ends_on": ends_on}
            )
        return write.changes

    def end(self, delegation_id: UUID) -> Changes:
        """At once and for good."""
        with self._replica.write("delegation.end") as write:
            _let_go(write, delegation_id)
            write.session.delete(fetch(write.session, Delegation, delegation_id))
        return write.changes


def _let_go(write: Write, delegation_id: UUID) -> None:
    chosen = select(DelegatedCustomer).where(DelegatedCustomer.delegation_id == delegation_id)
    for row in write.session.scalars(chosen).all():
        write.session.delete(row)


def _check_period(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise RuleViolation("window.backwards", field="ends_on")
