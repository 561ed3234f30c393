"""Bars side by side, one group a category, drawn by hand so that no chart library is needed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import theme
from ui.widgets.painting import CENTRE, RIGHT, words

LINES = 4
_COLOURS = ("accent", "accentLine", "ok", "info")


@dataclass(frozen=True)
class Bars:
    """One category and a value for each series."""

    name: str
    values: tuple[float, ...]


class BarChart(QWidget):
    """The numbers are spoken as well: they are the accessible description."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._bars: Sequence[Bars] = ()
        self.setAccessibleName(name)
        self.setMinimumHeight(theme.px(170))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(self, bars: Sequence[Bars]) -> None:
        self._bars = bars
        spoken = (f"{group.name} {' '.join(f'{value:g}' for value in group.values)}" for group in bars)
        self.setAccessibleDescription("; ".join(spoken))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(200))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = QRectF(self.rect()).adjusted(theme.px(40), 8, -6, -theme.px(24))
        top = _round_top(max((value for group in self._bars for value in group.values), default=0))
        self._paint_lines(painter, plot, top)
        width = plot.width() / max(1, len(self._bars))
        for index, group in enumerate(self._bars):
            area = QRectF(plot.left() + width * index, plot.top(), width, plot.height())
            self._paint_group(painter, area, group, top)

    def _paint_lines(self, painter: QPainter, plot: QRectF, top: float) -> None:
        for index in range(LINES + 1):
            y = plot.bottom() - plot.height() * index / LINES
            painter.setPen(QPen(theme.colour("divider"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            scale = QRectF(0, y - 9, theme.px(32), 18)
            words(painter, scale, f"{top * index / LINES:g}", "caption", "text3", RIGHT)

    def _paint_group(self, painter: QPainter, area: QRectF, group: Bars, top: float) -> None:
        gap = 2.0
        width = min(theme.px(22), (area.width() * 0.7 - gap) / max(1, len(group.values)))
        left = area.center().x() - (width * len(group.values) + gap * (len(group.values) - 1)) / 2
        painter.save()
        painter.setClipRect(area)
        for value, colour in zip(group.values, _COLOURS, strict=False):
            height = area.height() * value / top
            bar = QPainterPath()  # rounded above, cut off at the ground
            bar.addRoundedRect(QRectF(left, area.bottom() - height, width, height + 4), 4, 4)
            painter.fillPath(bar, theme.colour(colour))
            left += width + gap
        painter.restore()
        below = QRectF(area.left(), area.bottom() + 4, area.width(), theme.px(20))
        words(painter, below, group.name, "caption", "text3", CENTRE)


def _round_top(largest: float) -> float:
    """A little above the largest value, so that the lines stand at round numbers."""
    if largest <= 0:
        return LINES
    step = largest * 1.05 / LINES
    magnitude = 10 ** math.floor(math.log10(step))
    rounded = next(factor for factor in (1, 1.5, 2, 2.5, 4, 5, 7.5, 10) if factor * magnitude >= step)
    return float(max(LINES * rounded * magnitude, LINES if largest <= LINES else 0))
