"""A card of short lines: what was booked, used, replaced or added, each with what can be done to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.language import tr
from app.queries.marks import Mark
from ui.layout import Item, clear, column, row
from ui.screens.orders.words import mark_glyph
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel, Glyph, label

LINK_PADDING = 5


@dataclass(frozen=True)
class Line:
    """`opened` makes the title a link; `removed` adds a button that takes the line away."""

    icon: str
    title: str
    remark: str = ""
    right: str = ""
    mark: Mark = Mark.NONE
    opened: Callable[[], object] | None = None
    removed: Callable[[], object] | None = None
    remove_words: str = ""


class LinesCard(Card):
    """`nothing` is said where there are no lines."""

    def __init__(self, title: str, nothing: str, *actions: QWidget) -> None:
        super().__init__(title, "", *actions)
        self._words, self._nothing = title, nothing
        self._lines = column(spacing=6)
        self.body.addLayout(self._lines)

    def show_lines(self, lines: Sequence[Line], note: str = "") -> None:
        self.show_title(self._words, note)
        clear(self._lines)
        if not lines and self._nothing:
            self._lines.addWidget(label(self._nothing, "label", "text3", wrap=True))
        for line in lines:
            self._lines.addWidget(_made(line))


def _made(line: Line) -> QWidget:
    if line.opened:
        head: list[Item] = [button(line.title, kind="link", clicked=line.opened), None]
    else:
        head = [(ElidedLabel(line.title, "body"), 1)]
    texts = column(row(*head, spacing=6), spacing=1)
    if line.remark:
        indent = LINK_PADDING if line.opened else 0
        texts.addLayout(row(indent, (ElidedLabel(line.remark, "caption", "text3"), 1), spacing=0))
    parts: list[Item] = [Glyph(line.icon, "text2", 16, ground="hover", box=30), (texts, 1)]
    if sign := mark_glyph(line.mark):
        parts.append(sign)
    if line.right:
        parts.append(label(line.right, "strong"))
    if line.removed:
        words = line.remove_words or tr("Remove {what}", what=line.title)
        parts.append(button("", "trash-2", "ghost", tip=words, clicked=line.removed))
    made = QWidget()
    made.setLayout(row(*parts, spacing=10))
    return made
