"""Today's visits, in the order of the day."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.visits import VisitState
from app.language import tr
from app.queries.visits import VisitRow
from ui.formats import time_of
from ui.layout import clear, column, row
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import Chip, ElidedLabel, Glyph, label
from ui.widgets.states import EmptyState

_SIGNS = {
    VisitState.DONE: ("check", "ok", "okSoft"),
    VisitState.UNDER_WAY: ("map-pin", "accent", "accentSoft"),
    VisitState.MISSED: ("triangle-alert", "warn", "warnSoft"),
    VisitState.CANCELLED: ("x", "text3", "hover"),
}
_TONES = {VisitState.DONE: "ok", VisitState.UNDER_WAY: "accent", VisitState.MISSED: "warn"}


class DayAgenda(QWidget):
    """One line a visit; `open_visit` and `plan` are what a click asks for."""

    def __init__(self, open_visit: Callable[[UUID], object], plan: Callable[[], object]) -> None:
        super().__init__()
        self._open, self._plan = open_visit, plan
        self._lines = column(spacing=4)
        self.setLayout(column(self._lines, None, spacing=0))

    def show_visits(self, visits: Sequence[VisitRow], next_visit: VisitRow | None) -> None:
        clear(self._lines)
        if not visits:
            words = tr("No visits today"), tr("Plan one, or look at the week.")
            self._lines.addWidget(EmptyState(*words, tr("Plan a visit"), self._plan, "calendar-days"))
        for visit in visits:
            self._lines.addWidget(self._line(visit, visit == next_visit))

    def _line(self, visit: VisitRow, is_next: bool) -> QWidget:
        icon_name, tone, ground = _SIGNS.get(visit.state, ("map-pin", "text2", "hover"))
        if is_next:
            icon_name, tone, ground = "map-pin", "accent", "accentSoft"
        chip = Chip(
            tr("Next") if is_next else tr(visit.state.label),
            "accent" if is_next else _TONES.get(visit.state, "neutral"),
        )
        time = label(time_of(visit.planned_from), "strong")
        time.setFixedWidth(theme.px(48))
        texts = column(
            row(ElidedLabel(visit.customer_name, "body"), chip, None, spacing=8),
            ElidedLabel(" · ".join(part for part in (visit.city, visit.purpose) if part), "caption", "text3"),
            spacing=2,
        )
        opened = button("", "chevron-right", "ghost", tip=tr("Open"), clicked=partial(self._open, visit.id))
        made = QWidget()
        made.setLayout(row(time, Glyph(icon_name, tone, 14, ground=ground, box=28), (texts, 1), opened,
                           margins=(0, 5, 0, 5), spacing=12))  # fmt: skip
        return made
