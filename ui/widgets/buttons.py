"""Push buttons in the kinds the sheet knows, and buttons that open a menu."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton

from ui.icons import icon
from ui.theme import theme

_ICON_TOKENS = {
    "primary": "onAccent", "link": "accent", "warn": "warn", "danger": "bad",
}  # fmt: skip
_ROLES = {"primary": "strong", "link": "label", "filter": "label"}
GAP = "\u2009"  # a sheet knows no gap between icon and text; a thin space makes one


def button(
    text: str = "",
    icon_name: str | None = None,
    kind: str = "default",
    *,
    tip: str = "",
    clicked: Callable[[], object] | None = None,
) -> QPushButton:
    """A button of `kind` default, primary, danger, warn, ghost, link or filter.

    One without a text is a square with an icon; its `tip` is then its spoken name as well.
    """
    made = QPushButton(GAP + text if text and icon_name else text)
    made.setAccessibleName(text or tip)
    made.setProperty("kind", kind)
    made.setProperty("icononly", not text)
    made.setFont(theme.font(_ROLES.get(kind, "body")))
    made.setToolTip(tip)
    made.setAutoDefault(False)
    if icon_name:
        made.setIcon(icon(icon_name, _ICON_TOKENS.get(kind, "text2")))
        made.setIconSize(QSize(theme.px(16), theme.px(16)))
    if kind == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    if clicked:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def set_text(target: QPushButton, text: str) -> None:
    """Another text on a button that `button` made."""
    target.setText(text if target.icon().isNull() else GAP + text)
    target.setAccessibleName(text)


@dataclass(frozen=True)
class Choice:
    """One entry of a menu; `text` empty draws a line instead."""

    text: str
    chosen: Callable[[], object] = lambda: None
    icon_name: str = ""
    shortcut: str = ""
    enabled: bool = True


def menu_of(choices: Sequence[Choice], menu: QMenu) -> QMenu:
    """Fill `menu` with `choices`."""
    menu.setFont(theme.font("body"))
    for choice in choices:
        if not choice.text:
            menu.addSeparator()
            continue
        action = menu.addAction(choice.text)
        if choice.icon_name:
            action.setIcon(icon(choice.icon_name))
        if choice.shortcut:  # shown only: the window itself owns the key
            keys = QKeySequence(choice.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            action.setText(f"{choice.text}\t{keys}")
        action.setEnabled(choice.enabled)
        action.triggered.connect(lambda _checked=False, chosen=choice.chosen: chosen())
    return menu


def menu_button(
    text: str,
    icon_name: str,
    choices: Sequence[Choice],
    kind: str = "default",
    *,
    tip: str = "",
) -> QPushButton:
    """A button that opens a menu."""
    made = button(text, icon_name, kind, tip=tip)
    made.setMenu(menu_of(choices, QMenu(made)))
    return made
