"""A field to sign in with pen, finger or mouse; the strokes themselves are kept."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QTabletEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.language import tr
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.painting import CENTRE, fill, focus_ring, outline, words

Stroke = Sequence[tuple[float, float]]
WIDTH, HEIGHT = 520, 160
INK = 2.4
PLACES = 4


class SignaturePad(QWidget):
    """Points lie between 0 and 1 of its width and height, whatever the size on screen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._strokes: list[list[tuple[float, float]]] = []
        self._read_only = self._drawing = False
        self._clear = button(tr("Clear"), "eraser", "ghost", clicked=self.clear)
        self._hint = label(tr("Sign with pen, finger or mouse"), "caption", "text3")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._clear.setParent(self)
        self._hint.setParent(self)
        self._refresh()

    @property
    def is_blank(self) -> bool:
        """Nothing drawn yet; a dot is no signature."""
        return not any(len(stroke) > 1 for stroke in self._strokes)

    def strokes(self) -> list[Stroke]:
        """The lines drawn, as the use case and the report take them."""
        return [[(round(x, PLACES), round(y, PLACES)) for x, y in stroke] for stroke in self._strokes]

    def show_strokes(self, strokes: Sequence[Stroke], *, read_only: bool = True) -> None:
        """Show a signature given earlier."""
        self._strokes = [list(stroke) for stroke in strokes]
        self._read_only = read_only
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if read_only else Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor if read_only else Qt.CursorShape.CrossCursor)
        self._refresh()

    def clear(self) -> None:
        self._strokes = []
        self._refresh()
        self.changed.emit()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH // 2, HEIGHT)

    # Drawing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._draw_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        match event.type():
            case QEvent.Type.TabletPress:
                self._begin(event.position())
            case QEvent.Type.TabletMove:
                self._draw_to(event.position())
            case QEvent.Type.TabletRelease:
                self._end()
        event.accept()

    def _begin(self, at: QPointF) -> None:
        if not self._read_only:
            self._strokes.append([self._to_field(at)])
            self._drawing = True
            self._refresh()

    def _draw_to(self, at: QPointF) -> None:
        if self._drawing:
            self._strokes[-1].append(self._to_field(at))
            self.update()

    def _end(self) -> None:
        if self._drawing:
            self._drawing = False
            self._refresh()
            self.changed.emit()

    def _to_field(self, at: QPointF) -> tuple[float, float]:
        return _within(at.x() / self.width()), _within(at.y() / self.height())

    def _refresh(self) -> None:
        self._clear.setVisible(not self.is_blank and not self._read_only)
        self._hint.setVisible(self.is_blank and not self._read_only)
        self.setAccessibleName(tr("Signature, empty") if self.is_blank else tr("Signature, signed"))
        self.update()

    # Painting

    def resizeEvent(self, event: QEvent) -> None:
        self._clear.adjustSize()
        self._clear.move(self.width() - self._clear.width() - 8, 8)
        self._hint.adjustSize()
        self._hint.move(16, self.height() - self._hint.height() - 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        fill(painter, area, "surface", 8)
        outline(painter, area, "control", 8)
        if self.hasFocus():
            focus_ring(painter, area, 8)
        if not self._read_only:
            base = self.height() * 0.74
            painter.setPen(QPen(theme.colour("border"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(40, base), QPointF(self.width() - 40, base))
            words(painter, QRectF(18, base - 24, 20, 20), "×", "subtitle", "text3", CENTRE)
        paint_strokes(painter, self._strokes, QSizeF(self.size()), theme.code("text"))


def paint_strokes(painter: QPainter, strokes: Sequence[Stroke], size: QSizeF, colour: str) -> None:
    """Smooth ink in a field of `size` at the painter's origin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour)
    pen.setWidthF(INK * size.height() / HEIGHT)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in strokes:
        points = [QPointF(x * size.width(), y * size.height()) for x, y in stroke]
        if len(points) < 3:
            painter.drawLine(points[0], points[-1] + QPointF(0.1, 0))
            continue
        path = QPainterPath(points[0])
        for here, after in pairwise(points[1:]):
            path.quadTo(here, (here + after) / 2)
        painter.drawPath(path)


def signature_image(strokes: Sequence[Stroke], scale: float = 3.0, colour: str = "#18202B") -> QImage:
    """The signature as a picture, for reports; needs no window."""
    image = QImage(round(WIDTH * scale), round(HEIGHT * scale), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_strokes(painter, strokes, QSizeF(image.size()), colour)
    painter.end()
    return image


def _within(share: float) -> float:
    """A pen that leaves the field draws along its edge."""
    return min(max(share, 0.0), 1.0)
