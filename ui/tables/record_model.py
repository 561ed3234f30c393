"""What models of records have in common, wherever their rows come from."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ui.tables.cells import Column
from ui.theme import theme

R = TypeVar("R")
AnyIndex = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
VALUE = Qt.ItemDataRole.UserRole
"""The Cell or RecordLine of an index, None while its row is on the way."""

_SIDES = {
    False: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    True: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
}


class RecordModel(QAbstractTableModel, Generic[R]):
    """Views ask for `VALUE`; texts are for the keyboard and screen readers."""

    def __init__(self, columns: Sequence[Column[R]]) -> None:
        super().__init__()
        self.columns = columns

    def row_at(self, position: int) -> R | None:
        """The row there; None while it is on the way."""
        raise NotImplementedError

    def columnCount(self, parent: AnyIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (VALUE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.row_at(index.row())
        if row is None:
            return None if role == VALUE else ""
        value = self.columns[index.column()].value(row)
        return value if role == VALUE else value.spoken

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title
            case Qt.ItemDataRole.FontRole:  # a header under a sheet ignores its own font
                return theme.font("caption")
            case Qt.ItemDataRole.TextAlignmentRole:
                return _SIDES[column.align_right]
        return None
