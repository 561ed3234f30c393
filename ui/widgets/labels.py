"""Texts, chips, glyphs and avatars."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.icons import pixmap
from ui.theme import theme
from ui.tokens import TONES

AVATAR_TONES = ("accent", "ok", "info", "warn")


def label(text: str = "", role: str = "body", tone: str | None = None, *, wrap: bool = False) -> QLabel:
    """Plain text in the font of `role`, coloured by `tone` ("text2", "text3", "bad", …)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(theme.font(role))
    made.setWordWrap(wrap)
    if tone:
        made.setProperty("tone", tone)
    return made


def set_tone(widget: QWidget, tone: str) -> None:
    """Colour a label anew; the sheet looks at properties only when asked to."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Have the sheet look at the widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class ElidedLabel(QLabel):
    """A line that gives way: what does not fit ends in an ellipsis and shows in the tool tip."""

    def __init__(self, text: str = "", role: str = "body", tone: str | None = None) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(role))
        self.setProperty("tone", tone)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(theme.px(40), self.sizeHint().width()), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fitting = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if fitting == self.text() else self.text())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)


class Chip(QLabel):
    """A few words on a soft ground; the tone says what kind of news it is."""

    def __init__(self, text: str = "", tone: str = "neutral") -> None:
        super().__init__(text)
        self._tone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font("caption"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str, tone: str | None = None) -> None:
        self._tone = tone or self._tone
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + theme.px(16), theme.px(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        draw_chip(painter, QRectF(self.rect()), self.text(), self._tone)


def draw_chip(painter: QPainter, area: QRectF, text: str, tone: str) -> None:
    """Draw a chip that fills `area`; delegates use it too."""
    colours = TONES[tone]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(colours.soft))
    painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
    painter.setPen(theme.colour(colours.text))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


class Glyph(QWidget):
    """An icon, alone or in a tinted box."""

    def __init__(
        self, name: str, token: str = "text3", size: int = 16, *, ground: str | None = None, box: int = 0
    ) -> None:
        super().__init__()
        self._name, self._token, self._ground = name, token, ground
        self._size = theme.px(size)
        side = theme.px(box or size)
        self.setFixedSize(side, side)

    def show_icon(self, name: str, token: str, ground: str | None = None) -> None:
        self._name, self._token, self._ground = name, token, ground
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._ground:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(self._ground))
            radius = self.width() * 0.26
            painter.drawRoundedRect(self.rect(), radius, radius)
        at = (self.width() - self._size) // 2
        painter.drawPixmap(QPoint(at, at), self._pixmap())

    def _pixmap(self) -> QPixmap:
        return pixmap(self._name, self._token, self._size, self.devicePixelRatioF())


class Avatar(QWidget):
    """The telling character of a name on a ground that is always the same for that name."""

    def __init__(self, name: str = "", size: int = 34, *, round_: bool = True) -> None:
        super().__init__()
        self._round = round_
        self._name = name
        self.setFixedSize(theme.px(size), theme.px(size))

    def show_name(self, name: str) -> None:
        self._name = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_avatar(painter, QRectF(self.rect()), self._name, round_=self._round)


def draw_avatar(
    painter: QPainter, area: QRectF, name: str, *, round_: bool, ground: str | None = None, letter: str = ""
) -> None:
    """Draw an avatar that fills `area`; delegates use it too."""
    tone = TONES[AVATAR_TONES[sum(map(ord, name)) % len(AVATAR_TONES)]]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(ground or tone.soft))
    radius = area.width() / 2 if round_ else theme.px(9)
    painter.drawRoundedRect(area, radius, radius)
    painter.setFont(theme.font("subtitle" if area.width() > theme.px(35) else "strong"))
    painter.setPen(theme.colour(tone.text))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, letter or name[:1].upper())
