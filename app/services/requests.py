"""What a customer reports, and the order that answers it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.clock import Clock
from app.domain.assets import Asset, AssetStatus
from app.domain.changes import Changes
from app.domain.errors import RuleViolation
from app.domain.service_orders import RequestState, ServiceRequest, Severity
from app.persistence.replica import Replica
from app.services.dispatch import open_order
from app.services.rows import add, advance, fetch

# What the order takes over from the request.
_TAKEN_OVER = ("customer_id", "asset_id", "contact_id", "severity")


class Requests:
    """Use cases of a service request."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def take_in(self, values: Mapping[str, Any], *, anyway: bool = False) -> tuple[UUID, Changes]:
        """Take down a request.

        Raises RuleViolation("request.duplicate") naming an open request about the same machine,
        unless the caller has seen it and wants another one `anyway`.
        """
        with self._replica.write("service_request.take_in") as write:
            asset_id = values.get("asset_id")
            if asset_id is not None and not anyway:
                self._refuse_duplicate(asset_id, write.session.scalar(_open_about(asset_id)))
            request = add(write.session, ServiceRequest, {"reported_at": self._clock(), **values})
            request_id = request.id
            if request.severity is Severity.STANDSTILL and asset_id is not None:
                fetch(write.session, Asset, asset_id).status = AssetStatus.FAULTY
        return request_id, write.changes

    def make_order(self, request_id: UUID, values: Mapping[str, Any] | None = None) -> tuple[UUID, Changes]:
        """Answer a request with a service order; `values` add to what the request says."""
        with self._replica.write("service_request.make_order") as write:
            request = fetch(write.session, ServiceRequest, request_id)
            advance(request, RequestState.ORDERED)
            taken_over = {name: getattr(request, name) for name in _TAKEN_OVER}
            taken_over |= {"subject": request.symptom, "service_request_id": request.id}
            taken_over |= dict(values or {})
            order_id = open_order(write.session, self._replica, self._clock(), taken_over).id
        return order_id, write.changes

    def close(self, request_id: UUID) -> Changes:
        """Nothing (more) is to be done about it."""
        with self._replica.write("service_request.close") as write:
            advance(fetch(write.session, ServiceRequest, request_id), RequestState.CLOSED)
        return write.changes

    def _refuse_duplicate(self, asset_id: UUID, other: ServiceRequest | None) -> None:
        if other is not None:
            raise RuleViolation(
                "request.duplicate",
                asset_id=asset_id,
                request_id=other.id,
                symptom=other.symptom,
                reported_at=other.reported_at,
            )


def _open_about(asset_id: UUID) -> Any:
    return (
        select(ServiceRequest)
        .where(ServiceRequest.asset_id == asset_id, ServiceRequest.state != RequestState.CLOSED)
        .order_by(ServiceRequest.reported_at.desc())
        .limit(1)
    )
