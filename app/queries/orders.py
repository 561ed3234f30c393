"""The list of service orders, at any length, and the requests that wait for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.assets import Asset
from app.domain.customers import Customer
from app.domain.options import Option
from app.domain.organisation import User
from app.domain.service_orders import (
    OrderState,
    OrderType,
    RequestChannel,
    RequestState,
    ServiceOrder,
    ServiceRequest,
    Severity,
)
from app.persistence.replica import Replica
from app.queries.customers import open_states
from app.queries.marks import Mark, marked, unsynced_rows
from app.queries.matching import matching
from app.queries.windows import day_after, midnight, tested_last, window


class OrderSort(Option):
    """Orders an index keeps."""

    NUMBER = "number", "Order no."
    DUE = "due", "Due"
    PLANNED = "planned", "Planned start"
    COMPLETED = "completed", "Completed at"


@dataclass(frozen=True)
class OrderFilter:
    """What is asked for; everything left alone means any. `due_today` includes what is overdue."""

    text: str = ""
    mine: bool = False
    only_open: bool = False
    due_today: bool = False
    unsynced: bool = False
    state: OrderState | None = None
    type: OrderType | None = None
    customer_id: UUID | None = None
    asset_id: UUID | None = None
    engineer_id: UUID | None = None


@dataclass(frozen=True)
class OrderRow:
    id: UUID
    number: str
    subject: str
    type: OrderType
    state: OrderState
    severity: Severity
    customer_id: UUID
    customer_name: str
    asset_name: str | None
    engineer_name: str | None
    due_at: datetime | None
    planned_from: datetime | None
    completed_at: datetime | None
    overdue: bool
    mark: Mark


@dataclass(frozen=True)
class RequestRow:
    id: UUID
    symptom: str
    severity: Severity
    state: RequestState
    channel: RequestChannel
    reported_at: datetime
    customer_id: UUID
    customer_name: str
    asset_id: UUID | None
    asset_name: str | None
    mark: Mark


class Orders:
    """Counts and windows of the list."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def count(self, wanted: OrderFilter) -> int:
        with self._replica.read() as session:
            conditions = self._conditions(wanted)
            return session.scalar(select(func.count()).select_from(ServiceOrder).where(*conditions)) or 0

    def page(
        self,
        wanted: OrderFilter,
        sort: OrderSort = OrderSort.NUMBER,
        offset: int = 0,
        limit: int = 200,
        *,
        descending: bool = True,
    ) -> list[OrderRow]:
        """Orders without the moment they are sorted by come last."""
        columns: dict[OrderSort, Any] = {
            OrderSort.NUMBER: ServiceOrder.number,
            OrderSort.DUE: ServiceOrder.due_at,
            OrderSort.PLANNED: ServiceOrder.planned_from,
            OrderSort.COMPLETED: ServiceOrder.completed_at,
        }
        by = columns[sort] if descending else columns[sort].nulls_last()
        with self._replica.read() as session:
            conditions = self._conditions(wanted)
            listed = window(ServiceOrder, conditions, by, descending=descending, offset=offset, limit=limit)
            return order_rows(session, session.scalars(listed).all(), self._clock())

    def count_requests(self, text: str = "", *, only_open: bool = True) -> int:
        with self._replica.read() as session:
            wanted = _requests_wanted(text, only_open=only_open)
            return session.scalar(select(func.count()).select_from(ServiceRequest).where(*wanted)) or 0

    def requests(
        self, text: str = "", *, only_open: bool = True, offset: int = 0, limit: int = 200
    ) -> list[RequestRow]:
        """What customers reported, newest first."""
        with self._replica.read() as session:
            wanted = _requests_wanted(text, only_open=only_open)
            return request_rows(session, *wanted, limit=limit, offset=offset)

    def answering(self, request_id: UUID) -> UUID | None:
        """The order last made of a request."""
        made = select(ServiceOrder.id).where(ServiceOrder.service_request_id == request_id)
        with self._replica.read() as session:
            return session.scalar(made.order_by(ServiceOrder.id.desc()).limit(1))

    def _conditions(self, wanted: OrderFilter) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if wanted.text.strip():
            conditions.append(matching(ServiceOrder, wanted.text))
        if wanted.mine:
            identity = self._replica.identity
            is_open = wanted.only_open or wanted.due_today
            engineer = tested_last(ServiceOrder.engineer_id) if is_open else ServiceOrder.engineer_id
            conditions.append(engineer == (identity.user_id if identity else None))
        if wanted.only_open or wanted.due_today:
            conditions.append(ServiceOrder.state.in_(open_states()))
        if wanted.due_today:
            conditions.append(due_by_tonight(self._clock()))
        if wanted.unsynced:
            conditions.append(ServiceOrder.id.in_(unsynced_rows(ServiceOrder)))
        chosen = {
            ServiceOrder.state: wanted.state,
            ServiceOrder.type: wanted.type,
            ServiceOrder.customer_id: wanted.customer_id,
            ServiceOrder.asset_id: wanted.asset_id,
            ServiceOrder.engineer_id: wanted.engineer_id,
        }
        return conditions + [column == value for column, value in chosen.items() if value is not None]


def _requests_wanted(text: str, *, only_open: bool) -> list[ColumnElement[bool]]:
    wanted = [ServiceRequest.state == RequestState.OPEN] if only_open else []
    return [*wanted, matching(ServiceRequest, text)] if text.strip() else wanted


def due_by_tonight(now: datetime) -> ColumnElement[bool]:
    return ServiceOrder.due_at < midnight(day_after(now.date()), now.tzinfo)


def order_rows(session: Session, ids: Sequence[UUID], now: datetime) -> list[OrderRow]:
    """The rows of these orders, in this order."""
    found = session.execute(
        select(
            ServiceOrder.id,
            ServiceOrder.number,
            ServiceOrder.subject,
            ServiceOrder.type,
            ServiceOrder.state,
            ServiceOrder.severity,
            ServiceOrder.customer_id,
            Customer.name,
            Asset.name,
            User.name,
            ServiceOrder.due_at,
            ServiceOrder.planned_from,
            ServiceOrder.completed_at,
        )
        .join(Customer, Customer.id == ServiceOrder.customer_id)
        .outerjoin(Asset, Asset.id == ServiceOrder.asset_id)
        .outerjoin(User, User.id == ServiceOrder.engineer_id)
        .where(ServiceOrder.id.in_(ids))
    )
    judged = [
        (*row, row.due_at is not None and row.due_at < now and row.state in open_states()) for row in found
    ]
    rows = {row.id: row for row in marked(session, OrderRow, judged)}
    return [rows[order_id] for order_id in ids]


def request_rows(
    session: Session, *conditions: ColumnElement[bool], limit: int, offset: int = 0
) -> list[RequestRow]:
    found = session.execute(
        select(
            ServiceRequest.id,
            ServiceRequest.symptom,
            ServiceRequest.severity,
            ServiceRequest.state,
            ServiceRequest.channel,
            ServiceRequest.reported_at,
            ServiceRequest.customer_id,
            Customer.name,
            ServiceRequest.asset_id,
            Asset.name,
        )
        .join(Customer, Customer.id == ServiceRequest.customer_id)
        .outerjoin(Asset, Asset.id == ServiceRequest.asset_id)
        .where(*conditions)
        .order_by(ServiceRequest.reported_at.desc(), ServiceRequest.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return marked(session, RequestRow, found.all())
