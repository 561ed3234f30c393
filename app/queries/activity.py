"""What happened with a customer or a machine lately, as one timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.domain.assets import Asset, PartReplacement
from app.domain.customers import Contact
from app.domain.entity import Entity
from app.domain.notes import Note
from app.domain.organisation import User
from app.domain.service_orders import ServiceOrder, ServiceRequest
from app.domain.visits import Visit
from app.queries.marks import Mark, marks
from app.queries.titles import shortened

LENGTH = 30


@dataclass(frozen=True)
class Activity:
    """One event: `title` says what, `who` may be ours or the customer's, `state` its option if any."""

    entity: type[Entity]
    id: UUID
    at: datetime
    title: str
    who: str | None
    state: str | None
    mark: Mark


def customer_activity(session: Session, customer_id: UUID, limit: int = LENGTH) -> list[Activity]:
    """Notes, visits, orders and requests of a customer, newest first."""
    return _newest(
        session,
        (
            *_notes(session, Note.customer_id == customer_id, limit),
            *_visits(session, Visit.customer_id == customer_id, limit),
            *_orders(session, ServiceOrder.customer_id == customer_id, limit),
            *_requests(session, ServiceRequest.customer_id == customer_id, limit),
        ),
        limit,
    )


def asset_activity(session: Session, asset_id: UUID, limit: int = LENGTH) -> list[Activity]:
    """Orders, requests, replaced parts and notes of a machine, newest first: its service history."""
    return _newest(
        session,
        (
            *_notes(session, Note.asset_id == asset_id, limit),
            *_orders(session, ServiceOrder.asset_id == asset_id, limit),
            *_requests(session, ServiceRequest.asset_id == asset_id, limit),
            *_replacements(session, asset_id, limit),
        ),
        limit,
    )


def _newest(session: Session, events: Iterable[Activity], limit: int) -> list[Activity]:
    newest = sorted(events, key=lambda event: event.at, reverse=True)[:limit]
    marked = marks(session, [event.id for event in newest])
    return [
        Activity(e.entity, e.id, e.at, e.title, e.who, e.state, marked.get(e.id, Mark.NONE)) for e in newest
    ]


def _notes(session: Session, about: ColumnElement[bool], limit: int) -> list[Activity]:
    query = (
        select(Note.id, Note.written_at, Note.body, User.name)
        .outerjoin(User, User.id == Note.author_id)
        .where(about)
        .order_by(Note.written_at.desc())
        .limit(limit)
    )
    return [
        Activity(Note, note_id, at, shortened(body), who, None, Mark.NONE)
        for note_id, at, body, who in session.execute(query)
    ]


def _visits(session: Session, about: ColumnElement[bool], limit: int) -> list[Activity]:
    query = (
        select(Visit.id, Visit.planned_from, Visit.purpose, User.name, Visit.state)
        .outerjoin(User, User.id == Visit.owner_id)
        .where(about)
        .order_by(Visit.planned_from.desc())
        .limit(limit)
    )
    return [Activity(Visit, *row, mark=Mark.NONE) for row in session.execute(query)]


def _orders(session: Session, about: ColumnElement[bool], limit: int) -> list[Activity]:
    at = func.coalesce(
        ServiceOrder.completed_at,
        ServiceOrder.arrived_at,
        ServiceOrder.departed_at,
        ServiceOrder.planned_from,
        ServiceOrder.due_at,
        type_=ServiceOrder.due_at.type,
    )
    query = (
        select(ServiceOrder.id, at, ServiceOrder.number, ServiceOrder.subject, User.name, ServiceOrder.state)
        .outerjoin(User, User.id == ServiceOrder.engineer_id)
        .where(about, at.is_not(None))
        .order_by(at.desc())
        .limit(limit)
    )
    return [
        Activity(ServiceOrder, order_id, moment, f"{number} · {shortened(subject)}", who, state, Mark.NONE)
        for order_id, moment, number, subject, who, state in session.execute(query)
    ]


def _requests(session: Session, about: ColumnElement[bool], limit: int) -> list[Activity]:
    query = (
        select(
            ServiceRequest.id, ServiceRequest.reported_at, ServiceRequest.symptom, Contact.name, Asset.name,
            ServiceRequest.state,
        )
        .outerjoin(Contact, Contact.id == ServiceRequest.contact_id)
        .outerjoin(Asset, Asset.id == ServiceRequest.asset_id)
        .where(about)
        .order_by(ServiceRequest.reported_at.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        Activity(
            ServiceRequest,
            request_id,
            at,
            f"{asset} · {symptom}" if asset else symptom,
            who,
            state,
            Mark.NONE,
        )
        for request_id, at, symptom, who, asset, state in session.execute(query)
    ]


def _replacements(session: Session, asset_id: UUID, limit: int) -> list[Activity]:
    query = (
        select(
            PartReplacement.id,
            PartReplacement.replaced_at,
            PartReplacement.old_serial_no,
            PartReplacement.new_serial_no,
            PartReplacement.cause,
        )
        .where(PartReplacement.asset_id == asset_id)
        .order_by(PartReplacement.replaced_at.desc())
        .limit(limit)
    )
    return [
        Activity(PartReplacement, row_id, at, f"{old or '–'} → {new or '–'}", cause, None, Mark.NONE)
        for row_id, at, old, new, cause in session.execute(query)
    ]
