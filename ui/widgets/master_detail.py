"""A list beside the record chosen in it; in a narrow window, one after the other."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from app.language import tr
from ui.layout import column, row
from ui.theme import theme
from ui.widgets.buttons import button

MASTER_WIDTH = 372
NARROW = 1200 - 81
"""Below this width of the page (the rail is not part of it) only one half is shown."""


class MasterDetail(QSplitter):
    """Call `show_detail` when a record is chosen; `went_back` when the user returns to the list."""

    went_back = Signal()

    def __init__(self, master: QWidget, detail: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._narrow = False
        self._detail_chosen = False
        self._back = QWidget()
        back = button(tr("Back to the list"), "chevron-left", "ghost", clicked=self.show_master)
        self._back.setLayout(row(back, None, margins=(12, 6, 12, 0)))
        self._back.hide()
        self._master, self._detail = _side(column(master, spacing=0), "master"), QFrame()
        self._detail.setObjectName("page")
        self._detail.setLayout(column(self._back, (detail, 1), spacing=0))
        self.addWidget(self._master)
        self.addWidget(self._detail)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self._master.setMinimumWidth(theme.px(280))
        self.setSizes([theme.px(MASTER_WIDTH), 10 * theme.px(MASTER_WIDTH)])

    @property
    def narrow(self) -> bool:
        return self._narrow

    def show_detail(self) -> None:
        self._detail_chosen = True
        self._arrange()

    def show_master(self) -> None:
        self._detail_chosen = False
        self._arrange()
        self.went_back.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme.px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    def _arrange(self) -> None:
        self._back.setVisible(self._narrow)
        self._master.setVisible(not self._narrow or not self._detail_chosen)
        self._detail.setVisible(not self._narrow or self._detail_chosen)


def _side(layout: QVBoxLayout, name: str) -> QFrame:
    side = QFrame()
    side.setObjectName(name)
    side.setLayout(layout)
    return side
