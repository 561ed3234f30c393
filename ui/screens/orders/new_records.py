"""The dialogs that begin something: a service order, and a service request."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.assets import Asset
from app.domain.changes import Changes
from app.domain.errors import RuleViolation
from app.domain.service_orders import ServiceOrder, ServiceRequest
from app.language import tr
from app.queries.records import Record
from ui.desk import Desk
from ui.dialogs import Question
from ui.formats import moment
from ui.forms.form_dialog import FormDialog

Made = tuple[UUID, Changes]
ORDER = (
    "customer_id", "asset_id", "subject", "type", "severity", "engineer_id", "contact_id", "due_at",
    "planned_from", "planned_to", "description",
)  # fmt: skip
REQUEST = (
    "customer_id", "asset_id", "symptom", "severity", "channel", "contact_id", "reported_at", "impact",
)  # fmt: skip
DUPLICATE = "request.duplicate"


class OrderDialog(FormDialog):
    """Dispatches an order; one that answers a request is made of it."""

    def __init__(
        self, desk: Desk, parent: QWidget, preset: dict[str, Any], then: Callable[[Made], object]
    ) -> None:
        request_id = preset.get("service_request_id")
        make = desk.services.requests.make_order
        save = partial(make, request_id) if request_id else desk.services.orders.dispatch
        super().__init__(
            desk, parent, ServiceOrder, tr("New service order"), save, only=ORDER, preset=preset, then=then
        )
        follow_machine(desk, self)


class RequestDialog(FormDialog):
    """Takes in a request; a second one about the same machine must be meant."""

    def __init__(
        self, desk: Desk, parent: QWidget, preset: dict[str, Any], then: Callable[[Made], object]
    ) -> None:
        super().__init__(
            desk,
            parent,
            ServiceRequest,
            tr("New service request"),
            lambda values: desk.services.requests.take_in(values, anyway=self._anyway),
            only=REQUEST,
            preset={"reported_at": datetime.now().astimezone()} | preset,
            then=then,
        )
        self._anyway = False
        follow_machine(desk, self)

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, RuleViolation) and error.code == DUPLICATE):
            super()._failed(error)
            return
        self._saving = False
        self._refresh()
        reported = error.facts["reported_at"]
        assert isinstance(reported, datetime)
        Question(
            self,
            tr("Already reported"),
            tr(
                "“{symptom}” was reported for this machine {when} and is still open.",
                symptom=error.facts["symptom"],
                when=moment(reported),
            ),
            yes_words=tr("Take in anyway"),
            no_words=tr("Back to the form"),
            yes=self._insist,
        ).open()

    def _insist(self) -> None:
        self._anyway = True
        self.save()


def follow_machine(desk: Desk, dialog: FormDialog) -> None:
    """Whoever names the machine first need not name its customer."""
    machine, customer = dialog.form.editor("asset_id"), dialog.form.editor("customer_id")

    def look() -> None:
        try:
            asset_id, known = machine.read(), customer.read()
        except RuleViolation:  # half typed
            return
        if asset_id and not known:
            desk.read(partial(desk.queries.records.values, Asset, asset_id), fill, owner=dialog)

    def fill(found: Record | None) -> None:
        if found is not None and customer.read() is None:
            customer.show(found.values["customer_id"], found.titles.get("customer_id"))
            customer.changed.emit()

    machine.changed.connect(look)
    look()
