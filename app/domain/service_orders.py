"""Service: the customer's request, the order that answers it, and all that is done on it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.domain.entity import Entity
from app.domain.fields import (
    Policy,
    choice,
    flag,
    instant,
    long_text,
    money,
    quantity,
    reference,
    text,
    transition,
    whole,
)
from app.domain.options import Option


class Severity(Option):
    LOW = "low", "Low"
    NORMAL = "normal", "Normal"
    HIGH = "high", "High"
    STANDSTILL = "standstill", "Standstill"


class RequestChannel(Option):
    PHONE = "phone", "Telephone"
    EMAIL = "email", "E-mail"
    VISIT = "visit", "On a visit"
    MESSAGE = "message", "Message"


class RequestState(Option):
    OPEN = "open", "Unanswered"
    ORDERED = "ordered", "Order made"
    CLOSED = "closed", "Closed"


REQUEST_EDGES = {
    RequestState.OPEN: frozenset({RequestState.ORDERED, RequestState.CLOSED}),
    RequestState.ORDERED: frozenset({RequestState.CLOSED, RequestState.OPEN}),
    RequestState.CLOSED: frozenset({RequestState.OPEN}),
}


class ServiceRequest(Entity):
    """What a customer reported, on one standard form whatever the channel."""

    __tablename__ = "service_request"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True, in_list=True)
    asset_id: Mapped[UUID | None] = reference("Machine", "asset", in_list=True)
    contact_id: Mapped[UUID | None] = reference("Contact", "contact")
    channel: Mapped[RequestChannel] = choice(
        "Channel", RequestChannel, required=True, default=RequestChannel.PHONE
    )
    symptom: Mapped[str] = text("Symptom", max_length=500, required=True, in_list=True, searchable=True)
    severity: Mapped[Severity] = choice(
        "Severity", Severity, required=True, default=Severity.NORMAL, in_list=True
    )
    impact: Mapped[str | None] = text("Impact on production")
    reported_at: Mapped[datetime] = instant("Reported", required=True, in_list=True, index=True)
    state: Mapped[RequestState] = transition(
        "State", RequestState, REQUEST_EDGES, default=RequestState.OPEN, in_list=True
    )


class OrderType(Option):
    INSTALLATION = "installation", "Installation"
    COMMISSIONING = "commissioning", "Commissioning"
    TRAINING = "training", "Training"
    REPAIR = "repair", "Repair"
    MAINTENANCE = "maintenance", "Maintenance"
    PARTS = "parts", "Parts"
    SUPPORT = "support", "Technical support"
    PROCESS_ANALYSIS = "process_analysis", "Process analysis"
    OPERATION = "operation", "Operation"


class OrderState(Option):
    DISPATCHED = "dispatched", "Dispatched"
    ACCEPTED = "accepted", "Accepted"
    EN_ROUTE = "en_route", "En route"
    ON_SITE = "on_site", "On site"
    WORKING = "working", "Working"
    SIGNED = "signed", "Signed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


_OPEN = frozenset({OrderState.CANCELLED, OrderState.DISPATCHED})  # cancel; dispatched anew to someone else

ORDER_EDGES = {
    OrderState.DISPATCHED: frozenset({OrderState.ACCEPTED, OrderState.CANCELLED}),
    OrderState.ACCEPTED: frozenset({OrderState.EN_ROUTE}) | _OPEN,
    OrderState.EN_ROUTE: frozenset({OrderState.ON_SITE}) | _OPEN,
    OrderState.ON_SITE: frozenset({OrderState.WORKING}) | _OPEN,
    OrderState.WORKING: frozenset({OrderState.SIGNED, OrderState.ON_SITE}) | _OPEN,
    OrderState.SIGNED: frozenset({OrderState.COMPLETED}),
    OrderState.COMPLETED: frozenset[OrderState](),
    OrderState.CANCELLED: frozenset({OrderState.DISPATCHED}),
}


class ServiceOrder(Entity):
    """Work at a customer, from dispatch to the signed report."""

    __tablename__ = "service_order"

    number: Mapped[str] = text(
        "Order no.", max_length=40, required=True, in_list=True, searchable=True, index=True
    )
    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True, in_list=True)
    asset_id: Mapped[UUID | None] = reference("Machine", "asset", in_list=True)
    service_request_id: Mapped[UUID | None] = reference("Service request", "service_request")
    contact_id: Mapped[UUID | None] = reference("Contact", "contact")
    engineer_id: Mapped[UUID | None] = reference("Service engineer", "user", in_list=True)
    type: Mapped[OrderType] = choice(
        "Type", OrderType, required=True, default=OrderType.REPAIR, in_list=True, index=True
    )
    state: Mapped[OrderState] = transition(
        "State", OrderState, ORDER_EDGES, default=OrderState.DISPATCHED, in_list=True
    )
    severity: Mapped[Severity] = choice(
        "Severity", Severity, required=True, default=Severity.NORMAL, in_list=True
    )
    subject: Mapped[str] = text("Subject", max_length=500, required=True, in_list=True, searchable=True)
    description: Mapped[str | None] = long_text("Description", searchable=True)
    due_at: Mapped[datetime | None] = instant("Due", in_list=True, index=True)
    planned_from: Mapped[datetime | None] = instant("Planned start", group="window", index=True)
    planned_to: Mapped[datetime | None] = instant("Planned end", group="window")
    departed_at: Mapped[datetime | None] = instant("Departed")
    arrived_at: Mapped[datetime | None] = instant("Arrived")
    completed_at: Mapped[datetime | None] = instant("Completed at", index=True)
    findings: Mapped[str | None] = long_text("Findings", searchable=True)
    remedy: Mapped[str | None] = long_text("Remedy", searchable=True)
    cost: Mapped[Decimal | None] = money("Cost", group="cost")
    currency: Mapped[str | None] = text("Currency", max_length=3, group="cost")


class ChecklistItem(Entity):
    """One step of the standard procedure for an order."""

    __tablename__ = "checklist_item"

    service_order_id: Mapped[UUID] = reference("Service order", "service_order", required=True, parent=True)
    position: Mapped[int] = whole("Sequence", required=True, policy=Policy.LAST)
    step: Mapped[str] = text("Step", max_length=300, required=True, in_list=True)
    mandatory: Mapped[bool] = flag("Mandatory", in_list=True)
    done_at: Mapped[datetime | None] = instant("Done", in_list=True)
    remark: Mapped[str | None] = text("Remark", max_length=500, in_list=True)


class Activity(Option):
    TRAVEL = "travel", "Travel"
    WORK = "work", "Work"
    WAITING = "waiting", "Waiting"


class TimeEntry(Entity):
    """Minutes one engineer spent on an order."""

    __tablename__ = "time_entry"

    service_order_id: Mapped[UUID] = reference("Service order", "service_order", required=True, parent=True)
    engineer_id: Mapped[UUID | None] = reference("Service engineer", "user", in_list=True)
    activity: Mapped[Activity] = choice(
        "Kind of work", Activity, required=True, default=Activity.WORK, in_list=True
    )
    started_at: Mapped[datetime] = instant("Start", required=True, in_list=True)
    minutes: Mapped[int] = whole("Minutes", required=True, in_list=True)


class PartUsed(Entity):
    """Parts consumed on an order; two people's bookings add up."""

    __tablename__ = "part_used"

    service_order_id: Mapped[UUID] = reference("Service order", "service_order", required=True, parent=True)
    spare_part_id: Mapped[UUID | None] = reference("Part", "spare_part", in_list=True)
    description: Mapped[str] = text("Description", required=True, in_list=True)
    amount: Mapped[Decimal] = quantity(
        "Quantity", required=True, in_list=True, policy=Policy.DELTA, positive=True
    )
    serial_no: Mapped[str | None] = text("Serial number", max_length=80, in_list=True)


class SignOff(Entity):
    """The customer's signature under an order, kept as the strokes that were drawn."""

    __tablename__ = "sign_off"

    service_order_id: Mapped[UUID] = reference("Service order", "service_order", required=True, parent=True)
    signer_name: Mapped[str] = text("Signed by", required=True, in_list=True)
    signer_title: Mapped[str | None] = text("Job title")
    signed_at: Mapped[datetime] = instant("Signed at", required=True, in_list=True)
    strokes: Mapped[str] = long_text("Signature", max_length=200_000, required=True, policy=Policy.CONFLICT)
    opinion: Mapped[str | None] = long_text("Customer's remark", max_length=2000)
