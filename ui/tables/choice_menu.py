"""A menu part in which exactly one entry is ticked."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from ui.theme import theme


def tick_one(
    menu: QMenu, entries: Sequence[tuple[Any, str]], current: Any, chosen: Callable[[Any], object]
) -> None:
    """Fill `menu` with (key, text) entries; `chosen(key)` when another one is picked."""
    menu.setFont(theme.font("body"))
    group = QActionGroup(menu)
    for key, text in entries:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(key == current)
        group.addAction(action)
        action.triggered.connect(lambda _checked=False, key=key: chosen(key))
