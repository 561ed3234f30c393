"""Strokes every painted widget repeats: soft grounds, focus rings, elided lines."""

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.icons import pixmap
from ui.theme import theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


def fill(painter: QPainter, area: QRectF, token: str | QColor, radius: float = 0) -> None:
    """A ground without an outline."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(token) if isinstance(token, str) else token)
    painter.drawRoundedRect(area, radius, radius)


def outline(painter: QPainter, area: QRectF, token: str, radius: float, width: float = 1) -> None:
    """An outline without a ground."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour(token), width))
    painter.drawRoundedRect(area, radius, radius)


def focus_ring(painter: QPainter, area: QRectF, radius: float) -> None:
    """The ring around whatever has the keyboard, always visible."""
    outline(painter, area, "accent", radius, 2)


def words(  # noqa: PLR0917 (a stroke names its six facts in the order one thinks of them)
    painter: QPainter, area: QRectF, text: str, role: str, token: str, align: Qt.AlignmentFlag = LEFT
) -> None:
    """One line of text that ends in an ellipsis where it does not fit."""
    painter.setFont(theme.font(role))
    painter.setPen(theme.colour(token))
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()) + 1)
    painter.drawText(area, align | Qt.TextFlag.TextSingleLine, fitting)


def glyph(painter: QPainter, name: str, token: str, size: int, centre: QPointF) -> None:
    """An icon around a point."""
    drawn = pixmap(name, token, size, painter.device().devicePixelRatioF())
    painter.drawPixmap(QPoint(round(centre.x() - size / 2), round(centre.y() - size / 2)), drawn)
