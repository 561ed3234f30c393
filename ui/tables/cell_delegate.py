"""Draws a cell of a table: a text, two lines, or a chip, on the ground of its whole row."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from ui.tables.cells import MARKS, Cell
from ui.tables.record_delegate import HOVER_ROW
from ui.tables.record_model import VALUE, AnyIndex, RecordModel
from ui.theme import theme
from ui.widgets.labels import draw_chip
from ui.widgets.painting import LEFT, RIGHT, fill, glyph, outline, words


class CellDelegate(QStyledItemDelegate):
    """The view keeps the row under the mouse in its property `hoverRow`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(theme.px(80), theme.px(44))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> None:
        painter.save()
        area = QRectF(option.rect)
        table = option.widget
        assert isinstance(table, QTableView)
        model = table.model()
        assert isinstance(model, RecordModel)
        if option.state & QStyle.StateFlag.State_Selected:
            fill(painter, area, "accentSoft")
        elif table.property(HOVER_ROW) == index.row():  # Qt hovers a cell, people expect the row
            fill(painter, area, "hover")
        painter.setPen(theme.colour("divider"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if index.row() == table.currentIndex().row() and table.hasFocus() and index.column() == 0:
            outline(painter, QRectF(area.left() + 2, area.top() + 8, 2, area.height() - 16), "accent", 1, 2)
        inner = area.adjusted(16 if index.column() == 0 else 12, 0, -8, 0)  # as the header's
        cell = index.data(VALUE)
        column = model.columns[index.column()]
        if isinstance(cell, Cell):
            _paint_cell(painter, inner, cell, first=index.column() == 0, align_right=column.align_right)
        else:
            fill(painter, QRectF(inner.left(), area.center().y() - 6, inner.width() * 0.5, 12), "hover", 4)
        painter.restore()


def _paint_cell(painter: QPainter, area: QRectF, cell: Cell, *, first: bool, align_right: bool) -> None:
    if cell.mark in MARKS:
        name, tone, _ = MARKS[cell.mark]
        side = theme.px(15)
        glyph(
            painter, name, tone, side, QRectF(area.right() - side, area.top(), side, area.height()).center()
        )
        area = area.adjusted(0, 0, -side - 6, 0)
    if cell.tone:
        painter.setFont(theme.font("caption"))
        width = min(painter.fontMetrics().horizontalAdvance(cell.text) + theme.px(16), int(area.width()))
        height = theme.px(20)
        draw_chip(
            painter, QRectF(area.left(), area.center().y() - height / 2, width, height), cell.text, cell.tone
        )
        return
    side_of = RIGHT if align_right else LEFT
    role, token = ("body", "text") if first else ("label", "text2")
    if cell.subline:
        middle = area.center().y()
        upper = QRectF(area.left(), middle - theme.px(20), area.width(), theme.px(21))
        lower = QRectF(area.left(), middle + theme.px(1), area.width(), theme.px(18))
        words(painter, upper, cell.text, role, token, side_of)
        words(painter, lower, cell.subline, "caption", "text3", side_of)
    else:
        words(painter, area, cell.text, role, token, side_of)
