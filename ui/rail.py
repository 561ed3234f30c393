"""The rail at the left: a button for each page."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QWidget

from app.language import tr
from ui.icons import pixmap
from ui.layout import column
from ui.navigation import Page
from ui.widgets.rail_button import RailButton

WIDTH = 81


class Rail(QFrame):
    """Clicking a button asks for its page; the window decides and calls `mark`."""

    def __init__(self, pages: Sequence[Page], asked: Callable[[str], object]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self._group = QButtonGroup(self)
        self._keys = [page.key for page in pages]
        self._buttons: dict[str, RailButton] = {}
        for page in pages:
            made = RailButton(tr(page.title), page.icon, page.shortcut)
            self._buttons[page.key] = made
            self._group.addButton(made)
            made.toggled.connect(lambda on, key=page.key: on and asked(key))
        upper = [self._buttons[page.key] for page in pages if not page.bottom]
        lower = [self._buttons[page.key] for page in pages if page.bottom]
        middle = Qt.AlignmentFlag.AlignHCenter
        logo = (_Logo(), 0, middle)
        self.setLayout(column(logo, 10, *upper, None, *lower, margins=(8, 12, 8, 12), spacing=4))

    def mark(self, key: str) -> None:
        """Show which page is in front."""
        made = self._buttons[key]
        made.blockSignals(True)
        made.setChecked(True)
        made.blockSignals(False)
        self._repaint()

    def set_badge(self, key: str, count: int) -> None:
        if key in self._buttons:
            self._buttons[key].set_badge(count)

    def focus_current(self) -> None:
        checked = self._group.checkedButton()
        if checked is not None:
            checked.setFocus(Qt.FocusReason.TabFocusReason)

    def _repaint(self) -> None:
        for made in self._buttons.values():
            made.update()


class _Logo(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(36, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        sign = pixmap("roundtrip", "accent", self.width(), self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 0, sign)
