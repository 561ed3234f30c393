"""The list of customers, at any length."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.domain.assets import Asset
from app.domain.customers import Collaborator, Customer, Industry, LifecycleStage, PriorityClass
from app.domain.notes import Note
from app.domain.options import Option
from app.domain.organisation import User
from app.domain.service_orders import OrderState, ServiceOrder
from app.domain.visits import Visit, VisitState
from app.language import msgid
from app.persistence.replica import Replica
from app.queries.marks import Mark, root_marks, unsynced_roots
from app.queries.matching import matching
from app.queries.windows import tested_last, window

FINISHED = (OrderState.COMPLETED, OrderState.CANCELLED)


class CustomerSort(Option):
    """Orders an index keeps."""

    NAME = "name", "Name"
    CODE = "code", "Customer no."
    NEWEST = "newest", msgid("Newest")


@dataclass(frozen=True)
class CustomerFilter:
    """What is asked for; everything left alone means any."""

    text: str = ""
    mine: bool = False
    with_open_orders: bool = False
    unsynced: bool = False
    industry: Industry | None = None
    stage: LifecycleStage | None = None
    priority: PriorityClass | None = None
    territory_id: UUID | None = None
    owner_id: UUID | None = None


@dataclass(frozen=True)
class CustomerRow:
    id: UUID
    name: str
    code: str | None
    city: str | None
    industry: Industry | None
    stage: LifecycleStage
    priority: PriorityClass | None
    phone: str | None
    owner_name: str | None
    machines: int
    open_orders: int
    last_contact_at: datetime | None
    mark: Mark


class Customers:
    """Counts and windows of the list."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def count(self, wanted: CustomerFilter) -> int:
        with self._replica.read() as session:
            conditions = self._conditions(wanted)
            return session.scalar(select(func.count()).select_from(Customer).where(*conditions)) or 0

    def page(
        self,
        wanted: CustomerFilter,
        sort: CustomerSort = CustomerSort.NAME,
        offset: int = 0,
        limit: int = 200,
        *,
        descending: bool = False,
    ) -> list[CustomerRow]:
        by = {CustomerSort.NAME: Customer.name, CustomerSort.CODE: Customer.code}.get(sort, Customer.id)
        with self._replica.read() as session:
            newest_first = descending ^ (sort is CustomerSort.NEWEST)
            conditions = self._conditions(wanted)
            listed = window(Customer, conditions, by, descending=newest_first, offset=offset, limit=limit)
            return customer_rows(session, session.scalars(listed).all())

    def _conditions(self, wanted: CustomerFilter) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if wanted.text.strip():
            conditions.append(matching(Customer, wanted.text))
        if wanted.mine:
            identity = self._replica.identity
            me = identity.user_id if identity else None
            shared = select(Collaborator.customer_id).where(Collaborator.user_id == me)
            conditions.append(or_(Customer.owner_id == me, Customer.id.in_(shared)))
        if wanted.with_open_orders:
            still_open = select(ServiceOrder.customer_id).where(ServiceOrder.state.in_(open_states()))
            conditions.append(Customer.id.in_(still_open))
        if wanted.unsynced:
            conditions.append(Customer.id.in_(unsynced_roots()))
        chosen = {
            Customer.industry: wanted.industry,
            Customer.lifecycle_stage: wanted.stage,
            Customer.priority_class: wanted.priority,
            Customer.territory_id: wanted.territory_id,
            Customer.owner_id: wanted.owner_id,
        }
        return conditions + [column == value for column, value in chosen.items() if value is not None]


def open_states() -> list[OrderState]:
    """States in which an order still wants something done."""
    return [state for state in OrderState if state not in FINISHED]


def customer_rows(session: Session, ids: Sequence[UUID]) -> list[CustomerRow]:
    """The rows of these customers, in this order."""
    found = session.execute(
        select(
            Customer.id,
            Customer.name,
            Customer.code,
            Customer.city,
            Customer.industry,
            Customer.lifecycle_stage,
            Customer.priority_class,
            Customer.phone,
            User.name,
        )
        .outerjoin(User, User.id == Customer.owner_id)
        .where(Customer.id.in_(ids))
    )
    machines = _counts(session, Asset.customer_id, ids)
    orders = _counts(
        session, ServiceOrder.customer_id, ids, tested_last(ServiceOrder.state).in_(open_states())
    )
    contacts = last_contacts(session, ids)
    known = root_marks(session, ids)
    rows: dict[UUID, tuple[Any, ...]] = {}
    for row in found:
        own = (machines[row[0]], orders[row[0]], contacts.get(row[0]), known.get(row[0], Mark.NONE))
        rows[row[0]] = (*row, *own)
    return [CustomerRow(*rows[customer_id]) for customer_id in ids]


def last_contacts(session: Session, ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each customer was last visited or written about."""
    visits = (
        select(Visit.customer_id, func.max(Visit.planned_from))
        .where(Visit.customer_id.in_(ids), tested_last(Visit.state) == VisitState.DONE)
        .group_by(Visit.customer_id)
    )
    notes = (
        select(Note.customer_id, func.max(Note.written_at))
        .where(Note.customer_id.in_(ids))
        .group_by(Note.customer_id)
    )
    latest: dict[UUID, datetime] = {}
    for query in (visits, notes):
        for customer_id, at in session.execute(query):
            latest[customer_id] = max(at, latest.get(customer_id, at))
    return latest


def _counts(
    session: Session, key: Any, ids: Collection[UUID], *conditions: ColumnElement[bool]
) -> Counter[UUID]:
    counted = select(key, func.count()).where(key.in_(ids), *conditions).group_by(key)
    return Counter(dict(session.execute(counted).all()))
