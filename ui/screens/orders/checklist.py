"""The steps of an order, ticked by mouse or Space."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from app.domain.service_orders import ChecklistItem
from app.language import tr
from app.queries.order_card import ChecklistRow, OrderCard
from ui.desk import Desk
from ui.formats import moment
from ui.forms.form_dialog import FormDialog
from ui.layout import clear, column, row
from ui.screens.orders.words import mark_glyph
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.checks import CheckBox
from ui.widgets.labels import Chip, label, set_tone


class Checklist(Card):
    """Rows stay in place while they are ticked, so that the keyboard stays where it is."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Checklist"))
        self._desk = desk
        self._rows: dict[UUID, StepRow] = {}
        self._lines = column(spacing=6)
        self._nothing = label(tr("This order has no checklist."), "label", "text3")
        self.add(self._nothing)
        self.body.addLayout(self._lines)

    def show_card(self, card: OrderCard) -> None:
        items = card.checklist
        done = sum(item.done_at is not None for item in items)
        still = tr("{count} mandatory steps open", count=card.open_mandatory) if card.open_mandatory else ""
        counted = f"{done} / {len(items)}" if items else ""
        self.show_title(tr("Checklist"), " · ".join(part for part in (counted, still) if part))
        self._nothing.setVisible(not items)
        if list(self._rows) != [item.id for item in items]:
            self._rebuild(items)
        for item in items:
            self._rows[item.id].show_item(item, locked=card.locked)

    def _rebuild(self, items: Sequence[ChecklistRow]) -> None:
        clear(self._lines)
        self._rows = {item.id: StepRow(self._desk) for item in items}
        for line in self._rows.values():
            self._lines.addWidget(line)


class StepRow(QWidget):
    """One step: a click anywhere on it ticks it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._item: ChecklistRow | None = None
        self._box = CheckBox()
        self._box.clicked.connect(self._tick)
        self._words = label("", "body", wrap=True)
        self._remark = label("", "caption", "text3", wrap=True)
        self._must = Chip(tr("Mandatory"), "accent")
        self._mark = row(spacing=0)
        self._at = label("", "caption", "text3")
        self._noted = button("", "message-square", "ghost", tip=tr("Remark"), clicked=self._write_remark)
        texts = column(self._words, self._remark, spacing=1)
        self.setLayout(row(self._box, (texts, 1), self._mark, self._must, self._at, self._noted, spacing=8))

    def show_item(self, item: ChecklistRow, *, locked: bool) -> None:
        self._item = item
        self._box.setChecked(item.done_at is not None)
        self._box.setEnabled(not locked)
        spoken = (item.step, tr("Mandatory") if item.mandatory else "")
        self._box.setAccessibleName(", ".join(part for part in spoken if part))
        self._words.setText(item.step)
        set_tone(self._words, "text2" if item.done_at else "text")
        self._remark.setText(item.remark or "")
        self._remark.setVisible(bool(item.remark))
        self._must.setVisible(item.mandatory and item.done_at is None)
        clear(self._mark)
        if sign := mark_glyph(item.mark):
            self._mark.addWidget(sign)
        self._at.setText(moment(item.done_at) if item.done_at else "")
        self._at.setVisible(item.done_at is not None)
        self._noted.setVisible(not locked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._box.click()

    def _tick(self, done: bool) -> None:
        assert self._item is not None
        tick = partial(self._desk.services.order_work.tick, self._item.id, done=done)
        self._desk.change(tick, failed=self._refused)

    def _refused(self, error: Exception) -> None:
        assert self._item is not None
        self._box.setChecked(self._item.done_at is not None)
        self._desk.fail(error)

    def _write_remark(self) -> None:
        assert self._item is not None
        item, work = self._item, self._desk.services.order_work
        FormDialog(
            self._desk,
            self.window(),
            ChecklistItem,
            item.step,
            lambda v: work.tick(item.id, done=item.done_at is not None, remark=v["remark"] or ""),
            only=["remark"],
            values={"remark": item.remark},
        ).open()
