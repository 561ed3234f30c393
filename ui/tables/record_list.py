"""The list of records at the left of a page.

A table of one column: Qt's list and tree views touch every row when they lay out, a table with fixed
row heights touches only those in view, which is what makes 100,000 rows open at once.
"""

from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView

from ui.tables.record_delegate import HOVER_ROW, ROW_HEIGHT, RecordDelegate
from ui.tables.record_model import AnyIndex, RecordModel
from ui.theme import theme


class RecordList(QTableView):
    """`chosen(row)` when another row is current, `opened(row)` on Enter or a double click."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, model: RecordModel[Any], name: str, row_height: int = ROW_HEIGHT) -> None:
        super().__init__()
        self._records = model
        self._search: QLineEdit | None = None
        self.setModel(model)
        self.setAccessibleName(name)
        self.setProperty("cards", True)
        self.setItemDelegate(RecordDelegate(self))
        self._arrange(row_height)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)  # else Tab never leaves the list
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self._hover(index.row()))
        self.activated.connect(lambda index: self._tell(self.opened, index))

    def current_row(self) -> Any:
        """The row chosen, or None."""
        index = self.currentIndex()
        return self._records.row_at(index.row()) if index.isValid() else None

    def select_position(self, position: int) -> None:
        """Choose a row without saying so: the page already shows it."""
        selection = self.selectionModel()
        selection.blockSignals(True)
        how = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        selection.setCurrentIndex(self._records.index(position, 0), how)
        selection.blockSignals(False)
        self.viewport().update()

    def clear_choice(self) -> None:
        self.select_position(-1)

    def search_with(self, field: QLineEdit) -> None:
        """Typing in the list goes on in `field`; Down in the field comes back here."""
        self._search = field
        field.installEventFilter(self)

    # Qt

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self._tell(self.chosen, current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.setProperty("keyboard", True)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.opened, self.currentIndex())
            return
        text = event.text()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if self._search and text and text.isprintable() and not text.isspace() and plain:
            self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._search.setText(text)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Qt would look through every row; typing goes to the search field instead."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setProperty("keyboard", False)
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setProperty("keyboard", event.reason() != Qt.FocusReason.MouseFocusReason)
        super().focusInEvent(event)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        down = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down
        if watched is self._search and down and event.type() == QEvent.Type.KeyPress:
            self._enter_from_search()
            return True
        return bool(super().eventFilter(watched, event))

    def _arrange(self, row_height: int) -> None:
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.px(row_height))
        self.setShowGrid(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _enter_from_search(self) -> None:
        self.setFocus(Qt.FocusReason.TabFocusReason)
        if self._records.rowCount() and not self.currentIndex().isValid():
            self.setCurrentIndex(self._records.index(0, 0))

    def _hover(self, row: int) -> None:
        self.setProperty(HOVER_ROW, row)
        self.viewport().update()

    def _tell(self, signal: Any, index: AnyIndex) -> None:
        row = self._records.row_at(index.row()) if index.isValid() else None
        if row is not None:
            signal.emit(row)
