"""A line of filters of which one is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout

SPACING = 6


class FilterChips(QWidget):
    """`filters` are (key, text); the first is chosen at the start."""

    chosen = Signal(str)

    def __init__(self, filters: Sequence[tuple[str, str]], name: str = "") -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._keys = [key for key, _ in filters]
        layout = FlowLayout(SPACING)
        for index, (_, text) in enumerate(filters):
            chip = button(text, kind="filter")
            chip.setCheckable(True)
            self._group.addButton(chip, index)
            layout.addWidget(chip)
        self._chip(0).setChecked(True)
        self._group.idToggled.connect(self._toggled)
        self.setLayout(layout)
        self.setAccessibleName(name)

    @property
    def current(self) -> str:
        return self._keys[self._group.checkedId()]

    def choose(self, key: str) -> None:
        self._chip(self._keys.index(key)).setChecked(True)

    def stand_in_a_line(self) -> None:
        """Never break into lines: for a bar with other things in it."""
        chips = [chip.sizeHint().width() for chip in self._group.buttons()]
        self.setFixedWidth(sum(chips) + SPACING * (len(chips) - 1) + 1)

    def _chip(self, index: int) -> QPushButton:
        chip = self._group.button(index)
        assert isinstance(chip, QPushButton)
        return chip

    def _toggled(self, index: int, on: bool) -> None:
        if on:
            self.chosen.emit(self._keys[index])
