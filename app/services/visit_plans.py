"""Recurring visits: the plan, and the visits that fall due by it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.clock import Clock
from app.domain.changes import Changes
from app.domain.errors import RuleViolation
from app.domain.ids import imported_id
from app.domain.visits import Visit, VisitPlan
from app.persistence.replica import Replica
from app.services.rows import add, edit, fetch

STARTS_AT = time(9)
LASTS = timedelta(hours=1)


class VisitPlans:
    """Use cases of recurring visits."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def make(self, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
        """A plan, ours unless `values` name another owner."""
        _check_cadence(values)
        identity = self._replica.identity
        mine = {"owner_id": identity.user_id} if identity else {}
        with self._replica.write("visit_plan.make") as write:
            plan_id = add(write.session, VisitPlan, mine | dict(values)).id
        return plan_id, write.changes

    def change(self, plan_id: UUID, edited: Mapping[str, Any]) -> Changes:
        """Visits already planned stay as they are."""
        _check_cadence(edited)
        with self._replica.write("visit_plan.change") as write:
            edit(fetch(write.session, VisitPlan, plan_id), edited)
        return write.changes

    def generate(self, until: date) -> Changes:
        """Plan every visit due from today `until` by our own active plans.

        The id of a visit follows from its plan and day: planning again makes no second one, even
        after the first was moved to another day.
        """
        now = self._clock()
        with self._replica.write("visit_plan.generate") as write:
            identity = self._replica.identity
            mine = VisitPlan.owner_id == (identity.user_id if identity else None)
            for plan in write.session.scalars(select(VisitPlan).where(VisitPlan.active, mine)).all():
                due = {visit_id_of(plan, day): day for day in due_days(plan, now.date(), until)}
                there = select(Visit.id).where(Visit.visit_plan_id == plan.id)
                known = set(write.session.scalars(there))
                for visit_id, day in due.items():
                    if visit_id not in known:
                        add(write.session, Visit, _visit(plan, day, now), visit_id)
        return write.changes


def due_days(plan: VisitPlan, first: date, last: date) -> Iterator[date]:
    """The days on which `plan` wants a visit, from `first` to `last`."""
    if plan.ends_on is not None:
        last = min(last, plan.ends_on)
    steps = max(0, -(-(first - plan.starts_on).days // plan.visit_cadence))
    day = plan.starts_on + timedelta(days=steps * plan.visit_cadence)
    while day <= last:
        yield day
        day += timedelta(days=plan.visit_cadence)


def visit_id_of(plan: VisitPlan, day: date) -> UUID:
    return imported_id("visit_plan", f"{plan.id.hex}:{day.isoformat()}")


def _visit(plan: VisitPlan, day: date, now: datetime) -> dict[str, Any]:
    begin = datetime.combine(day, STARTS_AT, now.tzinfo)
    return {
        "customer_id": plan.customer_id,
        "visit_plan_id": plan.id,
        "owner_id": plan.owner_id,
        "purpose": plan.purpose,
        "planned_from": begin,
        "planned_to": begin + LASTS,
    }


def _check_cadence(values: Mapping[str, Any]) -> None:
    cadence = values.get("visit_cadence")
    if isinstance(cadence, int) and cadence < 1:
        raise RuleViolation("visit_plan.cadence", field="visit_cadence")
