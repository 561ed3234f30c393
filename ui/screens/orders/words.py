"""How orders and requests look in lists and headers: icons and tones of their options."""

from app.domain.service_orders import OrderState, OrderType, RequestState, Severity
from app.language import tr
from app.queries.marks import Mark
from app.queries.orders import OrderRow, RequestRow
from ui.formats import ago, near_day
from ui.tables.cells import MARKS, RecordLine
from ui.widgets.labels import Glyph

Chip = tuple[str, str]

_TYPES = {
    OrderType.INSTALLATION: "package",
    OrderType.COMMISSIONING: "play",
    OrderType.TRAINING: "users",
    OrderType.MAINTENANCE: "list-checks",
    OrderType.PARTS: "package",
    OrderType.SUPPORT: "phone",
    OrderType.PROCESS_ANALYSIS: "activity",
    OrderType.OPERATION: "factory",
}
_STATES = {
    OrderState.DISPATCHED: "warn",
    OrderState.WORKING: "info",
    OrderState.SIGNED: "ok",
    OrderState.COMPLETED: "ok",
    OrderState.CANCELLED: "neutral",
}
_SEVERITIES = {Severity.LOW: "neutral", Severity.HIGH: "warn", Severity.STANDSTILL: "bad"}


def type_icon(type: OrderType) -> str:
    return _TYPES.get(type, "wrench")


def order_chip(state: OrderState) -> Chip:
    return tr(state.label), _STATES.get(state, "accent")


def request_chip(state: RequestState) -> Chip:
    return tr(state.label), {RequestState.OPEN: "warn", RequestState.ORDERED: "accent"}.get(state, "neutral")


def severity_chips(severity: Severity) -> list[Chip]:
    """None for what is normal."""
    return [(tr(severity.label), _SEVERITIES[severity])] if severity in _SEVERITIES else []


def mark_chips(mark: Mark) -> list[Chip]:
    """Icon, words and colour of a mark are one everywhere; a chip has the words and the colour."""
    if mark.value not in MARKS:
        return []
    _, tone, words = MARKS[mark.value]
    return [(tr(words), tone)]


def mark_glyph(mark: Mark) -> Glyph | None:
    """The sign of a mark, for lines too narrow for its words; the words are its tool tip."""
    if mark.value not in MARKS:
        return None
    icon_name, tone, words = MARKS[mark.value]
    sign = Glyph(icon_name, tone, 15)
    sign.setToolTip(tr(words))
    sign.setAccessibleName(tr(words))
    return sign


def line_of(row: OrderRow | RequestRow) -> RecordLine:
    """A row of the list."""
    return _order_line(row) if isinstance(row, OrderRow) else _request_line(row)


def _order_line(row: OrderRow) -> RecordLine:
    when = row.completed_at or row.due_at
    return RecordLine(
        row.subject,
        f"{row.customer_name} · {row.number}",
        right=near_day(when.astimezone().date()) if when else "",
        chip=(tr("Overdue"), "bad") if row.overdue else order_chip(row.state),
        mark=row.mark.value,
        icon=type_icon(row.type),
    )


def _request_line(row: RequestRow) -> RecordLine:
    return RecordLine(
        row.symptom,
        " · ".join(part for part in (row.customer_name, row.asset_name) if part),
        right=ago(row.reported_at),
        chip=next(iter(severity_chips(row.severity)), None),
        mark=row.mark.value,
        icon="inbox",
    )
