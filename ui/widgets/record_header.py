"""The head of a record: what it is, its state, the facts one looks for first, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.layout import clear, column, row
from ui.widgets.buttons import Choice
from ui.widgets.fact_button import FactButton
from ui.widgets.labels import Chip, ElidedLabel, Glyph, label


@dataclass(frozen=True)
class Fact:
    """One line's part: an icon and a text; what can be done with it stands in a menu below it."""

    icon_name: str
    text: str
    choices: Sequence[Choice] = ()


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
        self, title: str, chips: Sequence[tuple[str, str]] = (), facts: Sequence[Fact | tuple[str, str]] = ()
    ) -> None:
        """`chips` are (text, tone); facts without a text are left out, a pair is one without choices."""
        self._title.setText(title)
        self._title.setAccessibleName(title)
        self._title.updateGeometry()
        clear(self._chips)
        for text, tone in chips:
            self._chips.addWidget(Chip(text, tone))
        clear(self._facts)
        for fact in (found if isinstance(found, Fact) else Fact(*found) for found in facts):
            if fact.text:
                self._facts.addWidget(Glyph(fact.icon_name, "text3", 14))
                shown = (
                    FactButton(fact.text, fact.choices)
                    if fact.choices
                    else ElidedLabel(fact.text, "label", "text2")
                )
                self._facts.addWidget(shown)
                self._facts.addSpacing(6)


def _words(fact: Fact) -> QWidget:
    if fact.choices:
        return FactButton(fact.text, fact.choices)
    return ElidedLabel(fact.text, "label", "text2")


def section_title(text: str, note: str = "") -> QWidget:
    """A heading within a page."""
    made = QWidget()
    made.setLayout(row(label(text, "subtitle"), label(note, "caption", "text3"), None))
    return made
