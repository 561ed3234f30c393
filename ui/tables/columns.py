"""Columns of the records that several pages list: the same thing looks the same everywhere."""

from datetime import date
from typing import Any

from app.domain.assets import AssetStatus
from app.domain.notes import BlobState
from app.domain.service_orders import OrderState
from app.domain.visits import VisitState
from app.language import tr
from app.queries.assets import AssetRow
from app.queries.contacts import AttachmentRow, CollaboratorRow, ContactRow, NoteRow, SiteRow
from app.queries.marks import Mark
from app.queries.orders import OrderRow, RequestRow
from app.queries.visits import CommitmentRow, VisitPlanRow, VisitRow
from ui.file_signs import sign_of
from ui.formats import moment, near_day, short_day, size
from ui.tables.cells import Cell, Column

_STATUS = {
    AssetStatus.RUNNING: "ok",
    AssetStatus.FAULTY: "bad",
    AssetStatus.IN_MAINTENANCE: "accent",
}
_ORDER = {OrderState.COMPLETED: "ok", OrderState.CANCELLED: "neutral"}
_VISIT = {VisitState.DONE: "ok", VisitState.MISSED: "warn", VisitState.UNDER_WAY: "accent"}
SOON_DAYS = 60


def machines() -> list[Column[Any]]:
    return [
        Column(tr("Machine / serial number"), lambda r: Cell(r.name, r.serial_no or "", mark=r.mark.value)),
        Column(tr("Location"), lambda r: r.location or "–", 118),
        Column(tr("Warranty"), warranty, 118),
        Column(tr("Status"), lambda r: Cell(tr(r.status.label), tone=_STATUS.get(r.status, "neutral")), 122),
    ]


def warranty(machine: AssetRow) -> Cell:
    """How long it still lasts, loudly when it ends soon."""
    days, until = machine.warranty_days, machine.warranty_until
    if days is None or until is None:
        return Cell("–")
    if days < 0:
        return Cell(tr("Expired"), tone="neutral")
    if days <= SOON_DAYS:
        return Cell(tr("{days} days left", days=days), tone="warn")
    return Cell(tr("to {month}", month=f"{until:%Y-%m}"), tone="ok")


def contacts() -> list[Column[ContactRow]]:
    return [
        Column(tr("Name"), lambda r: Cell(r.name, _below(r), mark=r.mark.value)),
        Column(tr("Buying role"), _role, 150),
        Column(tr("Mobile"), lambda r: Cell(r.mobile or r.phone or "–"), 150),
        Column(tr("E-mail"), lambda r: r.email or "–", 200),
    ]


def _below(contact: ContactRow) -> str:
    return " · ".join(part for part in (contact.department, contact.job_title) if part)


def _role(contact: ContactRow) -> Cell:
    return Cell(tr(contact.buying_role.label), tone="info") if contact.buying_role else Cell("–")


def sites() -> list[Column[SiteRow]]:
    return [
        Column(tr("Site"), lambda r: Cell(r.name, r.city or "", mark=r.mark.value)),
        Column(tr("Street address"), lambda r: r.street or "–", 320),
    ]


def collaborators() -> list[Column[CollaboratorRow]]:
    return [
        Column(tr("Name"), lambda r: Cell(r.name, mark=r.mark.value)),
        Column(tr("Reason"), lambda r: r.reason or "–", 320),
    ]


def orders() -> list[Column[OrderRow]]:
    return [
        Column(tr("Order"), lambda r: Cell(r.subject, r.number, mark=r.mark.value)),
        Column(tr("Machine"), lambda r: r.asset_name or "–", 190),
        Column(tr("Service engineer"), lambda r: r.engineer_name or "–", 110),
        Column(tr("Due"), _due, 110),
        Column(tr("State"), lambda r: Cell(tr(r.state.label), tone=_ORDER.get(r.state, "accent")), 100),
    ]


def _due(order: OrderRow) -> Cell:
    if order.due_at is None:
        return Cell("–")
    return Cell(near_day(order.due_at.astimezone().date()), tone="bad" if order.overdue else "neutral")


def requests() -> list[Column[RequestRow]]:
    return [
        Column(tr("Symptom"), lambda r: Cell(r.symptom, r.asset_name or "", mark=r.mark.value)),
        Column(tr("Severity"), lambda r: tr(r.severity.label), 100),
        Column(tr("Reported"), lambda r: moment(r.reported_at), 140),
        Column(tr("State"), lambda r: Cell(tr(r.state.label), tone="accent"), 100),
    ]


def visits() -> list[Column[VisitRow]]:
    return [
        Column(tr("Visit"), lambda r: Cell(r.purpose, tr(r.type.label), mark=r.mark.value)),
        Column(tr("Time"), lambda r: moment(r.planned_from), 150),
        Column(tr("Owner"), lambda r: r.owner_name or "–", 110),
        Column(tr("State"), lambda r: Cell(tr(r.state.label), tone=_VISIT.get(r.state, "neutral")), 100),
    ]


def visit_plans() -> list[Column[VisitPlanRow]]:
    return [
        Column(tr("Visit plan"), lambda r: Cell(r.purpose, r.owner_name or "", mark=r.mark.value)),
        Column(tr("Interval in days"), lambda r: str(r.visit_cadence), 130),
        Column(
            tr("State"),
            lambda r: Cell(tr("Active"), tone="ok") if r.active else Cell(tr("Ended"), tone="neutral"),
            100,
        ),
    ]


def commitments() -> list[Column[CommitmentRow]]:
    return [
        Column(tr("Promise"), lambda r: Cell(r.promise, r.owner_name or "", mark=r.mark.value)),
        Column(tr("Due"), _promised, 130),
    ]


def _promised(promise: CommitmentRow) -> Cell:
    if promise.kept_at:
        return Cell(tr("Kept"), tone="ok")
    return Cell(near_day(promise.due_on), tone="bad" if promise.due_on < date.today() else "neutral")


def notes() -> list[Column[NoteRow]]:
    return [
        Column(tr("Note"), lambda r: Cell(r.body.replace("\n", " "), r.author_name or "", mark=r.mark.value)),
        Column(tr("Written"), lambda r: moment(r.written_at), 150),
    ]


def files() -> list[Column[AttachmentRow]]:
    return [
        Column(tr("File name"), lambda r: Cell(r.file_name, size(r.size), mark=_file_mark(r))),
        Column(tr("Taken"), lambda r: short_day(r.taken_at.date()) if r.taken_at else "–", 120),
        Column(tr("Where"), _where, 180),
    ]


def _file_mark(row: AttachmentRow) -> str:
    """Bytes that wait are as unsent as a row that waits."""
    waits = row.blob is BlobState.PENDING and row.here and row.mark is Mark.NONE
    return Mark.UNSYNCED.value if waits else row.mark.value


def _where(row: AttachmentRow) -> Cell:
    sign = sign_of(row)
    return Cell(sign.words, tone=sign.tone) if sign else Cell(tr("on this computer"), tone="ok")
