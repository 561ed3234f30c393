"""A table of cells: two lines, chips and plain texts, sorted by its header."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from app.language import tr
from ui.layout import Item
from ui.tables.cell_delegate import CellDelegate
from ui.tables.record_delegate import HOVER_ROW
from ui.tables.record_model import AnyIndex, RecordModel
from ui.tables.rows_model import RowsModel
from ui.theme import theme
from ui.widgets.buttons import Choice, menu_of
from ui.widgets.cards import Card
from ui.widgets.labels import label

ONE_LINE, TWO_LINES = 44, 52


class DataTable(QTableView):
    """`chosen(row)` when another row is current, `opened(row)` on Enter or a double click,
    `sort_asked(name, descending)` where the model does not sort by itself. `menu_for` says what else
    can be done with a row; the right button or the menu key asks for it."""

    chosen = Signal(object)
    opened = Signal(object)
    sort_asked = Signal(str, bool)

    def __init__(self, model: RecordModel[Any], name: str, *, two_lines: bool = True) -> None:
        super().__init__()
        self._records = model
        self.menu_for: Callable[[Any], Sequence[Choice]] | None = None
        self.setModel(model)
        self.setAccessibleName(name)
        self.setItemDelegate(CellDelegate(self))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.px(TWO_LINES if two_lines else ONE_LINE))
        self._arrange_header()
        self.entered.connect(lambda index: self._hover(index.row()))
        self.activated.connect(lambda index: self._tell(self.opened, index))

    def current_row(self) -> Any:
        """The row chosen, or None."""
        index = self.currentIndex()
        return self._records.row_at(index.row()) if index.isValid() else None

    def full_height(self) -> int:
        """The height that shows every row without scrolling."""
        rows = self.verticalHeader().defaultSectionSize() * self._records.rowCount()
        return self.horizontalHeader().sizeHint().height() + rows + 2

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.row() != previous.row():
            self._tell(self.chosen, current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.opened, self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        record = self._records.row_at(index.row()) if index.isValid() else None
        if record is None or self.menu_for is None:
            return
        menu = menu_of(self.menu_for(record), QMenu(self))
        menu.aboutToHide.connect(menu.deleteLater)
        at = self.viewport().mapToGlobal(self.visualRect(index).center()) if by_key else event.globalPos()
        menu.popup(at)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _arrange_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(theme.px(34))
        header.setMinimumSectionSize(theme.px(48))
        for position, column in enumerate(self._records.columns):
            if column.width is None:
                header.setSectionResizeMode(position, QHeaderView.ResizeMode.Stretch)
            else:
                header.resizeSection(position, theme.px(column.width))
        if any(column.sort for column in self._records.columns):
            header.setSortIndicatorShown(True)
            header.setSectionsClickable(True)
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            header.sortIndicatorChanged.connect(self._sort)

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        if not (0 <= section < len(self._records.columns)) or not self._records.columns[section].sort:
            return
        if isinstance(self._records, RowsModel):
            self._records.sort(section, order)
        else:
            name = self._records.columns[section].sort
            self.sort_asked.emit(name, order == Qt.SortOrder.DescendingOrder)

    def _hover(self, row: int) -> None:
        self.setProperty(HOVER_ROW, row)
        self.viewport().update()

    def _tell(self, signal: Any, index: AnyIndex) -> None:
        row = self._records.row_at(index.row()) if index.isValid() else None
        if row is not None:
            signal.emit(row)


class CardTable(Card):
    """A titled card around a table as high as its rows, up to `most` of them."""

    def __init__(
        self, title: str, model: RecordModel[Any], *actions: Item, most: int = 8, two_lines: bool = True
    ) -> None:
        super().__init__(title, "", *actions, padding=(1, 6, 1, 8))
        self.table = DataTable(model, title, two_lines=two_lines)
        self._most = most
        self._nothing = label(tr("Nothing here yet"), "label", "text3")
        self._nothing.setContentsMargins(theme.px(15), 0, 0, theme.px(6))
        self.add(self.table)
        self.add(self._nothing)
        model.modelReset.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        empty = self.table.model().rowCount() == 0
        self.table.setHidden(empty)
        self._nothing.setVisible(empty)
        limit = self.table.verticalHeader().defaultSectionSize() * self._most + theme.px(36)
        self.table.setFixedHeight(min(self.table.full_height(), limit))
