"""The main window: rail, top bar, and the pages, each built when it is first shown."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox, QStackedWidget, QWidget

from app.domain.errors import AppError, ReplicaDamaged
from app.language import tr
from ui.application import apply_settings
from ui.desk import Desk
from ui.key_list import KeyList
from ui.layout import column, row
from ui.messages import Message, explain
from ui.navigation import NEW_RECORDS, PAGES, Page
from ui.notices import Notices
from ui.rail import Rail
from ui.screen import Screen
from ui.sync_status import SyncStatus
from ui.theme import theme
from ui.top_bar import TopBar
from ui.widgets.buttons import Choice
from ui.widgets.popup import Popup
from ui.widgets.rail_button import RailButton
from ui.widgets.toast import Toast
from ui.window_keys import bind, focus_filter, focus_next_pane, focus_page, panes

log = logging.getLogger(__name__)

SIZE, SMALLEST = QSize(1366, 768), QSize(900, 600)
PopupMaker = Callable[[Desk, QWidget], Popup]


class MainWindow(QMainWindow):
    """The shell of a desk. What its signals ask for is done by whoever made it."""

    sign_in_asked = Signal()
    sign_out_asked = Signal()
    damaged = Signal(object)
    """A page of the replica cannot be read; the error."""
    settings_changed = Signal()

    def __init__(
        self,
        desk: Desk,
        person: str,
        palette: PopupMaker,
        sync_panel: PopupMaker,
        pages: Sequence[Page] = PAGES,
    ) -> None:
        super().__init__()
        self.desk = desk
        desk.shell = self
        self._person, self._pages = person, {page.key: page for page in pages}
        self._make_palette, self._make_panel = palette, sync_panel
        self._current = next(iter(self._pages))
        self.setWindowTitle("Roundtrip 往返")
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        self._build()
        self._bind_keys()
        self._restore()
        desk.sync.changed.connect(self._show_status)
        desk.background.unhandled.connect(self.fail)
        self.show_page(self._current)

    # What screens ask for

    def show_page(self, key: str) -> None:
        """Bring a page to the front, unless the one in front has something unsaved."""
        self._bring(key)

    def show_sync(self) -> None:
        """What waits, what was refused, and what to do about it."""
        self._panel.open_below(self._bar.pill)

    def open_record(self, entity: str, row_id: UUID) -> None:
        if (key := self._page_of(entity)) and (screen := self._bring(key)):
            screen.open_record(entity, row_id)

    def create_record(self, entity: str, preset: dict[str, Any]) -> None:
        if (key := self._page_of(entity)) and (screen := self._bring(key)):
            screen.create_record(entity, preset)

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        self._toast.show_text(text, undo)

    def fail(self, error: Exception) -> None:
        """Errors about the safety of data must be seen; all others stand in a banner."""
        if not isinstance(error, AppError):
            log.error("unexpected %s", type(error).__name__, exc_info=error)
        message = explain(error)
        if isinstance(error, ReplicaDamaged):
            self.damaged.emit(error)
        elif message.modal:
            self._insist(message)
        else:
            self._notices.show_problem(message.text)

    def apply_settings(self) -> None:
        """The settings have changed: take on language, scheme and text size."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        language, scale = tr("Home"), theme.scale
        apply_settings(app, self.desk.settings)
        if (tr("Home"), theme.scale) != (language, scale):
            self._build()
            self.show_page(self._current)
        self.settings_changed.emit()

    # Its own parts

    def _build(self) -> None:
        """Build everything anew: texts and fonts are those of the moment a widget is made."""
        self._screens: dict[str, Screen] = {}
        own_menu = (
            Choice(tr("Settings"), lambda: self.show_page("settings"), "settings"),
            Choice(tr("Keys"), self._show_keys, "keyboard", "?"),
            Choice(""),
            Choice(tr("Sign out"), self.sign_out_asked.emit, "log-out"),
        )
        self._rail = Rail(list(self._pages.values()), self.show_page)
        self._bar = TopBar(self._person, lambda entity: self.create_record(entity, {}), own_menu)
        self._notices = Notices()
        self._stack = QStackedWidget()
        pages = column(self._bar, self._notices, (self._stack, 1), spacing=0)
        root = QWidget()
        root.setObjectName("page")
        root.setLayout(row(self._rail, (pages, 1), spacing=0))
        self.setCentralWidget(root)
        self._toast = Toast(root)
        self._palette = self._make_palette(self.desk, root)
        self._panel = self._make_panel(self.desk, root)
        self._bar.search_asked.connect(self._open_palette)
        self._bar.pill.clicked.connect(self._toggle_panel)
        self._notices.sign_in_asked.connect(self.sign_in_asked)
        self._show_status(self.desk.sync.status)

    def _bring(self, key: str) -> Screen | None:
        shown = self._screens.get(self._current)
        if shown and key != self._current and not shown.leave():
            self._rail.mark(self._current)
            return None
        screen = self._screen(key)
        self._current = key
        self._stack.setCurrentWidget(screen)
        self._rail.mark(key)
        screen.activate()
        if not isinstance(QApplication.focusWidget(), RailButton):  # arrows on the rail go on there
            focus_page(screen)
        return screen

    def _screen(self, key: str) -> Screen:
        if key not in self._screens:
            self._screens[key] = self._pages[key].factory(self.desk)
            self._stack.addWidget(self._screens[key])
        return self._screens[key]

    def _page_of(self, entity: str) -> str | None:
        return next((key for key, page in self._pages.items() if entity in page.opens), None)

    def _bind_keys(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+K": self._open_palette,
            "Ctrl+F": self._focus_filter,
            "Ctrl+N": self._open_new_menu,
            "Ctrl+Z": self._undo,
            "F5": self.desk.sync.sync_now,
            "F6": self._focus_next_pane,
            "Esc": self._go_back,
            "?": self._show_keys,
        }
        for page in self._pages.values():
            keys[page.shortcut] = partial(self.show_page, page.key)
        for entry in NEW_RECORDS:
            if entry.shortcut:
                keys[entry.shortcut] = partial(self.create_record, entry.entity, {})
        bind(self, keys)

    def _open_palette(self) -> None:
        self._palette.open_centred(theme.px(84))

    def _toggle_panel(self) -> None:
        if self._panel.isVisible():
            self._panel.close_popup()
        else:
            self.show_sync()

    def _open_new_menu(self) -> None:
        self._bar.new.showMenu()

    def _undo(self) -> None:
        self._toast.take_back()

    def _focus_filter(self) -> None:
        focus_filter(self._screens[self._current])

    def _focus_next_pane(self) -> None:
        focus_next_pane(panes(self, self._screens[self._current]))

    def _go_back(self) -> None:
        """Escape closes what is open above the page; then it is the page's."""
        for popup in (self._palette, self._panel):
            if popup.isVisible():
                popup.close_popup()
                return
        self._screens[self._current].go_back()

    def _show_keys(self) -> None:
        KeyList(self).open()

    def _show_status(self, status: SyncStatus) -> None:
        self._bar.pill.show_status(status)
        self._notices.show_status(status)
        self._rail.set_badge("conflicts", status.conflicts)

    def _insist(self, message: Message) -> None:
        box = QMessageBox(QMessageBox.Icon.Critical, message.title, message.text, parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # Between two starts

    def _restore(self) -> None:
        geometry, _, page = self.desk.settings.window.partition("|")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if page in self._pages:
            self._current = page

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        focus_page(self._screens[self._current])

    def closeEvent(self, event: QCloseEvent) -> None:
        shown = self._screens.get(self._current)
        if shown and not shown.leave():
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.desk.settings.window = f"{geometry}|{self._current}"
        super().closeEvent(event)
