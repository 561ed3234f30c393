"""Visits: the recurring plan, the visit with its report, and what was promised there."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.domain.entity import Entity
from app.domain.fields import choice, day, flag, instant, long_text, reference, text, transition, whole
from app.domain.options import Option


class VisitType(Option):
    ROUTINE = "routine", "Routine visit"
    FIRST = "first", "First visit"
    PRESENTATION = "presentation", "Product presentation"
    NEGOTIATION = "negotiation", "Negotiation"
    SERVICE = "service", "Service visit"
    FORUM = "forum", "User forum"


class VisitState(Option):
    PLANNED = "planned", "Planned"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"
    MISSED = "missed", "Missed"
    CANCELLED = "cancelled", "Cancelled"


VISIT_EDGES = {
    VisitState.PLANNED: frozenset({VisitState.UNDER_WAY, VisitState.MISSED, VisitState.CANCELLED}),
    VisitState.UNDER_WAY: frozenset({VisitState.DONE, VisitState.PLANNED}),
    VisitState.MISSED: frozenset({VisitState.PLANNED, VisitState.CANCELLED}),
    VisitState.CANCELLED: frozenset({VisitState.PLANNED}),
    VisitState.DONE: frozenset[VisitState](),
}


class VisitPlan(Entity):
    """How often a customer is to be visited, and why."""

    __tablename__ = "visit_plan"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True, in_list=True)
    owner_id: Mapped[UUID | None] = reference("Owner", "user", in_list=True)
    purpose: Mapped[str] = text("Purpose", required=True, in_list=True)
    visit_cadence: Mapped[int] = whole("Every … days", required=True, in_list=True)
    starts_on: Mapped[date] = day("From", required=True, group="period", in_list=True)
    ends_on: Mapped[date | None] = day("Until", group="period", in_list=True)
    active: Mapped[bool] = flag("Active", default=True)


class Visit(Entity):
    """One visit: purpose, plan and expectation before; report and result after."""

    __tablename__ = "visit"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True, in_list=True)
    visit_plan_id: Mapped[UUID | None] = reference("Visit plan", "visit_plan")
    site_id: Mapped[UUID | None] = reference("Site", "site")
    contact_id: Mapped[UUID | None] = reference("Contact", "contact")
    owner_id: Mapped[UUID | None] = reference("Owner", "user", in_list=True)
    type: Mapped[VisitType] = choice(
        "Type", VisitType, required=True, default=VisitType.ROUTINE, in_list=True
    )
    state: Mapped[VisitState] = transition(
        "State", VisitState, VISIT_EDGES, default=VisitState.PLANNED, in_list=True
    )
    planned_from: Mapped[datetime] = instant("Start", required=True, group="window", in_list=True, index=True)
    planned_to: Mapped[datetime | None] = instant("End", group="window")
    purpose: Mapped[str] = text("Purpose", required=True, in_list=True, searchable=True)
    action_plan: Mapped[str | None] = long_text("Action plan")
    expected_result: Mapped[str | None] = long_text("Expected result")
    checked_in_at: Mapped[datetime | None] = instant("Arrived")
    checked_out_at: Mapped[datetime | None] = instant("Left")
    needs: Mapped[str | None] = long_text("Needs", searchable=True)
    product_usage: Mapped[str | None] = long_text("Product usage", searchable=True)
    requirements: Mapped[str | None] = long_text("Requirements", searchable=True)
    opinions: Mapped[str | None] = long_text("Opinions", searchable=True)
    actual_result: Mapped[str | None] = long_text("Actual result", searchable=True)


class Commitment(Entity):
    """A promise made to a customer, kept or not."""

    __tablename__ = "commitment"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True, in_list=True)
    visit_id: Mapped[UUID | None] = reference("Visit", "visit")
    owner_id: Mapped[UUID | None] = reference("Owner", "user", in_list=True)
    promise: Mapped[str] = text("Promise", max_length=500, required=True, in_list=True, searchable=True)
    due_on: Mapped[date] = day("Due", required=True, in_list=True, index=True)
    kept_at: Mapped[datetime | None] = instant("Kept", in_list=True)
