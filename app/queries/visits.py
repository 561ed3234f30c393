"""Visits by time: the week, the list, and the plans they come from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.customers import Customer
from app.domain.organisation import User
from app.domain.visits import Commitment, Visit, VisitPlan, VisitState, VisitType
from app.persistence.replica import Replica
from app.queries.marks import Mark, marked, unsynced_rows
from app.queries.matching import matching
from app.queries.windows import day_after, midnight, tested_last, window


@dataclass(frozen=True)
class VisitFilter:
    """What is asked for; everything left alone means any.

    `ahead` are those under way or planned from today on; `missed` also those planned for a day that
    has passed.
    """

    text: str = ""
    owner_id: UUID | None = None
    ahead: bool = False
    missed: bool = False
    state: VisitState | None = None
    unsynced: bool = False


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

    def count(self, wanted: VisitFilter) -> int:
        with self._replica.read() as session:
            conditions = self._conditions(wanted)
            return session.scalar(select(func.count()).select_from(Visit).where(*conditions)) or 0

    def page(
        self, wanted: VisitFilter, offset: int = 0, limit: int = 200, *, descending: bool = False
    ) -> list[VisitRow]:
        """By the time they are planned for."""
        with self._replica.read() as session:
            conditions = self._conditions(wanted)
            listed = window(
                Visit, conditions, Visit.planned_from, descending=descending, offset=offset, limit=limit
            )
            ids = session.scalars(listed).all()
            return visit_rows(session, Visit.id.in_(ids), limit=limit, newest_first=descending)

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

    def _conditions(self, wanted: VisitFilter) -> list[ColumnElement[bool]]:
        conditions = _owned(Visit.owner_id, wanted.owner_id)
        if wanted.text.strip():
            whose = select(Customer.id).where(matching(Customer, wanted.text))
            conditions.append(or_(matching(Visit, wanted.text), Visit.customer_id.in_(whose)))
        today = midnight(self._clock().date(), self._clock().tzinfo)
        if wanted.ahead:
            coming = (Visit.state == VisitState.PLANNED) & (Visit.planned_from >= today)
            conditions.append(coming | (Visit.state == VisitState.UNDER_WAY))
        if wanted.missed:
            overdue = (Visit.state == VisitState.PLANNED) & (Visit.planned_from < today)
            conditions.append(overdue | (Visit.state == VisitState.MISSED))
        if wanted.state is not None:
            conditions.append(Visit.state == wanted.state)
        if wanted.unsynced:
            conditions.append(Visit.id.in_(unsynced_rows(Visit)))
        return conditions


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
