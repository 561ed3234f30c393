"""Short words for building layouts: rows, columns and frames in one expression."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

Item = QWidget | QLayout | int | None | tuple[Any, ...]
Margins = tuple[int, int, int, int]
NONE: Margins = (0, 0, 0, 0)


def row(*items: Item, margins: Margins = NONE, spacing: int = 8) -> QHBoxLayout:
    """Items side by side: a widget, a layout, a gap in pixels, None for a stretch, or a tuple
    (item, stretch, alignment)."""
    layout = QHBoxLayout()
    _fill(layout, items, margins, spacing)
    return layout


def column(*items: Item, margins: Margins = NONE, spacing: int = 8) -> QVBoxLayout:
    """As `row`, one below the other."""
    layout = QVBoxLayout()
    _fill(layout, items, margins, spacing)
    return layout


def frame(layout: QLayout, name: str = "", **properties: object) -> QFrame:
    """A frame that the sheet draws by its name or properties: `frame(column(…), card=True)`."""
    made = QFrame()
    made.setObjectName(name)
    for key, value in properties.items():
        made.setProperty(key, value)
    made.setLayout(layout)
    return made


def line() -> QFrame:
    """A hairline between two parts."""
    return frame(QVBoxLayout(), line=True)


def scrolled(content: QWidget) -> QScrollArea:
    """`content` in a scroll area that takes no focus, so that small windows crush nothing."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def scroll_page(layout: QLayout) -> QScrollArea:
    """A page that scrolls, on the page's ground."""
    page = QWidget()
    page.setObjectName("page")
    page.setLayout(layout)
    return scrolled(page)


def bring_into_sight(part: QWidget) -> None:
    """Scroll whatever scrolls around `part`, as Tab would, with room for what is said about it."""
    around = part.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(part, 0, 120)
        around = around.parentWidget()


def clear(layout: QLayout) -> None:
    """Take everything out of `layout` and delete it."""
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            clear(inner)
            inner.deleteLater()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _fill(layout: QBoxLayout, items: tuple[Item, ...], margins: Margins, spacing: int) -> None:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for item in items:
        _add(layout, item)


def _add(layout: QBoxLayout, item: Item) -> None:
    match item:
        case None:
            layout.addStretch(1)
        case int():
            layout.addSpacing(item)
        case (QWidget() as widget, *how):
            layout.addWidget(widget, *how)
        case (QLayout() as inner, *how):
            layout.addLayout(inner, *how)
        case QWidget():
            layout.addWidget(item)
        case QLayout():
            layout.addLayout(item)
