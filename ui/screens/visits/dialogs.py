"""The dialogs of visits: plan one, move one, recurring plans, promises and notes."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.changes import Changes
from app.domain.errors import RuleViolation
from app.domain.notes import Note
from app.domain.visits import Commitment, Visit, VisitPlan
from app.language import tr
from app.queries.visits import VisitRow
from ui.acts import say
from ui.desk import Desk
from ui.forms.edit_record import edit_record
from ui.forms.form_dialog import FormDialog

Made = tuple[UUID, Changes]
PREPARED = ("purpose", "action_plan", "expected_result")
PLANNED = (
    "customer_id", "type", "planned_from", "planned_to", "contact_id", "site_id", "owner_id", *PREPARED,
)  # fmt: skip
ARRANGED = ("type", "owner_id", "planned_from", "planned_to", "contact_id", "site_id")
PLAN = ("customer_id", "purpose", "visit_cadence", "owner_id", "starts_on", "ends_on", "active")
PROMISE = ("customer_id", "promise", "due_on", "owner_id")
FIRST_HOUR, LAST_HOUR = 9, 16
FRIDAY = 4
USUAL_LENGTH = timedelta(hours=1)
USUAL_CADENCE = 30
USUAL_PATIENCE = timedelta(days=7)


class VisitDialog(FormDialog):
    """Plans a visit; nobody sets out without a purpose, a plan and an expectation."""

    def __init__(
        self, desk: Desk, parent: QWidget, preset: dict[str, Any], then: Callable[[Made], object]
    ) -> None:
        super().__init__(
            desk,
            parent,
            Visit,
            tr("Plan a visit"),
            desk.services.visits.plan,
            only=PLANNED,
            preset={"owner_id": desk.queries.me} | window_of(preset) | preset,
            then=then,
            required=PREPARED,
        )
        keep_length(self)


class WindowDialog(FormDialog):
    """Another time for a visit; one that was missed or cancelled is planned again by it."""

    def __init__(self, desk: Desk, parent: QWidget, visit: VisitRow, *, again: bool) -> None:
        now = {"planned_from": visit.planned_from, "planned_to": visit.planned_to}
        super().__init__(
            desk,
            parent,
            Visit,
            tr("Plan again") if again else tr("Move the visit"),
            lambda v: desk.services.visits.reschedule(visit.id, v["planned_from"], v["planned_to"]),
            only=["planned_from", "planned_to"],
            preset=window_of({}) if again else now,
            then=say(desk, tr("Visit planned again") if again else tr("Visit moved")),
        )
        keep_length(self)


class PlanDialog(FormDialog):
    """Begins a recurring visit."""

    def __init__(self, desk: Desk, parent: QWidget, preset: dict[str, Any]) -> None:
        usual = {"owner_id": desk.queries.me, "visit_cadence": USUAL_CADENCE, "starts_on": date.today()}
        super().__init__(
            desk,
            parent,
            VisitPlan,
            tr("New visit plan"),
            desk.services.visit_plans.make,
            only=PLAN,
            preset=usual | preset,
            then=say(desk, tr("Visit plan made")),
        )


class PromiseDialog(FormDialog):
    """Takes down what was promised; `preset` may name the customer and the visit."""

    def __init__(self, desk: Desk, parent: QWidget, preset: dict[str, Any]) -> None:
        usual = {"owner_id": desk.queries.me, "due_on": date.today() + USUAL_PATIENCE}
        known = "customer_id" in preset
        super().__init__(
            desk,
            parent,
            Commitment,
            tr("New promise"),
            lambda v: desk.services.commitments.promise(
                v["customer_id"],
                v["promise"],
                v["due_on"],
                visit_id=v.get("visit_id"),
                owner_id=v["owner_id"],
            ),
            only=PROMISE[1:] if known else PROMISE,
            preset=usual | preset,
            then=say(desk, tr("Promise taken down")),
        )


def edit_visit(desk: Desk, parent: QWidget, visit_id: UUID) -> None:
    """Who, when, where and with whom; the texts are edited where they stand."""
    edit_record(
        desk, parent, Visit, visit_id,
        title=tr("Edit visit"),
        only=ARRANGED,
        save=lambda edited, seen: desk.services.visits.prepare(visit_id, edited, seen),
    )  # fmt: skip


def edit_plan(desk: Desk, parent: QWidget, plan_id: UUID) -> None:
    edit_record(
        desk, parent, VisitPlan, plan_id,
        only=PLAN[1:],
        save=lambda edited, _seen: desk.services.visit_plans.change(plan_id, edited),
    )  # fmt: skip


def edit_promise(desk: Desk, parent: QWidget, promise_id: UUID) -> None:
    edit_record(desk, parent, Commitment, promise_id, only=PROMISE[1:])


def write_note(desk: Desk, parent: QWidget, visit: VisitRow) -> None:
    """A note on the visit, which its customer shows as well."""
    FormDialog(
        desk,
        parent,
        Note,
        tr("New note"),
        lambda v: desk.services.notes.write(visit.customer_id, v["body"] or "", visit_id=visit.id),
        only=["body"],
        preset={"customer_id": visit.customer_id},
        then=say(desk, tr("Note written")),
    ).open()


def window_of(preset: dict[str, Any]) -> dict[str, Any]:
    """An hour from the start given; else from the next full hour at which one may call."""
    start = preset.get("planned_from") or next_hour(datetime.now().astimezone())
    return {"planned_from": start, "planned_to": start + USUAL_LENGTH}


def next_hour(now: datetime) -> datetime:
    """The next full hour of a working day."""
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if start.hour < FIRST_HOUR:
        start = start.replace(hour=FIRST_HOUR)
    elif start.hour > LAST_HOUR:
        start = datetime.combine(start.date() + timedelta(days=1), time(FIRST_HOUR), start.tzinfo)
    while start.weekday() > FRIDAY:
        start = datetime.combine(start.date() + timedelta(days=1), time(FIRST_HOUR), start.tzinfo)
    return start


def keep_length(dialog: FormDialog) -> None:
    """Whoever moves the start moves the end with it."""
    start, end = dialog.form.editor("planned_from"), dialog.form.editor("planned_to")
    before: list[datetime | None] = [start.read()]

    def follow() -> None:
        try:
            now, until = start.read(), end.read()
        except RuleViolation:  # half typed
            return
        if now and until and before[0] and now != before[0]:
            end.show(until + (now - before[0]))
            end.changed.emit()
        before[0] = now or before[0]

    start.changed.connect(follow)
