"""Picks the record a field points to: type a part of its name, choose from what is found."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from app.domain.errors import RuleViolation
from app.domain.fields import Field
from app.language import tr
from ui.background import Task
from ui.forms.editor import Editor
from ui.forms.lookup import Lookup
from ui.icons import icon
from ui.theme import theme

if TYPE_CHECKING:
    from app.queries.records import Choice

PAUSE_MS = 120


class ReferenceEditor(Editor):
    """An empty line means no record; a text that was not chosen is named as an error."""

    def __init__(self, spec: Field, lookup: Lookup | None) -> None:
        self._line = QLineEdit()
        self._line.setFont(theme.font("body"))
        self._line.setPlaceholderText(tr("Type to search"))
        super().__init__(spec, self._line)
        self._lookup = lookup
        self._chosen: UUID | None = None
        self._title = ""
        self._found: Sequence[Choice] = ()
        self._question: Task | None = None
        self._line.setEnabled(bool(lookup and spec.target))
        self._open = self._line.addAction(
            icon("chevron-down", "text3"), QLineEdit.ActionPosition.TrailingPosition
        )
        self._open.triggered.connect(self._search)
        self._titles = QStringListModel(self)
        self._completer = QCompleter(self._titles, self._line)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(10)
        self._list = QListView()
        self._list.setFont(theme.font("body"))
        self._list.setProperty("choices", True)
        self._completer.setPopup(self._list)
        cast("Any", self._completer.activated)[QModelIndex].connect(self._choose)
        self._completer.setWidget(self._line)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._line.textEdited.connect(self._typed)
        self._line.installEventFilter(self)

    def show(self, value: Any, title: str | None = None) -> None:
        self._chosen = value
        self._show_title(title)
        if value is not None and title is None and self._lookup and self.spec.target:
            self._lookup.title(self.spec.target, value, self._titled, self)

    def read(self) -> UUID | None:
        text = self._line.text().strip()
        if text == self._title:
            return self._chosen
        if not text:
            return None
        raise RuleViolation("reference.not_chosen", label=self.spec.label)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        down = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down
        if down and event.type() == QEvent.Type.KeyPress and not self._list.isVisible():
            self._search()
            return True
        return False

    def _show_title(self, title: str | None) -> None:
        missing = tr("(not on this computer)") if self._chosen is not None else ""
        self._title = (title or missing).strip()
        self._line.setText(self._title)
        self._line.setCursorPosition(0)

    def _titled(self, title: str | None) -> None:
        if title and not self._line.isModified():
            self._show_title(title)
            self.changed.emit()

    def _typed(self, text: str) -> None:
        if text.strip() != self._title:
            self._pause.start()
        self.changed.emit()

    def _search(self) -> None:
        self._pause.stop()
        if not (self._lookup and self.spec.target):
            return
        if self._question:
            self._question.cancel()
        text = self._line.text().strip()
        wanted = "" if text == self._title else text
        self._question = self._lookup.search(self.spec.target, wanted, self._show_found, self)

    def _show_found(self, found: Sequence["Choice"]) -> None:
        self._found = found
        lines = ["   ".join(filter(None, (choice.title, choice.subtitle))) for choice in found]
        self._titles.setStringList(lines or [tr("Nothing found")])
        if self._line.hasFocus():
            self._completer.complete()

    def _choose(self, index: QModelIndex) -> None:
        if index.row() < len(self._found):
            choice = self._found[index.row()]
            self._chosen = choice.id
            self._show_title(choice.title)
            self.changed.emit()
        else:
            self._line.clear()
