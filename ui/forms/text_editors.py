"""Editors for what is typed: lines, texts, numbers and words."""

from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.domain.fields import Field, Kind
from app.domain.types import SCALE
from app.language import tr
from ui.forms.editor import Editor
from ui.layout import clear, column
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout

LINES, MOST_LINES = 3, 12


class TextEditor(Editor):
    """One line."""

    def __init__(self, spec: Field) -> None:
        self._line = QLineEdit()
        self._line.setFont(theme.font("body"))
        if spec.max_length:
            self._line.setMaxLength(spec.max_length)
        super().__init__(spec, self._line)
        self._line.textChanged.connect(self.changed)

    def show(self, value: Any, title: str | None = None) -> None:
        self._line.setText(value or "")
        self._line.setCursorPosition(0)

    def read(self) -> str | None:
        return self._line.text().strip() or None


class LongTextEditor(Editor):
    """Several lines; the field grows with them, and Tab leaves it."""

    def __init__(self, spec: Field) -> None:
        self._text = QPlainTextEdit()
        self._text.setFont(theme.font("body"))
        self._text.setTabChangesFocus(True)
        self._text.document().setDocumentMargin(3)
        super().__init__(spec, self._text)
        self._text.textChanged.connect(self._typed)
        self._typed()

    def show(self, value: Any, title: str | None = None) -> None:
        self._text.setPlainText(value or "")

    def read(self) -> str | None:
        return self._text.toPlainText().rstrip() or None

    def _typed(self) -> None:
        lines = min(max(self._text.document().lineCount(), LINES), MOST_LINES)
        self._text.setFixedHeight(lines * self._text.fontMetrics().lineSpacing() + theme.px(22))
        self.changed.emit()


class NumberEditor(Editor):
    """A whole number, a quantity or an amount; what is no number stays typed and is named."""

    def __init__(self, spec: Field) -> None:
        self._line = QLineEdit()
        self._line.setFont(theme.font("body"))
        super().__init__(spec, self._line)
        self._line.textChanged.connect(self.changed)

    def show(self, value: Any, title: str | None = None) -> None:
        self._line.setText("" if value is None else _plain(value))

    def read(self) -> Decimal | int | None:
        text = self._line.text().replace(",", "").replace("，", "").replace(" ", "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise self.not_understood() from None
        places = 0 if self.spec.kind is Kind.WHOLE else SCALE
        if not value.is_finite() or value != round(value, places):
            raise self.not_understood()
        return int(value) if self.spec.kind is Kind.WHOLE else value


class TagsEditor(Editor):
    """Words as chips; Enter or a comma ends one, a click on a chip takes it away."""

    def __init__(self, spec: Field) -> None:
        self._tags: list[str] = []
        self._line = QLineEdit()
        self._line.setFont(theme.font("body"))
        self._line.setPlaceholderText(tr("Add a word and press Enter"))
        self._chips = FlowLayout(6)
        box = QWidget()
        box.setLayout(column(self._chips, self._line, spacing=6))
        super().__init__(spec, box, self._line)
        self._line.returnPressed.connect(self._add)
        self._line.textChanged.connect(self._typed)
        self._line.installEventFilter(self)

    def show(self, value: Any, title: str | None = None) -> None:
        self._tags = sorted(value or ())
        self._line.clear()
        self._show_chips()

    def read(self) -> frozenset[str] | None:
        typed = self._line.text().strip()
        return frozenset([*self._tags, *([typed] if typed else [])]) or None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter adds the word; it must not save the form as well."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
            if entered and self._line.text().strip():
                self._add()
                return True
        return False

    def _typed(self, text: str) -> None:
        if text.endswith((",", "，", "、", ";", "；")):
            self._line.setText(text[:-1])
            self._add()
        self.changed.emit()

    def _add(self) -> None:
        word = self._line.text().strip()
        self._line.clear()
        if word and word not in self._tags:
            self._tags.append(word)
            self._show_chips()
            self.changed.emit()

    def _remove(self, word: str) -> None:
        self._tags.remove(word)
        self._show_chips()
        self.changed.emit()

    def _show_chips(self) -> None:
        clear(self._chips)
        for word in self._tags:
            tip = tr("Remove {word}", word=word)
            chip = button(f"{word}  ×", kind="filter", tip=tip, clicked=partial(self._remove, word))
            chip.setAccessibleName(tip)
            self._chips.addWidget(chip)


def _plain(value: Decimal | int) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
