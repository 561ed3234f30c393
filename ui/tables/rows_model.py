"""Rows that are all in memory: the parts of one record, never a list that grows with the data."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import Qt

from ui.tables.cells import Column
from ui.tables.record_model import NO_PARENT, AnyIndex, RecordModel

R = TypeVar("R")


class RowsModel(RecordModel[R]):
    """Keeps the order it was given until a header is clicked."""

    def __init__(self, columns: Sequence[Column[R]]) -> None:
        super().__init__(columns)
        self._rows: list[R] = []
        self._sorted: tuple[int, bool] | None = None

    def show_rows(self, rows: Sequence[R]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        if self._sorted:
            self._arrange(*self._sorted)
        self.endResetModel()

    def row_at(self, position: int) -> R | None:
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def rows(self) -> Sequence[R]:
        return self._rows

    def rowCount(self, parent: AnyIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns):
            return
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange(*self._sorted)
        self.layoutChanged.emit()

    def _arrange(self, position: int, descending: bool) -> None:
        column = self.columns[position]
        by: Callable[[R], Any] = column.order or (lambda row: column.value(row).spoken)
        known = [row for row in self._rows if by(row) is not None]
        unknown = [row for row in self._rows if by(row) is None]
        self._rows = [*sorted(known, key=by, reverse=descending), *unknown]
