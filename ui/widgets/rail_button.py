"""A page's button on the rail."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy

from ui.theme import theme
from ui.widgets.painting import CENTRE, fill, focus_ring, glyph

MOST = 99


class RailButton(QRadioButton):
    """A radio button by nature, so that screen readers say "2 of 7" and arrow keys move; only the
    drawing is ours."""

    def __init__(self, text: str, icon_name: str, shortcut: str = "") -> None:
        super().__init__(text)
        self._icon = icon_name
        self._badge = 0
        keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{text}  {keys}".strip())
        self.setAccessibleName(text)
        self.setFont(theme.font("rail"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_badge(self, count: int) -> None:
        """Show how many things wait there; 0 shows nothing."""
        self._badge = count
        self.setAccessibleName(f"{self.text()} {count}" if count else self.text())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(64, theme.px(56))

    def hitButton(self, at: QPoint) -> bool:
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen, area = self.isChecked(), QRectF(self.rect()).adjusted(2, 2, -2, -2)
        middle = self.width() / 2
        if chosen or self.underMouse():
            fill(painter, area, "surface" if chosen else "pressed", 9)
        if chosen:
            fill(painter, QRectF(5, self.height() / 2 - 9, 3, 18), "accent", 1.5)
        if self.hasFocus():
            focus_ring(painter, area, 9)
        token = "accent" if chosen else "text2"
        glyph(painter, self._icon, token, theme.px(22), QPointF(middle, theme.px(20)))
        self._paint_name(painter, token)
        if self._badge:
            self._paint_badge(painter, middle + theme.px(4))

    def _paint_name(self, painter: QPainter, token: str) -> None:
        font = theme.font("rail")
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        while QFontMetrics(font).horizontalAdvance(self.text()) > self.width() - 4 and font.pixelSize() > 8:
            font.setPixelSize(font.pixelSize() - 1)
        painter.setFont(font)
        painter.setPen(theme.colour(token))
        painter.drawText(QRect(0, theme.px(33), self.width(), theme.px(18)), CENTRE, self.text())

    def _paint_badge(self, painter: QPainter, left: float) -> None:
        text = str(self._badge) if self._badge <= MOST else f"{MOST}+"
        painter.setFont(theme.font("badge"))
        side = theme.px(16)
        width = max(side, painter.fontMetrics().horizontalAdvance(text) + theme.px(8))
        area = QRectF(left, theme.px(5), width, side)
        fill(painter, area.adjusted(-1.5, -1.5, 1.5, 1.5), "rail", side / 2 + 1.5)
        fill(painter, area, "bad", side / 2)
        painter.setPen(theme.colour("surface"))
        painter.drawText(area, CENTRE, text)
