"""Draws a line of the palette, with what was typed marked in it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.screens.search.entries import Entry
from ui.theme import theme
from ui.widgets.painting import RIGHT, fill, glyph, words

ENTRY = Qt.ItemDataRole.UserRole
HEADING_HEIGHT, LINE_HEIGHT = 30, 42


class EntryDelegate(QStyledItemDelegate):
    """Items carry their Entry under `ENTRY`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        heading = index.data(ENTRY).is_heading
        return QSize(theme.px(200), theme.px(HEADING_HEIGHT if heading else LINE_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY)
        area = QRectF(option.rect)
        painter.save()
        if entry.is_heading:
            words(painter, area.adjusted(theme.px(20), 6, 0, 0), entry.title, "caption", "text3")
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                fill(painter, area.adjusted(8, 1, -8, -1), "accentSoft", 7)
            self._paint_line(painter, area, entry)
        painter.restore()

    def _paint_line(self, painter: QPainter, area: QRectF, entry: Entry) -> None:
        side = theme.px(18)
        middle = QRectF(area.left() + theme.px(20), area.top(), side, area.height()).center()
        glyph(painter, entry.icon, "text2", side, middle)
        line = area.adjusted(theme.px(50), 0, -theme.px(20), 0)
        if entry.right:
            words(painter, line, entry.right, "caption", "text3", RIGHT)
        metrics = QFontMetrics(theme.font("body"))
        most = line.width() * (0.62 if entry.subtitle else 0.8)
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, int(most))
        for start, length in entry.marks:
            left = line.left() + metrics.horizontalAdvance(title[:start])
            width = metrics.horizontalAdvance(title[start : start + length])
            height = metrics.height() + 2
            fill(painter, QRectF(left - 1, line.center().y() - height / 2, width + 2, height), "warnSoft", 3)
        words(painter, line, title, "body", "text")
        used = metrics.horizontalAdvance(title) + theme.px(12)
        words(painter, line.adjusted(used, 0, 0, 0), entry.subtitle, "caption", "text3")
