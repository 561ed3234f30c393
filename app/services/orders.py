"""A service order on its way from dispatch to completion."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.assets import Asset, AssetStatus
from app.domain.changes import Changes
from app.domain.errors import RuleViolation
from app.domain.notes import Note
from app.domain.service_orders import (
    ChecklistItem,
    OrderState,
    OrderType,
    RequestState,
    ServiceOrder,
    ServiceRequest,
    SignOff,
)
from app.persistence.replica import Replica
from app.services.dispatch import open_order
from app.services.rows import add, advance, cleaned, edit, fetch

Stroke = Sequence[tuple[float, float]]

# The machine is out of production while one of these is worked on.
_STOPS_THE_MACHINE = (OrderType.REPAIR, OrderType.MAINTENANCE, OrderType.COMMISSIONING)
_FINISHED = (OrderState.SIGNED, OrderState.COMPLETED, OrderState.CANCELLED)
# The day an order of this type leaves on its machine.
_LEAVES_DAY = {
    OrderType.INSTALLATION: "installed_on",
    OrderType.COMMISSIONING: "commissioned_on",
    OrderType.MAINTENANCE: "last_inspected_on",
}


class Orders:
    """Use cases that move an order on; what is recorded on it is in `order_work`."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def dispatch(self, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
        """A new order, with its number and checklist."""
        with self._replica.write("service_order.dispatch") as write:
            order_id = open_order(write.session, self._replica, self._clock(), values).id
        return order_id, write.changes

    def change(
        self, order_id: UUID, edited: Mapping[str, Any], seen: Mapping[str, Any] | None = None
    ) -> Changes:
        """Correct what was dispatched, as long as nobody has signed; `seen` as in `Records.save`."""
        with self._replica.write("service_order.edit") as write:
            write.edit(unsigned(write.session, order_id), cleaned(edited), seen or {})
        return write.changes

    def accept(self, order_id: UUID) -> Changes:
        """Take the order; one that nobody was named for becomes ours."""

        def take(session: Session, order: ServiceOrder) -> None:
            identity = self._replica.identity
            if order.engineer_id is None and identity:
                order.engineer_id = identity.user_id

        return self._move(order_id, OrderState.ACCEPTED, "accept", take)

    def set_out(self, order_id: UUID) -> Changes:
        return self._move(order_id, OrderState.EN_ROUTE, "set_out", self._stamp("departed_at"))

    def arrive(self, order_id: UUID) -> Changes:
        return self._move(order_id, OrderState.ON_SITE, "arrive", self._stamp("arrived_at"))

    def start_work(self, order_id: UUID) -> Changes:
        """The machine is in maintenance while it is worked on."""

        def stop_machine(session: Session, order: ServiceOrder) -> None:
            if order.type in _STOPS_THE_MACHINE and order.asset_id is not None:
                fetch(session, Asset, order.asset_id).status = AssetStatus.IN_MAINTENANCE

        return self._move(order_id, OrderState.WORKING, "start_work", stop_machine)

    def sign(
        self,
        order_id: UUID,
        signer_name: str,
        strokes: Sequence[Stroke],
        *,
        signer_title: str | None = None,
        opinion: str | None = None,
    ) -> Changes:
        """The customer confirms the work, and nothing on the order changes any more.

        `strokes` are lines of points between 0 and 1 of the pad. Raises RuleViolation while a
        mandatory step is open or the pad is empty.
        """
        if not any(len(stroke) > 1 for stroke in strokes):
            raise RuleViolation("order.signature_blank", field="strokes")

        def confirm(session: Session, order: ServiceOrder) -> None:
            _refuse_open_steps(session, order_id)
            lines = [[[round(x, 4), round(y, 4)] for x, y in stroke] for stroke in strokes]
            values = {
                "service_order_id": order_id,
                "signer_name": signer_name,
                "signer_title": signer_title,
                "signed_at": self._clock(),
                "strokes": orjson.dumps(lines).decode(),
                "opinion": opinion,
            }
            add(session, SignOff, values)

        return self._move(order_id, OrderState.SIGNED, "sign", confirm)

    def complete(self, order_id: UUID) -> Changes:
        """The order is done: its machine runs, its request is closed."""

        def close(session: Session, order: ServiceOrder) -> None:
            order.completed_at = self._clock()
            if order.asset_id is not None:
                _back_to_work(fetch(session, Asset, order.asset_id), order, self._clock())
            if order.service_request_id is not None:
                request = session.get(ServiceRequest, order.service_request_id)
                if request is not None and request.state is not RequestState.CLOSED:
                    advance(request, RequestState.CLOSED)

        return self._move(order_id, OrderState.COMPLETED, "complete", close)

    def cancel(self, order_id: UUID, reason: str) -> Changes:
        """Call the order off; the reason stays as a note on it, and its request is open again."""
        if not reason.strip():
            raise RuleViolation("order.reason_blank", field="reason")

        def call_off(session: Session, order: ServiceOrder) -> None:
            identity = self._replica.identity
            note = {
                "customer_id": order.customer_id,
                "service_order_id": order.id,
                "author_id": identity.user_id if identity else None,
                "written_at": self._clock(),
                "body": reason,
            }
            add(session, Note, note)
            if order.service_request_id is not None:
                request = session.get(ServiceRequest, order.service_request_id)
                if request is not None and request.state is RequestState.ORDERED:
                    advance(request, RequestState.OPEN)

        return self._move(order_id, OrderState.CANCELLED, "cancel", call_off)

    def reassign(self, order_id: UUID, engineer_id: UUID) -> Changes:
        """Dispatch the order anew to someone else, wherever it stands; a cancelled one, too."""
        with self._replica.write("service_order.reassign") as write:
            order = fetch(write.session, ServiceOrder, order_id)
            if order.state is not OrderState.DISPATCHED:
                advance(order, OrderState.DISPATCHED)
            edit(order, {"engineer_id": engineer_id, "departed_at": None, "arrived_at": None})
        return write.changes

    def step_back(self, order_id: UUID) -> Changes:
        """Work was begun too early: back to on site."""
        return self._move(order_id, OrderState.ON_SITE, "step_back", lambda session, order: None)

    def _move(
        self,
        order_id: UUID,
        state: OrderState,
        action: str,
        besides: Callable[[Session, ServiceOrder], None],
    ) -> Changes:
        with self._replica.write(f"service_order.{action}") as write:
            order = fetch(write.session, ServiceOrder, order_id)
            advance(order, state)
            besides(write.session, order)
        return write.changes

    def _stamp(self, name: str) -> Callable[[Session, ServiceOrder], None]:
        return lambda session, order: setattr(order, name, self._clock())


def unsigned(session: Session, order_id: UUID) -> ServiceOrder:
    """The order, to record something on it; raises RuleViolation once it is signed or called off."""
    order = fetch(session, ServiceOrder, order_id)
    if order.state in _FINISHED:
        raise RuleViolation("order.locked", state=order.state, number=order.number)
    return order


def _refuse_open_steps(session: Session, order_id: UUID) -> None:
    still_open = select(func.count()).where(
        ChecklistItem.service_order_id == order_id,
        ChecklistItem.mandatory,
        ChecklistItem.done_at.is_(None),
    )
    if count := session.scalar(still_open):
        raise RuleViolation("order.steps_open", count=count)


def _back_to_work(asset: Asset, order: ServiceOrder, now: datetime) -> None:
    if asset.status in (AssetStatus.IN_MAINTENANCE, AssetStatus.FAULTY):
        asset.status = AssetStatus.RUNNING
    if name := _LEAVES_DAY.get(order.type):
        setattr(asset, name, now.date())
