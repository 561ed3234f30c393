"""One service order with all that is recorded on it, and what may be done next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.assets import AssetStatus, PartReplacement
from app.domain.customers import Contact, Customer
from app.domain.entity import fields
from app.domain.notes import Attachment, Note
from app.domain.organisation import User
from app.domain.products import SparePart
from app.domain.service_orders import (
    ORDER_EDGES,
    Activity,
    ChecklistItem,
    OrderState,
    PartUsed,
    ServiceOrder,
    ServiceRequest,
    SignOff,
    TimeEntry,
)
from app.persistence.replica import Replica
from app.queries.asset_card import ReplacementRow, replacements
from app.queries.assets import AssetRow, asset_rows
from app.queries.contacts import AttachmentRow, NoteRow, attachment_rows, note_rows
from app.queries.marks import Mark, gravest, marked
from app.queries.orders import OrderRow, RequestRow, order_rows, request_rows

# The way of an order that goes well; cancelled is beside it.
WAY = tuple(state for state in OrderState if state is not OrderState.CANCELLED)
LOCKED = (OrderState.SIGNED, OrderState.COMPLETED, OrderState.CANCELLED)

Strokes = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Step:
    """One state of the way: behind us, the present one, or ahead."""

    state: OrderState
    reached: bool
    current: bool
    at: datetime | None


@dataclass(frozen=True)
class ChecklistRow:
    id: UUID
    position: int
    step: str
    mandatory: bool
    done_at: datetime | None
    remark: str | None
    mark: Mark


@dataclass(frozen=True)
class TimeRow:
    id: UUID
    engineer_name: str | None
    activity: Activity
    started_at: datetime
    minutes: int
    mark: Mark


@dataclass(frozen=True)
class PartRow:
    id: UUID
    code: str | None
    description: str
    amount: Decimal
    unit: str | None
    serial_no: str | None
    mark: Mark


@dataclass(frozen=True)
class SignOffRow:
    """The signature as lines of points between 0 and 1."""

    id: UUID
    signer_name: str
    signer_title: str | None
    signed_at: datetime
    opinion: str | None
    strokes: Strokes
    mark: Mark


@dataclass(frozen=True)
class OrderCard:
    """`next_states` are those an edge leads to; `forward` is the one on the way. Once `locked`, nothing
    may be recorded any more. `mark` is the gravest of the order and all that hangs below it."""

    row: OrderRow
    values: Mapping[str, Any]
    customer_address: str
    contact_name: str | None
    contact_phone: str | None
    machine: AssetRow | None
    machine_status: AssetStatus | None
    request: RequestRow | None
    steps: tuple[Step, ...]
    next_states: tuple[OrderState, ...]
    forward: OrderState | None
    locked: bool
    open_mandatory: int
    checklist: tuple[ChecklistRow, ...]
    time: tuple[TimeRow, ...]
    minutes: int
    parts: tuple[PartRow, ...]
    replacements: tuple[ReplacementRow, ...]
    sign_off: SignOffRow | None
    notes: tuple[NoteRow, ...]
    files: tuple[AttachmentRow, ...]
    mark: Mark


def card(replica: Replica, clock: Clock, order_id: UUID) -> OrderCard | None:
    """None where the order is not on this laptop."""
    now = clock()
    with replica.read() as session:
        order = session.get(ServiceOrder, order_id)
        if order is None:
            return None
        row = order_rows(session, [order_id], now)[0]
        checklist, time = _checklist(session, order_id), _time(session, order_id)
        parts, signed = _parts(session, order_id), _sign_off(session, order_id)
        machine = asset_rows(session, [order.asset_id], now.date())[0] if order.asset_id else None
        contact = session.get(Contact, order.contact_id) if order.contact_id else None
        requests = request_rows(session, ServiceRequest.id == order.service_request_id, limit=1)
        states = tuple(s for s in OrderState if s in ORDER_EDGES.get(order.state, frozenset()))
        below = (*checklist, *time, *parts, *([signed] if signed else ()))
        return OrderCard(
            row=row,
            values={name: getattr(order, name) for name in fields(ServiceOrder)},
            customer_address=address(session.get_one(Customer, order.customer_id)),
            contact_name=contact.name if contact else None,
            contact_phone=(contact.mobile or contact.phone) if contact else None,
            machine=machine,
            machine_status=machine.status if machine else None,
            request=requests[0] if requests else None,
            steps=_steps(order, signed.signed_at if signed else None),
            next_states=states,
            forward=_forward(order.state),
            locked=order.state in LOCKED,
            open_mandatory=sum(item.mandatory and item.done_at is None for item in checklist),
            checklist=tuple(checklist),
            time=tuple(time),
            minutes=sum(entry.minutes for entry in time),
            parts=tuple(parts),
            replacements=tuple(replacements(session, PartReplacement.service_order_id == order_id)),
            sign_off=signed,
            notes=tuple(note_rows(session, Note.service_order_id == order_id)),
            files=tuple(attachment_rows(session, replica, Attachment.service_order_id == order_id)),
            mark=gravest((row.mark, *(child.mark for child in below))),
        )


def address(customer: Customer) -> str:
    """On one line, as it is written in China: from the large to the small."""
    parts = (customer.province, customer.city, customer.district, customer.street)
    named = list(dict.fromkeys(part for part in parts if part))
    ascii_only = all(part.isascii() for part in named)
    return ", ".join(reversed(named)) if ascii_only else "".join(named)


def _forward(state: OrderState) -> OrderState | None:
    if state not in WAY or state is WAY[-1]:
        return None
    return WAY[WAY.index(state) + 1]


def _steps(order: ServiceOrder, signed_at: datetime | None) -> tuple[Step, ...]:
    stamps = {
        OrderState.EN_ROUTE: order.departed_at,
        OrderState.ON_SITE: order.arrived_at,
        OrderState.SIGNED: signed_at,
        OrderState.COMPLETED: order.completed_at,
    }
    here = WAY.index(order.state) if order.state in WAY else -1
    return tuple(
        Step(state, place <= here, place == here, stamps.get(state)) for place, state in enumerate(WAY)
    )


def _checklist(session: Session, order_id: UUID) -> list[ChecklistRow]:
    found = session.execute(
        select(
            ChecklistItem.id,
            ChecklistItem.position,
            ChecklistItem.step,
            ChecklistItem.mandatory,
            ChecklistItem.done_at,
            ChecklistItem.remark,
        )
        .where(ChecklistItem.service_order_id == order_id)
        .order_by(ChecklistItem.position, ChecklistItem.id)
    )
    return marked(session, ChecklistRow, found.all())


def _time(session: Session, order_id: UUID) -> list[TimeRow]:
    found = session.execute(
        select(TimeEntry.id, User.name, TimeEntry.activity, TimeEntry.started_at, TimeEntry.minutes)
        .outerjoin(User, User.id == TimeEntry.engineer_id)
        .where(TimeEntry.service_order_id == order_id)
        .order_by(TimeEntry.started_at)
    )
    return marked(session, TimeRow, found.all())


def _parts(session: Session, order_id: UUID) -> list[PartRow]:
    found = session.execute(
        select(
            PartUsed.id,
            SparePart.code,
            PartUsed.description,
            PartUsed.amount,
            SparePart.unit,
            PartUsed.serial_no,
        )
        .outerjoin(SparePart, SparePart.id == PartUsed.spare_part_id)
        .where(PartUsed.service_order_id == order_id)
        .order_by(PartUsed.id)
    )
    return marked(session, PartRow, found.all())


def _sign_off(session: Session, order_id: UUID) -> SignOffRow | None:
    """The latest, should an order have been signed on two laptops."""
    found = session.execute(
        select(
            SignOff.id,
            SignOff.signer_name,
            SignOff.signer_title,
            SignOff.signed_at,
            SignOff.opinion,
            SignOff.strokes,
        )
        .where(SignOff.service_order_id == order_id)
        .order_by(SignOff.signed_at.desc())
        .limit(1)
    )
    drawn = [(*row[:-1], strokes_of(row.strokes)) for row in found]
    return next(iter(marked(session, SignOffRow, drawn)), None)


def strokes_of(stored: str) -> Strokes:
    """The lines of a stored signature; none where it cannot be read."""
    try:
        return tuple(tuple((float(x), float(y)) for x, y in line) for line in orjson.loads(stored))
    except (ValueError, TypeError):
        return ()
