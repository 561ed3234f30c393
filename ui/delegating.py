"""The forms that give work to a colleague for a while, and for longer or shorter than was said."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.ambient import today
from app.domain.errors import RuleViolation
from app.domain.organisation import Delegation
from app.language import tr
from app.queries.delegations import DelegationRow
from ui.acts import say
from ui.desk import Desk
from ui.forms.form_dialog import FormDialog

USUAL_LENGTH = timedelta(days=7)


class DelegationDialog(FormDialog):
    """Begins a delegation of one's own work, or at the office of anybody's."""

    def __init__(self, desk: Desk, parent: QWidget, customers: Sequence[UUID] = ()) -> None:
        self._customers = customers
        asked = ["owner_id", "delegate_id", "territory_id", "starts_on", "ends_on", "reason"]
        if customers:
            asked.remove("territory_id")
        super().__init__(
            desk,
            parent,
            Delegation,
            tr("Delegate work"),
            self._begin,
            only=asked,
            preset={
                "owner_id": desk.queries.me,
                "starts_on": today(),
                "ends_on": today() + USUAL_LENGTH,
            },
            titles={"owner_id": desk.queries.my_name},
            required=() if customers else ("territory_id",),
            then=lambda _: desk.toast(tr("Delegated; the colleague's computer receives it at its next sync")),
        )

    def _begin(self, values: dict[str, Any]) -> Any:
        _check_end(values["ends_on"])
        territory = values.get("territory_id")
        return self._desk.services.delegations.begin(
            values["owner_id"],
            values["delegate_id"],
            values["starts_on"],
            values["ends_on"],
            territory_ids=[territory] if territory else [],
            customer_ids=self._customers,
            reason=values.get("reason"),
        )


class PeriodDialog(FormDialog):
    """Back earlier, or away longer."""

    def __init__(self, desk: Desk, parent: QWidget, found: DelegationRow) -> None:
        self._found = found
        super().__init__(
            desk,
            parent,
            Delegation,
            tr("{delegate} for {owner}", delegate=found.delegate_name, owner=found.owner_name),
            self._change,
            only=["starts_on", "ends_on"],
            values={"starts_on": found.starts_on, "ends_on": found.ends_on},
            required=("starts_on", "ends_on"),
            then=say(desk, tr("Period changed")),
        )

    def _change(self, edited: dict[str, Any]) -> Any:
        starts_on = edited.get("starts_on", self._found.starts_on)
        ends_on = edited.get("ends_on", self._found.ends_on)
        _check_end(ends_on)
        return self._desk.services.delegations.change_period(self._found.id, starts_on, ends_on)


def end_delegation(desk: Desk, found: DelegationRow) -> None:
    """At once; who regrets it gives the same to the same person again."""

    def begin_again() -> None:
        begin = partial(
            desk.services.delegations.begin,
            found.owner_id,
            found.delegate_id,
            found.starts_on,
            found.ends_on,
            territory_ids=[found.territory_id] if found.territory_id else [],
            customer_ids=found.customer_ids,
            reason=found.reason or None,
        )
        desk.change(begin, lambda _: desk.toast(tr("The delegation goes on")))

    end = partial(desk.services.delegations.end, found.id)
    desk.change(end, lambda _: desk.toast(tr("Delegation ended"), begin_again))


def _check_end(ends_on: date) -> None:
    if ends_on < today():
        raise RuleViolation("delegation.over", field="ends_on")
