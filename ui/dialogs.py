"""Questions that must be answered before going on; each asks once and calls back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.language import tr
from ui.layout import column, row
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import Glyph, label


class Question(QDialog):
    """A title, a sentence, and two buttons that say what they do.

    Shown with `open`, so that nothing waits inside a call; `yes` is called when it is chosen.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        *,
        yes_words: str,
        no_words: str,
        yes: Callable[[], object],
        dangerous: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        tone, ground = ("bad", "badSoft") if dangerous else ("accent", "accentSoft")
        sign = Glyph("triangle-alert" if dangerous else "circle-help", tone, 22, ground=ground, box=44)
        words = column(
            label(title, "subtitle", wrap=True), label(text, "body", "text2", wrap=True), spacing=6
        )
        refuse = button(no_words, clicked=self.reject)
        agree = button(yes_words, kind="danger" if dangerous else "primary", clicked=self.accept)
        top = row((sign, 0, Qt.AlignmentFlag.AlignTop), (words, 1), spacing=14)
        self.setLayout(column(top, row(None, refuse, agree), margins=(24, 22, 24, 18), spacing=18))
        self.setMinimumWidth(theme.px(440))
        self.accepted.connect(yes)
        (refuse if dangerous else agree).setFocus()


def ask_to_discard(
    parent: QWidget, text: str, discard: Callable[[], object], kept: Callable[[], object] = lambda: None
) -> None:
    """Before what was typed is lost; `text` says what was not saved. `kept` if it is to stay."""
    question = Question(
        parent,
        tr("Discard what you typed?"),
        text,
        yes_words=tr("Discard"),
        no_words=tr("Keep editing"),
        yes=discard,
        dangerous=True,
    )
    question.rejected.connect(kept)
    question.open()
