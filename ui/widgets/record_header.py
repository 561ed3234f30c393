"""The head of a record: what it is, its state, the facts one looks for first, and what can be done."""

from collections.abc import Sequence

from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.layout import clear, column, row
from ui.widgets.labels import Chip, ElidedLabel, Glyph, label

Fact = tuple[str, str]
"""(icon, text)"""


class RecordHeader(QWidget):
    """`actions` stay at the right; `show_record` fills the rest."""

    def __init__(self, icon_name: str, *actions: QWidget) -> None:
        super().__init__()
        self._title = ElidedLabel("", "title")
        self._chips = row(spacing=6)
        self._facts = row(spacing=5)
        title_line = row(self._title, self._chips, None, spacing=8)
        texts = column(title_line, row(self._facts, None), spacing=5)
        sign = Glyph(icon_name, "accent", 26, ground="accentSoft", box=56)
        self.setLayout(row(sign, 6, (texts, 1), *actions))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_record(
        self, title: str, chips: Sequence[tuple[str, str]] = (), facts: Sequence[Fact] = ()
    ) -> None:
        """`chips` are (text, tone); facts without a text are left out."""
        self._title.setText(title)
        self._title.setAccessibleName(title)
        self._title.updateGeometry()
        clear(self._chips)
        for text, tone in chips:
            self._chips.addWidget(Chip(text, tone))
        clear(self._facts)
        for icon_name, text in facts:
            if text:
                self._facts.addWidget(Glyph(icon_name, "text3", 14))
                self._facts.addWidget(ElidedLabel(text, "label", "text2"))
                self._facts.addSpacing(10)


def section_title(text: str, note: str = "") -> QWidget:
    """A heading within a page."""
    made = QWidget()
    made.setLayout(row(label(text, "subtitle"), label(note, "caption", "text3"), None))
    return made
