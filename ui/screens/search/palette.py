"""Ctrl+K: one box for records and actions, in Chinese, pinyin or initials."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.language import tr
from app.queries.search import SearchResult
from ui.background import Task
from ui.desk import Desk
from ui.layout import column, line, row
from ui.messages import explain
from ui.screens.search.delegate import ENTRY, EntryDelegate
from ui.screens.search.entries import Entry, actions, found
from ui.theme import theme
from ui.widgets.labels import Glyph, label
from ui.widgets.popup import Popup

WIDTH, HEIGHT, PAUSE_MS, MOST = 620, 496, 60, 30


class SearchPalette(Popup):
    """The list follows the typing; Up and Down choose without leaving the field, Enter opens."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._question: Task | None = None
        self._answered: str | None = None
        self._enter_waits = False
        self.setFixedSize(theme.px(WIDTH), theme.px(HEIGHT))
        self.setAccessibleName(tr("Search everything"))
        self._field = QLineEdit()
        self._field.setProperty("bare", True)
        self._field.setFont(theme.font("subtitle"))
        self._field.setPlaceholderText(tr("Search customers, serial numbers, orders, or type a command"))
        self._field.setAccessibleName(tr("Search everything"))
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setItemDelegate(EntryDelegate(self._list))
        self._list.setAccessibleName(tr("Found"))
        self._remark = label("", "caption", "text3")
        keys = label(tr("↑↓ choose    Enter open    Esc close"), "caption", "text3")
        head = row(Glyph("search", "text3", 18), (self._field, 1), margins=(18, 8, 16, 8), spacing=10)
        foot = row(self._remark, None, keys, margins=(18, 8, 18, 10))
        self.setLayout(column(head, line(), (self._list, 1), line(), foot, spacing=0))
        self.setFocusProxy(self._field)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._field.textChanged.connect(self._pause.start)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._choose)

    def _search(self) -> None:
        if self._question:
            self._question.cancel()
        self._pause.stop()
        typed = self._typed()
        if not typed:
            self._answered = typed
            self._list_entries(actions(self._desk, ""))
            self._remark.setText(tr("Chinese, pinyin or initials, a number or a part of one"))
            return
        self._question = self._desk.read(
            partial(self._desk.queries.search.find, typed, MOST),
            partial(self._show, typed),
            self._failed,
            self,
        )

    def _show(self, typed: str, result: SearchResult) -> None:
        entries = found(self._desk, result.hits)
        records = sum(not entry.is_heading for entry in entries)
        wanted = actions(self._desk, typed)
        self._list_entries([*entries, *wanted] or actions(self._desk, ""))
        self._answered = typed
        self._remark.setText(
            tr("{count} found on this computer · {ms:.0f} ms", count=records, ms=result.milliseconds)
            if records
            else tr("Nothing found for “{text}”", text=typed)
        )
        if self._enter_waits:
            self._choose(self._list.currentItem())

    def _failed(self, error: Exception) -> None:
        self._list.clear()
        self._remark.setText(explain(error).text)

    def _list_entries(self, entries: list[Entry]) -> None:
        self._list.clear()
        for entry in entries:
            item = QListWidgetItem()
            item.setData(ENTRY, entry)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, (entry.title, entry.subtitle)))
            )
            if entry.is_heading:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._move(1, start=-1)

    def _move(self, step: int, start: int | None = None) -> None:
        place = (self._list.currentRow() if start is None else start) + step
        while 0 <= place < self._list.count():
            if not self._list.item(place).data(ENTRY).is_heading:
                self._list.setCurrentRow(place)
                return
            place += step

    def _enter(self) -> None:
        """Whoever types fast and presses Enter means what he typed, not what is listed yet."""
        self._enter_waits = self._answered != self._typed()
        if self._enter_waits:
            self._search()
        else:
            self._choose(self._list.currentItem())

    def _typed(self) -> str:
        return self._field.text().strip()

    def _choose(self, item: QListWidgetItem | None) -> None:
        self._enter_waits = False
        entry: Entry | None = item.data(ENTRY) if item else None
        if entry is None or entry.chosen is None:
            return
        self.close_popup()
        entry.chosen()

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._field.selectAll()
        self._search()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._move(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._enter()
                return True
        return super().eventFilter(watched, event)
