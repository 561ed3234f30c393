"""How visits look in the week, in lists and in heads: tones, chips and times."""

from datetime import date

from app.domain.visits import VisitState
from app.language import tr
from app.queries.marks import Mark
from app.queries.visits import VisitRow
from ui.formats import moment, near_day, time_of
from ui.tables.cells import MARKS, RecordLine
from ui.widgets.week_entry import WeekEntry

Chip = tuple[str, str]
MOVABLE = frozenset({VisitState.PLANNED, VisitState.MISSED})
_TONES = {
    VisitState.PLANNED: "accent",
    VisitState.UNDER_WAY: "info",
    VisitState.DONE: "ok",
    VisitState.MISSED: "warn",
    VisitState.CANCELLED: "neutral",
}
_ICONS = {
    VisitState.PLANNED: "calendar",
    VisitState.UNDER_WAY: "map-pin",
    VisitState.DONE: "circle-check",
    VisitState.MISSED: "triangle-alert",
    VisitState.CANCELLED: "circle-x",
}


def state_chip(state: VisitState) -> Chip:
    return tr(state.label), _TONES[state]


def state_icon(state: VisitState) -> str:
    return _ICONS[state]


def chips_of(visit: VisitRow) -> list[Chip]:
    """State and type, whether it still has to be prepared, and what the sync has to say."""
    chips = [state_chip(visit.state), (tr(visit.type.label), "neutral")]
    if visit.state is VisitState.PLANNED and not visit.prepared:
        chips.append((tr("To prepare"), "warn"))
    return chips + mark_chips(visit.mark)


def mark_chips(mark: Mark) -> list[Chip]:
    """None for a record that is as the server has it."""
    if mark.value not in MARKS:
        return []
    _, tone, words = MARKS[mark.value]
    return [(tr(words), tone)]


def window_words(visit: VisitRow) -> str:
    """Today 09:00–10:00; the day of the end only where it is another one."""
    start, end = visit.planned_from.astimezone(), visit.planned_to
    if end is None:
        return moment(start)
    same_day = end.astimezone().date() == start.date()
    return f"{moment(start)}–{time_of(end)}" if same_day else f"{moment(start)} – {moment(end)}"


def due_chip(due_on: date) -> Chip:
    return near_day(due_on), "bad" if due_on < date.today() else "neutral"


def line_of(visit: VisitRow) -> RecordLine:
    """Two lines of the list."""
    to_prepare = visit.state is VisitState.PLANNED and not visit.prepared
    return RecordLine(
        visit.customer_name,
        visit.purpose,
        right=moment(visit.planned_from),
        chip=(tr("To prepare"), "warn") if to_prepare else state_chip(visit.state),
        mark=visit.mark.value,
        icon=state_icon(visit.state),
    )


def entry_of(visit: VisitRow) -> WeekEntry:
    """A block of the week."""
    return WeekEntry(
        visit.id,
        visit.customer_name,
        visit.purpose,
        visit.planned_from,
        visit.planned_to,
        tone=_TONES[visit.state],
        mark=visit.mark.value,
        movable=visit.state in MOVABLE,
    )
