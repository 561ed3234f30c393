"""The form that gives work to a colleague for a while: all of a territory, or chosen customers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.ambient import today
from app.domain.organisation import Delegation
from app.language import tr
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
