"""The keys that work everywhere in the main window."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from ui.tables.record_list import RecordList
from ui.widgets.search_field import SearchField


def bind(window: QWidget, keys: Mapping[str, Callable[[], object]]) -> None:
    """Let each key call its action while `window` is in front."""
    for sequence, action in keys.items():
        shortcut = QShortcut(QKeySequence(sequence), window)
        shortcut.activated.connect(action)


def focus_filter(page: QWidget) -> None:
    """Put the keyboard into the search field of a page, if it has one."""
    field = next((found for found in page.findChildren(SearchField) if found.isVisible()), None)
    if field is not None:
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()


def panes(window: QWidget, page: QWidget) -> Sequence[QWidget]:
    """The parts F6 goes through: rail, top bar, and the halves of a page or the page itself."""
    names = ("rail", "topbar"), ("master", "page")
    chrome = [part for name in names[0] for part in window.findChildren(QFrame, name)]
    halves = [part for name in names[1] for part in page.findChildren(QFrame, name)]
    found: list[QWidget] = [*chrome, *halves]
    return [part for part in (found if halves else [*found, page]) if part.isVisible()]


def focus_next_pane(parts: Sequence[QWidget]) -> None:
    """Move the keyboard to the next part that can take it."""
    focused = QApplication.focusWidget()
    here = next((i for i, part in enumerate(parts) if focused and _holds(part, focused)), -1)
    for step in range(1, len(parts) + 1):
        target = _first_focusable(parts[(here + step) % len(parts)])
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            return


def _holds(part: QWidget, focused: QWidget) -> bool:
    return part is focused or part.isAncestorOf(focused)


def focus_page(page: QWidget) -> None:
    """Put the keyboard into a page, where one starts to work: its list, if it has one."""
    shown = next((found for found in page.findChildren(RecordList) if found.isVisible()), None)
    target = shown or _first_focusable(page)
    if target is not None:
        target.setFocus(Qt.FocusReason.OtherFocusReason)


def _first_focusable(part: QWidget) -> QWidget | None:
    candidates = (child for child in part.findChildren(QWidget) if child.isVisible() and child.isEnabled())
    return next((c for c in candidates if c.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
