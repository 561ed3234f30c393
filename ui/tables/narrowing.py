"""Narrows a list by properties of its records: a menu to choose in, and what is chosen as chips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.domain.options import Option
from app.language import tr
from ui.icons import icon
from ui.layout import clear
from ui.tables.choice_menu import tick_one
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout

ANY = None


@dataclass(frozen=True)
class Narrowing:
    """One property: its key for the list's source, its name, and the (value, text) to choose from."""

    key: str
    title: str
    choices: Sequence[tuple[Any, str]]


def options_of(key: str, title: str, options: type[Option]) -> Narrowing:
    """A property with declared options."""
    return Narrowing(key, title, [(option, tr(option.label)) for option in options])


class NarrowingChips(QWidget):
    """`button` opens the menu; `changed` when another value is chosen or one is taken away."""

    changed = Signal()

    def __init__(self, offered: Sequence[Narrowing]) -> None:
        super().__init__()
        self._offered = list(offered)
        self._chosen: dict[str, Any] = {}
        self._chips = FlowLayout(6)
        self.setLayout(self._chips)
        self.setAccessibleName(tr("Filter"))
        self.button: QPushButton = button("", "list-filter", "ghost", tip=tr("Filter"))
        self._menu = QMenu(self.button)
        self._menu.setFont(theme.font("body"))
        self.button.setMenu(self._menu)
        self._show()

    @property
    def chosen(self) -> Mapping[str, Any]:
        """The values chosen, by key."""
        return dict(self._chosen)

    def offer(self, narrowing: Narrowing) -> None:
        """Add a property, or give it other choices."""
        places = [place for place, known in enumerate(self._offered) if known.key == narrowing.key]
        if places:
            self._offered[places[0]] = narrowing
        else:
            self._offered.append(narrowing)
        self._show()

    def choose(self, key: str, value: Any) -> None:
        """Keep only records with this value; `ANY` takes the property away."""
        if self._chosen.get(key) == value:
            return
        self._chosen.pop(key, None)
        if value is not ANY:
            self._chosen[key] = value
        self._show()
        self.changed.emit()

    def reset(self) -> None:
        """Without telling anybody."""
        self._chosen.clear()
        self._show()

    def _show(self) -> None:
        for old in self._menu.findChildren(QMenu):
            old.deleteLater()
        self._menu.clear()
        clear(self._chips)
        for narrowing in self._offered:
            part = self._menu.addMenu(narrowing.title)
            entries = [(ANY, tr("Any")), *narrowing.choices]
            current = self._chosen.get(narrowing.key)
            tick_one(part, entries, current, partial(self.choose, narrowing.key))
            if current is not ANY:
                text = next((text for value, text in narrowing.choices if value == current), "")
                self._chips.addWidget(self._chip(narrowing, text))
        self.setVisible(bool(self._chosen))
        self.button.setIcon(icon("list-filter", "accent" if self._chosen else "text2"))

    def _chip(self, narrowing: Narrowing, text: str) -> QPushButton:
        words = tr("{property}: {value}", property=narrowing.title, value=text)
        chip = button(words, "x", "filter", tip=tr("Remove this filter"))
        chip.setCheckable(True)
        chip.setChecked(True)
        chip.clicked.connect(lambda _checked=False: self.choose(narrowing.key, ANY))
        return chip
