"""The way of an order from the first step to the last: what is done, what is next."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.language import tr
from ui.theme import theme
from ui.widgets.painting import CENTRE, fill, glyph, outline, words


@dataclass(frozen=True)
class Step:
    """A step's name and, once done, when."""

    name: str
    when: str = ""


class Stepper(QWidget):
    """`current` is the step reached; those before it are done."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: Sequence[Step] = ()
        self._current = 0
        self._stopped = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: Sequence[Step], current: int, *, stopped: bool = False) -> None:
        """`stopped`: it ends here (cancelled); the last step reached shows red."""
        self._steps, self._current, self._stopped = steps, current, stopped
        name = steps[current].name if steps else ""
        self.setAccessibleName(
            tr("Step {number} of {count}: {name}", number=current + 1, count=len(steps), name=name)
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(len(self._steps) * theme.px(110), theme.px(70))

    def minimumSizeHint(self) -> QSize:
        return QSize(len(self._steps) * theme.px(64), theme.px(70))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / max(1, len(self._steps))
        for index, step in enumerate(self._steps):
            middle = width * (index + 0.5)
            if index:
                reached = index <= self._current and not (self._stopped and index == self._current)
                left, right = middle - width + theme.px(20), middle - theme.px(20)
                area = QRectF(left, theme.px(16), right - left, 2)
                fill(painter, area, "accent" if reached else "border", 1)
            self._paint_sign(painter, index, middle)
            self._paint_texts(painter, index, step, QRectF(middle - width / 2 + 2, 0, width - 4, 0))

    def _paint_sign(self, painter: QPainter, index: int, middle: float) -> None:
        side = theme.px(28)
        area = QRectF(middle - side / 2, theme.px(3), side, side)
        last = index == len(self._steps) - 1
        if index == self._current and self._stopped:
            fill(painter, area, "badSoft", side / 2)
            glyph(painter, "x", "bad", theme.px(15), area.center())
        elif index < self._current or (index == self._current and last):
            fill(painter, area, "accent", side / 2)
            glyph(painter, "check", "onAccent", theme.px(15), area.center())
        else:
            now = index == self._current
            fill(painter, area, "accentSoft" if now else "surface", side / 2)
            outline(painter, area, "accent" if now else "control", side / 2, 2 if now else 1)
            words(painter, area, str(index + 1), "label", "accent" if now else "text3", CENTRE)

    def _paint_texts(self, painter: QPainter, index: int, step: Step, column: QRectF) -> None:
        name = QRectF(column.left(), theme.px(34), column.width(), theme.px(19))
        when = QRectF(column.left(), theme.px(52), column.width(), theme.px(17))
        now, ahead = index == self._current, index > self._current
        token = "bad" if now and self._stopped else "accent" if now else "text3" if ahead else "text"
        words(painter, name, step.name, "label", token, CENTRE)
        words(painter, when, step.when, "caption", "text3", CENTRE)
