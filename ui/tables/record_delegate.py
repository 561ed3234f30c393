"""Draws a record in a list as two lines with an avatar, a date, a chip and its sync mark."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.tables.cells import MARKS, RecordLine
from ui.tables.record_model import VALUE
from ui.theme import theme
from ui.widgets.labels import draw_avatar, draw_chip
from ui.widgets.painting import RIGHT, fill, focus_ring, glyph, words

ROW_HEIGHT = 68
HOVER_ROW = "hoverRow"


class RecordDelegate(QStyledItemDelegate):
    """The view keeps the row under the mouse in its property `hoverRow`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme.px(200), theme.px(ROW_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        area = QRectF(option.rect).adjusted(8, 2, -8, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.widget.property(HOVER_ROW) == index.row():
            fill(painter, area, "accentSoft" if selected else "hover", 8)
        if option.state & QStyle.StateFlag.State_HasFocus and option.widget.property("keyboard"):
            focus_ring(painter, area.adjusted(1, 1, -1, -1), 8)
        line = index.data(VALUE)
        if isinstance(line, RecordLine):
            self._paint_line(painter, area, line, selected=selected)
        else:
            _paint_placeholder(painter, area)
        painter.restore()

    def _paint_line(self, painter: QPainter, area: QRectF, line: RecordLine, *, selected: bool) -> None:
        left = _paint_sign(painter, area, line, selected=selected)
        right = area.right() - theme.px(12)
        upper = QRectF(left, area.top() + theme.px(10), right - left, theme.px(22))
        lower = QRectF(left, area.top() + theme.px(33), right - left, theme.px(20))
        painter.setFont(theme.font("caption"))
        width = painter.fontMetrics().horizontalAdvance(line.right) + 2 if line.right else 0
        words(painter, upper, line.right, "caption", "text3", RIGHT)
        upper.setRight(upper.right() - width - (10 if width else 0))
        words(painter, upper, line.title, "strong" if selected else "body", "text")
        end = _paint_mark(painter, lower, line.mark)
        end = _paint_chip(painter, lower, end, line.chip, selected=selected)
        lower.setRight(end)
        words(painter, lower, line.subline, "caption", "text3")


def _paint_sign(painter: QPainter, area: QRectF, line: RecordLine, *, selected: bool) -> float:
    side = theme.px(38)
    sign = QRectF(area.left() + theme.px(10), area.center().y() - side / 2, side, side)
    ground = "surface" if selected else None
    if line.icon:
        fill(painter, sign, ground or "hover", theme.px(9))
        glyph(painter, line.icon, "text2", theme.px(18), sign.center())
    elif line.avatar:
        draw_avatar(painter, sign, line.title, round_=False, ground=ground, letter=line.avatar)
    else:
        return sign.left() + 2
    return sign.right() + theme.px(12)


def _paint_mark(painter: QPainter, area: QRectF, mark: str) -> float:
    if mark not in MARKS:
        return area.right()
    name, tone, _ = MARKS[mark]
    side = theme.px(16)
    centre = QRectF(area.right() - side, area.top(), side, area.height()).center()
    glyph(painter, name, tone, side, centre)
    return area.right() - theme.px(24)


def _paint_chip(
    painter: QPainter, area: QRectF, end: float, chip: tuple[str, str] | None, *, selected: bool
) -> float:
    if chip is None:
        return end
    text, tone = chip
    painter.setFont(theme.font("caption"))
    width = painter.fontMetrics().horizontalAdvance(text) + theme.px(14)
    height = theme.px(18)
    ground = QRectF(end - width, area.center().y() - height / 2, width, height)
    draw_chip(painter, ground, text, tone)
    if selected and tone == "neutral":
        fill(painter, ground, "surface", height / 2)
        words(painter, ground, text, "caption", "text2", Qt.AlignmentFlag.AlignCenter)
    return ground.left() - 8


def _paint_placeholder(painter: QPainter, area: QRectF) -> None:
    side = theme.px(38)
    sign = QRectF(area.left() + theme.px(10), area.center().y() - side / 2, side, side)
    fill(painter, sign, "hover", theme.px(9))
    left = sign.right() + theme.px(12)
    fill(painter, QRectF(left, area.top() + theme.px(15), area.width() * 0.45, theme.px(12)), "hover", 4)
    fill(painter, QRectF(left, area.top() + theme.px(38), area.width() * 0.3, theme.px(10)), "hover", 4)
