"""The service report of an order as texts, ready to be set on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.clock import Clock
from app.language import tr
from app.persistence.replica import Replica
from app.queries.order_card import OrderCard, Strokes, card

Pair = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """A heading, the names of the columns, and the rows below them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ServiceReport:
    """Everything in the user's language; a section without content is left out.

    `facts` are label and value; `texts` are headings with what was written below them; `strokes` are
    the signature's lines of points between 0 and 1.
    """

    title: str
    number: str
    facts: tuple[Pair, ...]
    texts: tuple[Pair, ...]
    tables: tuple[Table, ...]
    signature_title: str
    signature_facts: tuple[Pair, ...]
    strokes: Strokes
    footer: str
    photos: tuple[str, ...]


def report(replica: Replica, clock: Clock, order_id: UUID) -> ServiceReport | None:
    """None where the order is not on this laptop. `photos` are checksums in the blob store."""
    order = card(replica, clock, order_id)
    if order is None:
        return None
    return ServiceReport(
        title=tr("Service report"),
        number=order.row.number,
        facts=_given(_facts(order)),
        texts=_given(_texts(order)),
        tables=tuple(table for table in _tables(order) if table.rows),
        signature_title=tr("Customer sign-off"),
        signature_facts=_given(_signature(order)),
        strokes=order.sign_off.strokes if order.sign_off else (),
        footer=tr("Printed {at}", at=moment(clock())),
        photos=tuple(file.sha256 for file in order.files if file.is_photo),
    )


def moment(at: datetime | None) -> str:
    """As its author's clock showed it."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


def amount(number: Decimal | None) -> str:
    """Without needless zeros."""
    return "" if number is None else f"{number.normalize():f}"


def hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _facts(order: OrderCard) -> Sequence[Pair]:
    row, machine = order.row, order.machine
    return (
        (tr("Customer"), row.customer_name),
        (tr("Address"), order.customer_address),
        (tr("Contact"), " ".join(filter(None, (order.contact_name, order.contact_phone)))),
        (tr("Type"), tr(row.type.label)),
        (tr("Machine"), machine.name if machine else ""),
        (tr("Serial number"), (machine.serial_no or "") if machine else ""),
        (tr("Location"), (machine.location or "") if machine else ""),
        (tr("Warranty until"), _day(machine.warranty_until) if machine else ""),
        (tr("Service engineer"), row.engineer_name or ""),
        (tr("Arrived"), moment(order.values["arrived_at"])),
        (tr("Completed at"), moment(row.completed_at)),
        (tr("State"), tr(row.state.label)),
    )


def _texts(order: OrderCard) -> Sequence[Pair]:
    return (
        (tr("Subject"), order.row.subject),
        (tr("Description"), order.values["description"] or ""),
        (tr("Findings"), order.values["findings"] or ""),
        (tr("Remedy"), order.values["remedy"] or ""),
    )


def _tables(order: OrderCard) -> Sequence[Table]:
    return (
        Table(
            tr("Checklist"),
            (tr("Step"), tr("Done"), tr("Remark")),
            tuple((item.step, moment(item.done_at), item.remark or "") for item in order.checklist),
        ),
        Table(
            tr("Parts used"),
            (tr("Part no."), tr("Description"), tr("Quantity"), tr("Unit"), tr("Serial number")),
            tuple(
                (p.code or "", p.description, amount(p.amount), p.unit or "", p.serial_no or "")
                for p in order.parts
            ),
        ),
        Table(
            tr("Parts replaced"),
            (tr("Part"), tr("Old serial number"), tr("New serial number"), tr("Cause")),
            tuple(
                (r.description or "", r.old_serial_no or "", r.new_serial_no or "", r.cause or "")
                for r in order.replacements
            ),
        ),
        Table(
            tr("Working time"),
            (tr("Service engineer"), tr("Kind of work"), tr("Start"), tr("Hours")),
            tuple(
                (t.engineer_name or "", tr(t.activity.label), moment(t.started_at), hours(t.minutes))
                for t in order.time
            ),
        ),
    )


def _signature(order: OrderCard) -> Sequence[Pair]:
    signed = order.sign_off
    if signed is None:
        return ()
    return (
        (tr("Signed by"), signed.signer_name),
        (tr("Job title"), signed.signer_title or ""),
        (tr("Signed at"), moment(signed.signed_at)),
        (tr("Customer's remark"), signed.opinion or ""),
    )


def _given(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    return tuple((label, text) for label, text in pairs if text)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
