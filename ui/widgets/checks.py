"""Check boxes and choice boxes in our look; their behaviour is Qt's."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyledItemDelegate, QStyleOptionButton

from ui.theme import theme
from ui.widgets.painting import glyph


class CheckBox(QCheckBox):
    """A check box; the sheet draws its square, the tick is drawn here."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setFont(theme.font("body"))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.checkState() == Qt.CheckState.Unchecked:
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        area = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        partly = self.checkState() == Qt.CheckState.PartiallyChecked
        glyph(painter, "minus" if partly else "check", "onAccent", 13, QRectF(area).center())


class ChoiceBox(QComboBox):
    """A drop-down list that ignores the wheel, so that scrolling a form changes no value."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(theme.font("body"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setItemDelegate(QStyledItemDelegate(self))  # Qt's own for this place ignores the sheet

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        token = "text3" if self.isEnabled() else "disabled"
        glyph(
            QPainter(self), "chevron-down", token, theme.px(16), QPointF(self.width() - 16, self.height() / 2)
        )
