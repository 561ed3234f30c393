"""Editors for what is picked: options, yes or no, a currency."""

from typing import Any

from app.domain.fields import Field
from app.domain.options import Option
from app.language import tr
from ui.formats import NOTHING, SYMBOLS
from ui.forms.editor import Editor
from ui.theme import theme
from ui.widgets.checks import CheckBox, ChoiceBox


class ChoiceEditor(Editor):
    """One of the field's options; of a state, only those that may follow the present one."""

    def __init__(self, spec: Field) -> None:
        self._box = ChoiceBox()
        # By position: Qt would hand an option kept as item data back as a plain text.
        self._values: list[Option | str | None] = []
        super().__init__(spec, self._box)
        self._offer(list(spec.options))
        self._box.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def show(self, value: Any, title: str | None = None) -> None:
        options: list[Option | str] = list(self.spec.options)
        if self.spec.edges and value is not None:
            options = [option for option in options if option == value or option in self.spec.edges[value]]
        if value is not None and value not in options:
            options.append(value)  # an option of a newer version: kept, not lost
        self._offer(options)
        self._box.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def read(self) -> Option | str | None:
        position = self._box.currentIndex()
        return self._values[position] if position >= 0 else None

    def _offer(self, options: list[Any]) -> None:
        self._values = [*([] if self.spec.required else [None]), *options]
        self._box.blockSignals(True)
        self._box.clear()
        for value in self._values:
            text = NOTHING if value is None else tr(value.label) if isinstance(value, Option) else value
            self._box.addItem(text)
        self._box.blockSignals(False)


class FlagEditor(Editor):
    """Yes or no; the label stands beside the box."""

    def __init__(self, spec: Field) -> None:
        self._box = CheckBox(tr(spec.label))
        super().__init__(spec, self._box)
        self._box.toggled.connect(lambda _on: self.changed.emit())

    def show(self, value: Any, title: str | None = None) -> None:
        self._box.setChecked(bool(value))

    def read(self) -> bool:
        return self._box.isChecked()


class CurrencyEditor(Editor):
    """The currency of the amount beside it; a rare code can be typed."""

    def __init__(self, spec: Field) -> None:
        self._box = ChoiceBox()
        self._box.setEditable(True)
        self._box.addItems(["", *SYMBOLS])
        self._box.setMinimumContentsLength(4)
        self._box.setFixedWidth(theme.px(96))
        super().__init__(spec, self._box)
        line = self._box.lineEdit()
        assert line is not None
        line.setMaxLength(spec.max_length or 3)
        line.setFont(theme.font("body"))
        self._box.currentTextChanged.connect(lambda _text: self.changed.emit())

    def show(self, value: Any, title: str | None = None) -> None:
        self._box.setCurrentText(value or "")

    def read(self) -> str | None:
        return self._box.currentText().strip().upper() or None

    def suggest(self, code: str) -> None:
        """Fill in a currency once there is an amount."""
        if not self._box.currentText():
            self._box.setCurrentText(code)
