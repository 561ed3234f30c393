"""Who stands in for whom: what is in force and to come, and a way to begin and end it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from app.language import tr
from app.queries.delegations import DelegationRow
from ui.delegating import DelegationDialog, PeriodDialog, end_delegation
from ui.desk import Desk
from ui.formats import day
from ui.layout import clear, column, row
from ui.messages import explain
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import Chip, ElidedLabel, Glyph, label

MOST_OVER = 3
"""Past ones that are still shown, to look back at."""


class DelegationsCard(Card):
    """Everybody delegates his own work; the office that of anybody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        super().__init__(
            tr("Delegations"), "", button(tr("Delegate work"), "users", "link", clicked=self._begin)
        )
        note = tr(
            "A colleague works in your place from one day to another. On the last evening the customers "
            "leave their computer by themselves, with or without a network."
        )
        self._lines = column(spacing=10)
        self.body.addWidget(label(note, "label", "text2", wrap=True))
        self.body.addLayout(self._lines)

    def reload(self) -> None:
        """Read what is shown."""
        self._desk.read(self._desk.queries.delegations.page, self._show, self._failed, self)

    def _show(self, rows: Sequence[DelegationRow]) -> None:
        clear(self._lines)
        current = [found for found in rows if not found.over]
        shown = current + [found for found in rows if found.over][:MOST_OVER]
        for found in shown:
            self._lines.addWidget(self._line(found))
        if not shown:
            self._lines.addWidget(label(tr("Nobody stands in for anybody."), "label", "text3"))

    def _failed(self, error: Exception) -> None:
        clear(self._lines)
        self._lines.addWidget(label(explain(error).text, "label", "bad", wrap=True))

    def _line(self, found: DelegationRow) -> QWidget:
        people = tr("{delegate} for {owner}", delegate=found.delegate_name, owner=found.owner_name)
        period = tr("{start} to {end}", start=day(found.starts_on), end=day(found.ends_on))
        what = tr(", ").join(found.what)
        remark = " · ".join(part for part in (period, what, found.reason) if part)
        change = button(tr("Change period…"), kind="link", clicked=partial(self._change, found))
        end = button(tr("End now"), kind="link", clicked=partial(end_delegation, self._desk, found))
        for way in (change, end):
            way.setVisible(found.may_change and not found.over)
        made = QWidget()
        texts = column(
            row(ElidedLabel(people, "body"), _state(found), None, spacing=6),
            ElidedLabel(remark, "caption", "text3"),
            spacing=1,
        )
        made.setLayout(row(Glyph("users", "text3", 18), (texts, 1), change, end, spacing=10))
        return made

    def _begin(self) -> None:
        DelegationDialog(self._desk, self.window()).open()

    def _change(self, found: DelegationRow) -> None:
        PeriodDialog(self._desk, self.window(), found).open()


def _state(found: DelegationRow) -> Chip:
    if found.over:
        return Chip(tr("Over"), "neutral")
    return Chip(tr("In force"), "ok") if found.in_force else Chip(tr("To come"), "info")
