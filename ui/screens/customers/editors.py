"""The forms of a customer and what hangs below it."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.customers import Collaborator, Contact, Customer, Site
from app.domain.entity import Entity
from app.domain.notes import Note
from app.domain.visits import Commitment, VisitPlan
from app.language import tr
from ui.delegating import DelegationDialog
from ui.desk import Desk
from ui.forms.edit_record import edit_record
from ui.forms.form_dialog import FormDialog


class Editors:
    """Opens forms over `parent`; whoever opens one sees the result through the change feed."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        self._desk, self._parent = desk, parent

    def new_customer(self, preset: Mapping[str, Any]) -> None:
        def save(values: dict[str, Any]) -> Any:
            return self._desk.services.customers.create(values)

        def opened(result: tuple[UUID, Any]) -> None:
            self._desk.open("customer", result[0])

        mine = {"owner_id": self._desk.queries.me}
        FormDialog(
            self._desk,
            self._parent,
            Customer,
            tr("New customer"),
            save,
            preset=mine | dict(preset),
            then=opened,
        ).open()

    def add_contact(self, customer_id: UUID) -> None:
        save = partial(self._desk.services.customers.add_contact, customer_id)
        self._create(Contact, tr("New contact"), save, {"customer_id": customer_id})

    def add_site(self, customer_id: UUID) -> None:
        save = partial(self._desk.services.customers.add_site, customer_id)
        self._create(Site, tr("New site"), save, {"customer_id": customer_id})

    def add_collaborator(self, customer_id: UUID) -> None:
        def save(values: dict[str, Any]) -> Any:
            return self._desk.services.customers.add_collaborator(
                customer_id, values["user_id"], values["reason"]
            )

        self._create(Collaborator, tr("Add a collaborator"), save, {"customer_id": customer_id})

    def add_note(self, customer_id: UUID) -> None:
        def save(values: dict[str, Any]) -> Any:
            return self._desk.services.notes.write(customer_id, values["body"] or "")

        FormDialog(self._desk, self._parent, Note, tr("New note"), save, only=["body"],
                   preset={"customer_id": customer_id}).open()  # fmt: skip

    def add_commitment(self, customer_id: UUID) -> None:
        save = partial(self._desk.services.records.create, Commitment)
        self._create(
            Commitment,
            tr("New promise"),
            save,
            {"customer_id": customer_id},
            only=["promise", "due_on", "owner_id"],
        )

    def add_visit_plan(self, customer_id: UUID) -> None:
        save = self._desk.services.visit_plans.make
        self._create(VisitPlan, tr("New visit plan"), save, {"customer_id": customer_id})

    def delegate(self, customer_id: UUID) -> None:
        DelegationDialog(self._desk, self._parent, [customer_id]).open()

    def transfer(self, customer_id: UUID) -> None:
        """Hand the customer over; its territory decides whose laptops hold it."""

        def save(edited: dict[str, Any], seen: Mapping[str, Any]) -> Any:
            return self._desk.services.customers.transfer(
                [customer_id], owner_id=edited.get("owner_id"), territory_id=edited.get("territory_id")
            )

        edit_record(
            self._desk, self._parent, Customer, customer_id,
            title=tr("Hand over"), only=["territory_id", "owner_id"], save=save,
        )  # fmt: skip

    def edit(self, entity: type[Entity], row_id: UUID) -> None:
        """The form of any record below a customer, or of the customer."""
        edit_record(self._desk, self._parent, entity, row_id)

    def _create(self, entity: type[Entity], title: str, save: Any, preset: Mapping[str, Any],
                only: list[str] | None = None) -> None:  # fmt: skip
        FormDialog(self._desk, self._parent, entity, title, save, preset=preset, only=only).open()
