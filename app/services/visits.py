"""A visit from its preparation to its report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.domain.changes import Changes
from app.domain.entity import fields
from app.domain.errors import RuleViolation
from app.domain.visits import Visit, VisitState
from app.persistence.replica import Replica
from app.services.rows import add, advance, cleaned, edit, fetch

PREPARED = ("purpose", "action_plan", "expected_result")
REPORTED = ("needs", "product_usage", "requirements", "opinions", "actual_result")


class Visits:
    """Use cases of one visit. Nobody sets out without a purpose, a plan and an expectation."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def plan(self, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
        """A new visit, ours unless `values` name another owner."""
        _need(cleaned(values), PREPARED, "visit.not_prepared")
        _check_window(values.get("planned_from"), values.get("planned_to"))
        with self._replica.write("visit.plan") as write:
            identity = self._replica.identity
            mine = {"owner_id": identity.user_id} if identity else {}
            visit_id = add(write.session, Visit, mine | dict(values)).id
        return visit_id, write.changes

    def prepare(
        self, visit_id: UUID, edited: Mapping[str, Any], seen: Mapping[str, Any] | None = None
    ) -> Changes:
        """Change what was planned, as long as the visit has not begun; `seen` as in `Records.save`."""
        with self._replica.write("visit.prepare") as write:
            visit = fetch(write.session, Visit, visit_id)
            if visit.state is not VisitState.PLANNED:
                raise RuleViolation("visit.already_begun")
            write.edit(visit, cleaned(edited), seen or {})
            _check_window(visit.planned_from, visit.planned_to)
        return write.changes

    def reschedule(
        self, visit_id: UUID, planned_from: datetime, planned_to: datetime | None = None
    ) -> Changes:
        """Move a visit; without an end it keeps its length. A missed or cancelled one is planned again."""
        with self._replica.write("visit.reschedule") as write:
            visit = fetch(write.session, Visit, visit_id)
            if visit.state in (VisitState.UNDER_WAY, VisitState.DONE):
                raise RuleViolation("visit.already_begun")
            if planned_to is None and visit.planned_to is not None:
                planned_to = planned_from + (visit.planned_to - visit.planned_from)
            _check_window(planned_from, planned_to)
            edit(visit, {"planned_from": planned_from, "planned_to": planned_to})
            if visit.state is not VisitState.PLANNED:
                advance(visit, VisitState.PLANNED)
        return write.changes

    def check_in(self, visit_id: UUID) -> Changes:
        with self._replica.write("visit.check_in") as write:
            visit = fetch(write.session, Visit, visit_id)
            _need({name: getattr(visit, name) for name in PREPARED}, PREPARED, "visit.not_prepared")
            advance(visit, VisitState.UNDER_WAY)
            visit.checked_in_at = self._clock()
        return write.changes

    def report(
        self, visit_id: UUID, edited: Mapping[str, Any], seen: Mapping[str, Any] | None = None
    ) -> Changes:
        """Fill in the standard report; it may be completed later, too."""
        with self._replica.write("visit.report") as write:
            write.edit(fetch(write.session, Visit, visit_id), _report_only(edited), seen or {})
        return write.changes

    def finish(
        self,
        visit_id: UUID,
        edited: Mapping[str, Any] | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> Changes:
        """The visit is over; what came of it must be said."""
        with self._replica.write("visit.finish") as write:
            visit = fetch(write.session, Visit, visit_id)
            write.edit(visit, _report_only(edited or {}), seen or {})
            _need({"actual_result": visit.actual_result}, ("actual_result",), "visit.no_result")
            advance(visit, VisitState.DONE)
            visit.checked_out_at = self._clock()
        return write.changes

    def miss(self, visit_id: UUID) -> Changes:
        return self._move(visit_id, VisitState.MISSED, "visit.miss")

    def cancel(self, visit_id: UUID) -> Changes:
        return self._move(visit_id, VisitState.CANCELLED, "visit.cancel")

    def reopen(self, visit_id: UUID) -> Changes:
        """Back to planned: checked in by mistake, or missed or cancelled after all not."""
        return self._move(visit_id, VisitState.PLANNED, "visit.reopen")

    def _move(self, visit_id: UUID, state: VisitState, action: str) -> Changes:
        with self._replica.write(action) as write:
            visit = fetch(write.session, Visit, visit_id)
            advance(visit, state)
            if state is VisitState.PLANNED:
                visit.checked_in_at = None
        return write.changes


def _need(values: Mapping[str, Any], names: tuple[str, ...], code: str) -> None:
    for name in names:
        if not values.get(name):
            raise RuleViolation(code, field=name, label=fields(Visit)[name].label)


def _report_only(edited: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in edited:
        if name not in REPORTED:
            raise RuleViolation("field.unknown", field=name)
    return cleaned(edited)


def _check_window(begin: datetime | None, end: datetime | None) -> None:
    if begin is not None and end is not None and end <= begin:
        raise RuleViolation("window.backwards", field="planned_to")
