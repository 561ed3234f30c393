"""One visit, and the preparation pack that goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.assets import Asset
from app.domain.customers import Contact, Customer
from app.domain.entity import fields
from app.domain.notes import Attachment, Note
from app.domain.service_orders import RequestState, ServiceOrder, ServiceRequest
from app.domain.visits import VISIT_EDGES, Commitment, Visit, VisitState
from app.persistence.replica import Replica
from app.queries.activity import Activity, customer_activity
from app.queries.assets import AssetRow, asset_rows
from app.queries.completeness import Completeness, completeness
from app.queries.contacts import (
    AttachmentRow,
    ContactRow,
    NoteRow,
    attachment_rows,
    contact_rows,
    note_rows,
)
from app.queries.customers import open_states
from app.queries.order_card import address
from app.queries.orders import OrderRow, RequestRow, order_rows, request_rows
from app.queries.visits import CommitmentRow, VisitRow, commitment_rows, visit_rows
from app.queries.windows import tested_last

MOST = 50


@dataclass(frozen=True)
class PrepPack:
    """What to know before going in: who, what stands there, what is open, what we still owe."""

    address: str
    contacts: tuple[ContactRow, ...]
    last_visits: tuple[VisitRow, ...]
    history: tuple[Activity, ...]
    open_commitments: tuple[CommitmentRow, ...]
    machines: tuple[AssetRow, ...]
    open_orders: tuple[OrderRow, ...]
    open_requests: tuple[RequestRow, ...]
    completeness: Completeness


@dataclass(frozen=True)
class VisitCard:
    """`next_states` are those an edge leads to; `commitments` are those given on this visit."""

    row: VisitRow
    values: Mapping[str, Any]
    contact_name: str | None
    next_states: tuple[VisitState, ...]
    commitments: tuple[CommitmentRow, ...]
    notes: tuple[NoteRow, ...]
    files: tuple[AttachmentRow, ...]
    prep: PrepPack


def card(replica: Replica, clock: Clock, visit_id: UUID) -> VisitCard | None:
    """None where the visit is not on this laptop."""
    now = clock()
    with replica.read() as session:
        visit = session.get(Visit, visit_id)
        if visit is None:
            return None
        contact = session.get(Contact, visit.contact_id) if visit.contact_id else None
        edges = VISIT_EDGES.get(visit.state, frozenset())
        return VisitCard(
            row=visit_rows(session, Visit.id == visit_id, limit=1)[0],
            values={name: getattr(visit, name) for name in fields(Visit)},
            contact_name=contact.name if contact else None,
            next_states=tuple(state for state in VisitState if state in edges),
            commitments=tuple(commitment_rows(session, now.date(), Commitment.visit_id == visit_id)),
            notes=tuple(note_rows(session, Note.visit_id == visit_id)),
            files=tuple(attachment_rows(session, replica, Attachment.visit_id == visit_id)),
            prep=_prep(session, visit.customer_id, now),
        )


def prep(replica: Replica, clock: Clock, customer_id: UUID) -> PrepPack | None:
    """The pack of a customer for whom no visit is planned yet."""
    with replica.read() as session:
        if session.get(Customer, customer_id) is None:
            return None
        return _prep(session, customer_id, clock())


def _prep(session: Session, customer_id: UUID, now: datetime) -> PrepPack:
    customer = session.get_one(Customer, customer_id)
    done = (Visit.customer_id == customer_id, tested_last(Visit.state) == VisitState.DONE)
    owed = (Commitment.customer_id == customer_id, Commitment.kept_at.is_(None))
    reported = (
        ServiceRequest.customer_id == customer_id,
        tested_last(ServiceRequest.state) == RequestState.OPEN,
    )
    machines = session.scalars(
        select(Asset.id).where(Asset.customer_id == customer_id).order_by(Asset.name).limit(MOST)
    )
    orders = session.scalars(
        select(ServiceOrder.id)
        .where(ServiceOrder.customer_id == customer_id, tested_last(ServiceOrder.state).in_(open_states()))
        .order_by(ServiceOrder.due_at)
        .limit(MOST)
    )
    return PrepPack(
        address=address(customer),
        contacts=tuple(contact_rows(session, customer_id)),
        last_visits=tuple(visit_rows(session, *done, limit=5, newest_first=True)),
        history=tuple(customer_activity(session, customer_id, 10)),
        open_commitments=tuple(commitment_rows(session, now.date(), *owed)),
        machines=tuple(asset_rows(session, machines.all(), now.date())),
        open_orders=tuple(order_rows(session, orders.all(), now)),
        open_requests=tuple(request_rows(session, *reported, limit=MOST)),
        completeness=completeness(session, customer),
    )
