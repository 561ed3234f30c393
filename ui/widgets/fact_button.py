"""A fact one can do something with: it looks like a link and opens a menu."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
)

from ui.theme import theme
from ui.widgets.buttons import Choice, menu_of


class FactButton(QPushButton):
    """A fact with a menu below it; it gives way as an ElidedLabel does."""

    def __init__(self, text: str, choices: Sequence[Choice]) -> None:
        super().__init__(text)
        self.setProperty("kind", "fact")
        self.setFont(theme.font("label"))
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMenu(menu_of(choices, QMenu(self)))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(theme.px(60), self.sizeHint().width()), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + theme.px(2)
        return QSize(width, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if option.text == self.text() else self.text())
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)
