"""The keys of the program, on one sheet (the key "?" opens it)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from app.language import msgid, tr
from ui.layout import column, row
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label

KEYS: Sequence[tuple[str, str]] = (
    ("Ctrl+K", msgid("Search everything")),
    ("Ctrl+F", msgid("Filter this list")),
    ("Ctrl+1", msgid("First page, and so on up to Ctrl+7")),
    ("F6", msgid("Next part of the window")),
    ("Esc", msgid("Back, or close")),
    ("Ctrl+N", msgid("New record")),
    ("Ctrl+Shift+O", msgid("New service order")),
    ("Ctrl+Shift+V", msgid("New visit")),
    ("Ctrl+S", msgid("Save the form")),
    ("Ctrl+Return", msgid("Save and close the dialog")),
    ("Ctrl+Z", msgid("Undo what was just done")),
    ("N", msgid("In the week: new visit")),
    ("Alt+Down", msgid("In the week: move the visit; Alt with any arrow")),
    ("PgDown", msgid("In the week: next week; T shows today")),
    ("Alt+1", msgid("In a conflict: take mine")),
    ("Alt+2", msgid("In a conflict: take the server's")),
    ("F5", msgid("Synchronise now")),
    ("?", msgid("This list")),
)


class KeyList(QDialog):
    """Closes on Escape."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(9)
        for line, (keys, words) in enumerate(KEYS):
            shown = label(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText), "caption")
            shown.setProperty("key", True)
            shown.setFixedHeight(theme.px(22))
            grid.addWidget(shown, line, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(tr(words), "label"), line, 1)
        close = button(tr("Close"), clicked=self.accept)
        foot = row(None, close)
        self.setLayout(column(label(tr("Keys"), "title"), grid, foot, margins=(24, 20, 24, 18), spacing=16))
