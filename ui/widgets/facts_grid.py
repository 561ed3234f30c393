"""Filled fields of a record in two columns: what it is called, what it is."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.layout import clear
from ui.theme import theme
from ui.widgets.buttons import Choice
from ui.widgets.fact_button import FactButton
from ui.widgets.labels import label

NOTHING: Mapping[str, Sequence[Choice]] = MappingProxyType({})


class FactsGrid(QWidget):
    """`show_facts` takes (name, text); facts without a text are left out. `choices` by name are what
    can be done with a fact."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = QGridLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setHorizontalSpacing(16)
        self._lines.setVerticalSpacing(7)
        self._lines.setColumnStretch(1, 1)

    def show_facts(
        self, facts: Iterable[tuple[str, str]], choices: Mapping[str, Sequence[Choice]] = NOTHING
    ) -> None:
        clear(self._lines)
        for place, (name, text) in enumerate((name, text) for name, text in facts if text):
            caption = label(name, "label", "text3")
            caption.setMinimumWidth(theme.px(96))
            self._lines.addWidget(caption, place, 0, Qt.AlignmentFlag.AlignTop)
            if name in choices:
                shown = FactButton(text, choices[name])
                self._lines.addWidget(shown, place, 1, Qt.AlignmentFlag.AlignLeft)
            else:
                self._lines.addWidget(_selectable(text), place, 1)


def _selectable(text: str) -> QWidget:
    shown = label(text, "label", wrap=True)
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return shown
