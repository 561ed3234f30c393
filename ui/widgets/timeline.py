"""What happened, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.layout import Item, clear, column, row
from ui.tokens import TONES
from ui.widgets.buttons import button
from ui.widgets.labels import Chip, Glyph, label


@dataclass(frozen=True)
class Event:
    """One thing that happened; `chip` is (text, tone), `action` a link at the right."""

    icon: str
    title: str
    remark: str = ""
    tone: str = "accent"
    chip: tuple[str, str] | None = None
    action: str = ""
    clicked: Callable[[], object] | None = None


class Timeline(QWidget):
    """A short list of events; a long history is a table."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = column(spacing=10)
        self.setLayout(self._lines)

    def show_events(self, events: Sequence[Event]) -> None:
        clear(self._lines)
        for event in events:
            self._lines.addLayout(_line(event))
        self._lines.addStretch(1)


def _line(event: Event) -> QHBoxLayout:
    tone = TONES[event.tone]
    title = label(event.title, "label", wrap=True)
    head: list[Item] = [(title, 1)]
    if event.chip:
        head.append((Chip(*event.chip), 0, Qt.AlignmentFlag.AlignTop))
    texts = column(row(*head, spacing=6), spacing=1)
    if event.remark:
        texts.addWidget(label(event.remark, "caption", "text3", wrap=True))
    sign = Glyph(event.icon, tone.text, 14, ground=tone.soft, box=28)
    line: list[Item] = [(sign, 0, Qt.AlignmentFlag.AlignTop), (texts, 1)]
    if event.action:
        line.append((button(event.action, kind="link", clicked=event.clicked), 0, Qt.AlignmentFlag.AlignTop))
    return row(*line, spacing=10)
