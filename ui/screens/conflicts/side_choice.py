"""One side of a question, as a card one can choose."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QTextDocument, QTextOption
from PySide6.QtWidgets import QRadioButton, QSizePolicy

from app.language import tr
from ui.icons import pixmap
from ui.screens.conflicts.difference import marked
from ui.theme import theme

LEFT, RIGHT, PADDING, LEAST_HEIGHT = 40, 14, 12, 46
LONGEST = 1_500
"""Characters drawn; the whole text is in the result when the side is chosen."""


class SideChoice(QRadioButton):
    """Drawn as a card, still a radio button: arrow keys, Space and screen readers work unasked."""

    def __init__(self, spoken: str, base: str, text: str) -> None:
        super().__init__()
        self._base, self._text = base[:LONGEST], text[:LONGEST] + ("…" if len(text) > LONGEST else "")
        self.setAccessibleName(f"{spoken}: {text or tr('(empty)')}")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(theme.px(180), self.heightForWidth(theme.px(230)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(LEAST_HEIGHT))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        text = self._document(width - LEFT - RIGHT).size().height()
        return max(theme.px(LEAST_HEIGHT), int(text + 0.5) + 2 * PADDING)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter)
        document = self._document(self.width() - LEFT - RIGHT)
        height = document.size().height()
        lines = height > theme.px(30)
        top = PADDING if lines else (self.height() - height) / 2
        self._paint_mark(painter, top + (theme.px(11) if lines else height / 2))
        painter.translate(LEFT, top)
        document.drawContents(painter)

    def _paint_card(self, painter: QPainter) -> None:
        chosen, focused = self.isChecked(), self.hasFocus()
        ground = "accentSoft" if chosen else "hover" if self.underMouse() else "surface"
        painter.setBrush(theme.colour(ground))
        painter.setPen(QPen(theme.colour("accent" if chosen or focused else "border"), 2 if focused else 1.2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _paint_mark(self, painter: QPainter, middle: float) -> None:
        chosen = self.isChecked()
        painter.setBrush(theme.colour("accent" if chosen else "surface"))
        painter.setPen(QPen(theme.colour("accent" if chosen else "control"), 1.5))
        painter.drawEllipse(QRectF(13, middle - 8, 16, 16))
        if chosen:
            painter.drawPixmap(
                QPoint(15, int(middle - 6)), pixmap("check", "onAccent", 12, self.devicePixelRatioF())
            )

    def _document(self, width: int) -> QTextDocument:
        document = QTextDocument()
        document.setDefaultFont(theme.font("body"))
        document.setDocumentMargin(0)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        text = marked(self._base, self._text, theme.code("diffAdd"))
        colour = theme.code("text" if self._text else "text3")
        document.setHtml(f'<div style="color:{colour}">{text or tr("(empty)")}</div>')
        document.setTextWidth(max(width, 20))
        return document
