"""Everything about one customer on one page, from this laptop alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.assets import Asset
from app.domain.conflicts import Conflict, ConflictState
from app.domain.customers import Customer
from app.domain.entity import Entity, fields
from app.domain.notes import Attachment, Note
from app.domain.organisation import Territory, User
from app.domain.service_orders import ServiceOrder, ServiceRequest
from app.domain.visits import Commitment, Visit, VisitPlan, VisitState
from app.persistence.replica import Replica
from app.queries.activity import Activity, customer_activity
from app.queries.assets import AssetRow, asset_rows, warranty_ending
from app.queries.completeness import Completeness, completeness
from app.queries.contacts import (
    AttachmentRow,
    CollaboratorRow,
    ContactRow,
    NoteRow,
    SiteRow,
    attachment_rows,
    collaborator_rows,
    contact_rows,
    note_rows,
    site_rows,
)
from app.queries.customers import customer_rows, open_states
from app.queries.marks import Mark
from app.queries.orders import OrderRow, RequestRow, due_by_tonight, order_rows, request_rows
from app.queries.titles import titles
from app.queries.visits import CommitmentRow, VisitPlanRow, VisitRow, commitment_rows, plan_rows, visit_rows
from app.queries.windows import tested_last

MOST = 60
"""Rows a tab shows at once; a customer with more opens the full list filtered."""


@dataclass(frozen=True)
class CustomerMetrics:
    """`orders_due_today` includes those overdue."""

    machines: int
    in_warranty: int
    warranty_ending: int
    orders: int
    open_orders: int
    orders_due_today: int
    visits: int
    last_visit_at: datetime | None
    next_visit_at: datetime | None
    open_commitments: int


@dataclass(frozen=True)
class CustomerOverview:
    id: UUID
    name: str
    values: Mapping[str, Any]
    owner_name: str | None
    territory_name: str | None
    mark: Mark
    open_conflicts: int
    completeness: Completeness
    metrics: CustomerMetrics
    contacts: tuple[ContactRow, ...]
    sites: tuple[SiteRow, ...]
    collaborators: tuple[CollaboratorRow, ...]
    machines: tuple[AssetRow, ...]
    orders: tuple[OrderRow, ...]
    requests: tuple[RequestRow, ...]
    visits: tuple[VisitRow, ...]
    plans: tuple[VisitPlanRow, ...]
    commitments: tuple[CommitmentRow, ...]
    notes: tuple[NoteRow, ...]
    files: tuple[AttachmentRow, ...]
    activity: tuple[Activity, ...]


def overview(replica: Replica, clock: Clock, customer_id: UUID) -> CustomerOverview | None:
    """None where the customer is not on this laptop."""
    now = clock()
    with replica.read() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            return None
        machines = session.scalars(
            select(Asset.id).where(Asset.customer_id == customer_id).order_by(Asset.name).limit(MOST)
        )
        return CustomerOverview(
            id=customer.id,
            name=customer.name,
            values={name: getattr(customer, name) for name in fields(Customer)},
            owner_name=_title(session, User, customer.owner_id),
            territory_name=_title(session, Territory, customer.territory_id),
            mark=customer_rows(session, [customer_id])[0].mark,
            open_conflicts=open_conflicts(session, customer_id),
            completeness=completeness(session, customer),
            metrics=_metrics(session, customer_id, now),
            contacts=tuple(contact_rows(session, customer_id)),
            sites=tuple(site_rows(session, customer_id)),
            collaborators=tuple(collaborator_rows(session, customer_id)),
            machines=tuple(asset_rows(session, machines.all(), now.date())),
            orders=tuple(_orders(session, customer_id, now)),
            requests=tuple(request_rows(session, ServiceRequest.customer_id == customer_id, limit=MOST)),
            visits=tuple(
                visit_rows(session, Visit.customer_id == customer_id, limit=MOST, newest_first=True)
            ),
            plans=tuple(plan_rows(session, VisitPlan.customer_id == customer_id)),
            commitments=tuple(commitment_rows(session, now.date(), Commitment.customer_id == customer_id)),
            notes=tuple(note_rows(session, Note.customer_id == customer_id)),
            files=tuple(attachment_rows(session, replica, Attachment.customer_id == customer_id)),
            activity=tuple(customer_activity(session, customer_id)),
        )


def open_conflicts(session: Session, root_id: UUID) -> int:
    """Questions still open anywhere below a root."""
    asked = select(func.count()).where(Conflict.root_id == root_id, Conflict.state == ConflictState.OPEN)
    return session.scalar(asked) or 0


def _title(session: Session, entity: type[Entity], row_id: UUID | None) -> str | None:
    return None if row_id is None else titles(session, entity, [row_id]).get(row_id)


def _orders(session: Session, customer_id: UUID, now: datetime) -> list[OrderRow]:
    """Open ones first, then the latest."""
    finished = ServiceOrder.state.not_in(open_states())
    ids = session.scalars(
        select(ServiceOrder.id)
        .where(ServiceOrder.customer_id == customer_id)
        .order_by(finished, ServiceOrder.number.desc())
        .limit(MOST)
    )
    return order_rows(session, ids.all(), now)


def _metrics(session: Session, customer_id: UUID, now: datetime) -> CustomerMetrics:
    today = now.date()
    asset, order = Asset.customer_id == customer_id, ServiceOrder.customer_id == customer_id
    visit = Visit.customer_id == customer_id
    is_open = tested_last(ServiceOrder.state).in_(open_states())

    def count(*conditions: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(*conditions)) or 0

    return CustomerMetrics(
        machines=count(asset),
        in_warranty=count(asset, tested_last(Asset.warranty_until) >= today),
        warranty_ending=count(asset, warranty_ending(today)),
        orders=count(order),
        open_orders=count(order, is_open),
        orders_due_today=count(order, is_open, due_by_tonight(now)),
        visits=count(visit),
        last_visit_at=session.scalar(
            select(func.max(Visit.planned_from)).where(visit, tested_last(Visit.state) == VisitState.DONE)
        ),
        next_visit_at=session.scalar(
            select(func.min(Visit.planned_from)).where(
                visit, tested_last(Visit.state) == VisitState.PLANNED, Visit.planned_from >= now
            )
        ),
        open_commitments=count(Commitment.customer_id == customer_id, Commitment.kept_at.is_(None)),
    )
