"""The bar above the pages: search, state of synchronisation, "New", and the person."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QMenu, QPushButton

from app.language import tr
from ui.icons import icon
from ui.layout import row
from ui.navigation import NEW_RECORDS
from ui.theme import theme
from ui.widgets.buttons import Choice, menu_button, menu_of
from ui.widgets.labels import Avatar, label
from ui.widgets.sync_pill import SyncPill

HEIGHT = 57
SEARCH_WIDTH = 440


class TopBar(QFrame):
    """`search_asked` when the field is entered; the pill is `pill`."""

    search_asked = Signal()

    def __init__(self, person: str, create: Callable[[str], object], own_menu: Sequence[Choice]) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setFixedHeight(theme.px(HEIGHT))
        self.search = _SearchDoor(self.search_asked.emit)
        self.pill = SyncPill()
        entries = [
            Choice(tr(entry.title), partial(create, entry.entity), entry.icon, entry.shortcut)
            for entry in NEW_RECORDS
        ]
        self.new = menu_button(tr("Create"), "plus", entries, "primary", tip="Ctrl+N")
        self.person = _PersonButton(person, own_menu)
        self.setLayout(
            row((self.search, 1), (row(None, self.pill, 4, self.new, 4, self.person, spacing=8), 1),
                margins=(20, 0, 20, 0), spacing=16)
        )  # fmt: skip


class _SearchDoor(QLineEdit):
    """Looks like the search field; entering it opens the palette, where one types."""

    def __init__(self, entered: Callable[[], object]) -> None:
        super().__init__()
        self._entered = entered
        self.setProperty("search", True)
        self.setReadOnly(True)
        self.setFont(theme.font("label"))
        self.setPlaceholderText(tr("Search customers, serial numbers, orders…"))
        self.setAccessibleName(tr("Search everything"))
        self.setMaximumWidth(theme.px(SEARCH_WIDTH))
        self.setMinimumWidth(theme.px(180))
        self.addAction(icon("search", "text3"), QLineEdit.ActionPosition.LeadingPosition)
        self.setCursor(QCursor(Qt.CursorShape.PointingHandCursor))
        self.setTextMargins(0, 0, theme.px(62), 0)
        keys: QLabel = label(
            QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText), "caption"
        )
        keys.setProperty("key", True)
        keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        keys.setFixedHeight(theme.px(22))
        self.setLayout(row(None, keys, margins=(0, 0, 8, 0)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._entered()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        opening = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Down)
        if event.key() in opening:
            self._entered()
        else:
            super().keyPressEvent(event)


class _PersonButton(QPushButton):
    """The signed-in person, with what concerns that person."""

    def __init__(self, person: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.setProperty("kind", "ghost")
        self.setProperty("icononly", True)
        self.setAccessibleName(person)
        self.setToolTip(person)
        self._avatar = Avatar(person, 32)
        self._avatar.setParent(self)
        self._avatar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        menu = QMenu(self)
        named = menu.addAction(person)
        named.setEnabled(False)
        menu.addSeparator()
        menu_of(choices, menu)
        self.setMenu(menu)
        self.setFixedSize(theme.px(36), theme.px(36))

    def resizeEvent(self, event: QEvent) -> None:
        corner = (self.width() - self._avatar.width()) // 2
        self._avatar.move(QPoint(corner, (self.height() - self._avatar.height()) // 2))
