"""Visits by time: the week, the agenda, and the plans they come from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, select, type_coerce
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.customers import Customer
from app.domain.organisation import User
from app.domain.visits import Commitment, Visit, VisitPlan, VisitState, VisitType
from app.persistence.replica import Replica
from app.queries.marks import Mark, marked
from app.queries.windows import day_after, midnight, tested_last


@dataclass(frozen=True)
class VisitRow:
    """`prepared` is false while action plan or expected result is missing."""

    id: UUID
    customer_id: UUID
    customer_name: str
    city: str | None
    purpose: str
    type: VisitType
    state: VisitState
    planned_from: datetime
    planned_to: datetime | None
    owner_id: UUID | None
    owner_name: str | None
    actual_result: str | None
    prepared: bool
    mark: Mark


@dataclass(frozen=True)
class VisitPlanRow:
    id: UUID
    customer_id: UUID
    customer_name: str
    owner_name: str | None
    purpose: str
    visit_cadence: int
    starts_on: date
    ends_on: date | None
    active: bool
    mark: Mark


@dataclass(frozen=True)
class CommitmentRow:
    """A promise; `overdue` when its day has passed and it is not kept."""

    id: UUID
    customer_id: UUID
    customer_name: str
    promise: str
    due_on: date
    kept_at: datetime | None
    owner_name: str | None
    overdue: bool
    mark: Mark


class Visits:
    """Lists of visits; `owner_id` None means everybody's on this laptop."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def week(self, first: date, last: date, owner_id: UUID | None = None) -> list[VisitRow]:
        """Visits that begin on the days `first` to `last`."""
        with self._replica.read() as session:
            return visits_between(session, first, last, owner_id, self._clock())

    def agenda(self, owner_id: UUID | None = None, *, days_from: date | None = None) -> list[VisitRow]:
        """What is still ahead from a day on, soonest first; missed visits wait at the top."""
        first = midnight(days_from or self._clock().date(), self._clock().tzinfo)
        with self._replica.read() as session:
            owned = _owned(tested_last(Visit.owner_id), owner_id)
            ahead, missed = [Visit.planned_from >= first, *owned], [Visit.state == VisitState.MISSED, *owned]
            return visit_rows(session, *missed, limit=50) + [
                row for row in visit_rows(session, *ahead, limit=300) if row.state is not VisitState.MISSED
            ]

    def plans(self, *, customer_id: UUID | None = None, owner_id: UUID | None = None) -> list[VisitPlanRow]:
        """Recurring visits, those still active first."""
        wanted = _owned(VisitPlan.owner_id, owner_id) + _owned(VisitPlan.customer_id, customer_id)
        with self._replica.read() as session:
            return plan_rows(session, *wanted)

    def commitments(self, owner_id: UUID | None = None) -> list[CommitmentRow]:
        """Promises not kept yet, soonest due first."""
        with self._replica.read() as session:
            wanted = [Commitment.kept_at.is_(None), *_owned(Commitment.owner_id, owner_id)]
            return commitment_rows(session, self._clock().date(), *wanted)


def visits_between(
    session: Session, first: date, last: date, owner_id: UUID | None, now: datetime
) -> list[VisitRow]:
    begin, end = midnight(first, now.tzinfo), midnight(day_after(last), now.tzinfo)
    owned = _owned(tested_last(Visit.owner_id), owner_id)
    wanted = [Visit.planned_from >= begin, Visit.planned_from < end, *owned]
    return visit_rows(session, *wanted, limit=2_000)


def visit_rows(
    session: Session, *conditions: ColumnElement[bool], limit: int, newest_first: bool = False
) -> list[VisitRow]:
    found = session.execute(
        select(
            Visit.id,
            Visit.customer_id,
            Customer.name,
            Customer.city,
            Visit.purpose,
            Visit.type,
            Visit.state,
            Visit.planned_from,
            Visit.planned_to,
            Visit.owner_id,
            User.name,
            Visit.actual_result,
            type_coerce(Visit.action_plan.is_not(None) & Visit.expected_result.is_not(None), Boolean()),
        )
        .join(Customer, Customer.id == Visit.customer_id)
        .outerjoin(User, User.id == Visit.owner_id)
        .where(*conditions)
        .order_by(Visit.planned_from.desc() if newest_first else Visit.planned_from)
        .limit(limit)
    )
    return marked(session, VisitRow, found.all())


def plan_rows(session: Session, *conditions: ColumnElement[bool]) -> list[VisitPlanRow]:
    found = session.execute(
        select(
            VisitPlan.id,
            VisitPlan.customer_id,
            Customer.name,
            User.name,
            VisitPlan.purpose,
            VisitPlan.visit_cadence,
            VisitPlan.starts_on,
            VisitPlan.ends_on,
            VisitPlan.active,
        )
        .join(Customer, Customer.id == VisitPlan.customer_id)
        .outerjoin(User, User.id == VisitPlan.owner_id)
        .where(*conditions)
        .order_by(VisitPlan.active.desc(), VisitPlan.starts_on)
        .limit(500)
    )
    return marked(session, VisitPlanRow, found.all())


def commitment_rows(
    session: Session, today: date, *conditions: ColumnElement[bool], limit: int = 200
) -> list[CommitmentRow]:
    found = session.execute(
        select(
            Commitment.id,
            Commitment.customer_id,
            Customer.name,
            Commitment.promise,
            Commitment.due_on,
            Commitment.kept_at,
            User.name,
        )
        .join(Customer, Customer.id == Commitment.customer_id)
        .outerjoin(User, User.id == Commitment.owner_id)
        .where(*conditions)
        .order_by(Commitment.due_on)
        .limit(limit)
    )
    judged = [(*row, row.kept_at is None and row.due_on < today) for row in found]
    return marked(session, CommitmentRow, judged)


def _owned(column: Any, owner_id: UUID | None) -> list[ColumnElement[bool]]:
    return [] if owner_id is None else [column == owner_id]
