"""One question of the conflict dialog: what it was, mine, the server's, and the result."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from app.domain.conflicts import ConflictKind
from app.domain.errors import RuleViolation
from app.language import tr
from app.queries.conflicts import Question, Value
from app.services.conflicts import Answer, Own, Take
from ui.formats import value_of
from ui.forms.editors import editor_for
from ui.forms.lookup import Lookup
from ui.layout import column
from ui.screens.conflicts.side_choice import SideChoice
from ui.theme import theme
from ui.widgets.labels import label, set_tone

FIELD_WIDTH = 128


class QuestionRow(QObject):
    """Either side may be taken, or something else typed; `changed` when the answer is another."""

    changed = Signal()

    def __init__(self, question: Question, lookup: Lookup, parent: QObject) -> None:
        super().__init__(parent)
        self.question = question
        self._filling = self._by_hand = False
        base = said(question, question.base)
        self.mine = SideChoice(f"{question.label}, {tr('Mine')}", base, said(question, question.mine))
        self.theirs = SideChoice(f"{question.label}, {tr('Server')}", base, said(question, question.theirs))
        self._sides = QButtonGroup(self)
        self._sides.addButton(self.mine)
        self._sides.addButton(self.theirs)
        self._editors = {name: editor_for(name, spec, lookup) for name, spec in question.fields.items()}
        self._source = label("", "caption", "text3")
        self.mine.toggled.connect(lambda on: self._take(question.mine, on))
        self.theirs.toggled.connect(lambda on: self._take(question.theirs, on))
        for editor in self._editors.values():
            editor.show(None)  # a list of options would begin with its first, which nobody has chosen
            editor.changed.connect(self._typed)
            editor.focus.setAccessibleName(f"{question.label}, {tr('Result')}")
            if isinstance(editor.focus, QLineEdit | QPlainTextEdit):
                editor.focus.setPlaceholderText(tr("Choose a side, or type"))
        self._base = base
        self._say_source()

    def add_to(self, grid: QGridLayout, line: int) -> None:
        """Stand in line `line`: field, mine, server, result."""
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._name(), line, 0, top)
        grid.addWidget(self.mine, line, 1)
        grid.addWidget(self.theirs, line, 2)
        result = QWidget()
        captions = len(self._editors) > 1
        parts: list[QWidget] = []
        for name, editor in self._editors.items():
            if captions:
                parts.append(label(tr(self.question.fields[name].label), "caption", "text3"))
            parts.append(editor.widget)
        result.setLayout(column(*parts, self._source, None, spacing=3))
        grid.addWidget(result, line, 3, top)

    def freeze(self) -> None:
        """Nothing can be chosen or typed."""
        for widget in self.focus_widgets:
            widget.setEnabled(False)

    def answer(self) -> Answer | None:
        """None while nothing is chosen; raises RuleViolation where what was typed is no value."""
        if self.mine.isChecked():
            return Take.MINE
        if self.theirs.isChecked():
            return Take.THEIRS
        if not self._by_hand:
            return None
        typed = self._read()
        return Own(typed) if any(value is not None for value in typed.values()) else None

    @property
    def focus_widgets(self) -> tuple[QWidget, ...]:
        return (self.mine, self.theirs, *(editor.focus for editor in self._editors.values()))

    def _read(self) -> dict[str, Any]:
        return {name: editor.read() for name, editor in self._editors.items()}

    def _take(self, side: Mapping[str, Value], chosen: bool) -> None:
        if not chosen:
            return
        self._filling = True
        for name, editor in self._editors.items():
            value = side.get(name, Value(None))
            editor.show(value.value, value.title)
            editor.set_invalid(False)
        self._filling = False
        self._say_source()
        self.changed.emit()

    def _typed(self) -> None:
        if self._filling:
            return
        self._by_hand = True
        self._sides.setExclusive(False)
        for choice, side in ((self.mine, self.question.mine), (self.theirs, self.question.theirs)):
            choice.blockSignals(True)
            choice.setChecked(self._equals(side))
            choice.blockSignals(False)
            choice.update()
        self._sides.setExclusive(True)
        self._say_source()
        self.changed.emit()

    def _equals(self, side: Mapping[str, Value]) -> bool:
        try:
            return all(value == side.get(name, Value(None)).value for name, value in self._read().items())
        except RuleViolation:
            return False

    def _say_source(self) -> None:
        if self.mine.isChecked():
            text, tone = tr("Taken from mine"), "text3"
        elif self.theirs.isChecked():
            text, tone = tr("Taken from the server"), "text3"
        else:
            try:
                chosen = self.answer() is not None
            except RuleViolation:
                chosen = False
            text, tone = (tr("Typed by hand"), "text3") if chosen else (tr("To be chosen"), "warn")
        self._source.setText(text)
        set_tone(self._source, tone)

    def _name(self) -> QWidget:
        name = QWidget()
        parts = [label(self.question.label, "strong", wrap=True)]
        if self.question.fields:  # of a whole record each side says what became of it
            before = tr("Before: {value}", value=self._base or tr("(empty)"))
            parts.append(label(before[:200], "caption", "text3", wrap=True))
        name.setLayout(column(*parts, margins=(0, 4, 0, 0), spacing=3))
        name.setFixedWidth(theme.px(FIELD_WIDTH))
        return name


def said(question: Question, side: Mapping[str, Value]) -> str:
    """One side in words: the field's value, a group's values one after another, or the row's fate."""
    if not question.fields:
        return whole_row(question, side)
    parts = []
    for name, spec in question.fields.items():
        value = side.get(name, Value(None))
        if value.value not in (None, ""):
            parts.append(value_of(spec, value.value, title=value.title))
    return " ".join(parts)


def whole_row(question: Question, side: Mapping[str, Value]) -> str:
    """Of a deleted record: what each side did with it."""
    if side is question.base:
        return ""
    deleted_by_me = question.kind is ConflictKind.DELETED_HERE or (
        question.kind is ConflictKind.LATE and not question.mine
    )
    if (side is question.mine) == deleted_by_me:
        return tr("Delete the record")
    return tr("Keep the record")
