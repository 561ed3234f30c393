"""Filled fields of a record in two columns: what it is called, what it is."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.layout import clear
from ui.theme import theme
from ui.widgets.labels import label


class FactsGrid(QWidget):
    """`show_facts` takes (name, text); facts without a text are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = QGridLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setHorizontalSpacing(16)
        self._lines.setVerticalSpacing(7)
        self._lines.setColumnStretch(1, 1)

    def show_facts(self, facts: Iterable[tuple[str, str]]) -> None:
        clear(self._lines)
        for place, (name, text) in enumerate((name, text) for name, text in facts if text):
            caption = label(name, "label", "text3")
            caption.setMinimumWidth(theme.px(96))
            shown = label(text, "label", wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._lines.addWidget(caption, place, 0, Qt.AlignmentFlag.AlignTop)
            self._lines.addWidget(shown, place, 1)
