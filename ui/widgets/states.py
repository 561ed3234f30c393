"""What stands where content would: nothing there yet, still loading, or something went wrong."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.language import tr
from ui.icons import pixmap
from ui.layout import clear, column, row
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import Glyph, label

CENTRE = Qt.AlignmentFlag.AlignHCenter
SHOW_LOADING_AFTER_MS = 150


class _Notice(QWidget):
    """An icon, a sentence and one action in the middle of the space."""

    def __init__(self, icon_name: str, tone: str, ground: str) -> None:
        super().__init__()
        self._sign = (icon_name, tone, ground)
        self._content: QVBoxLayout = column(spacing=10)
        self.setLayout(column(None, self._content, None, margins=(24, 24, 24, 24)))

    def show_notice(self, text: str, more: str, action: str, clicked: Callable[[], object] | None) -> None:
        clear(self._content)
        name, tone, ground = self._sign
        self._content.addWidget(Glyph(name, tone, 26, ground=ground, box=52), 0, CENTRE)
        for words in (label(text, "strong", wrap=True), label(more, "label", "text2", wrap=True)):
            words.setAlignment(CENTRE)
            if words.text():
                self._content.addWidget(words)
        if action:
            self._content.addLayout(row(None, button(action, clicked=clicked), None))
        self.setAccessibleName(f"{text} {more}".strip())


class EmptyState(_Notice):
    """Nothing here: one sentence, one action."""

    def __init__(
        self,
        text: str = "",
        more: str = "",
        action: str = "",
        clicked: Callable[[], object] | None = None,
        icon_name: str = "inbox",
    ) -> None:
        super().__init__(icon_name, "text3", "hover")
        self.show_notice(text, more, action, clicked)


class ErrorState(_Notice):
    """It could not be shown: why, and a way to try again."""

    def __init__(self, text: str = "", more: str = "", retry: Callable[[], object] | None = None) -> None:
        super().__init__("circle-alert", "bad", "badSoft")
        self.show_notice(text, more, tr("Try again") if retry else "", retry)


class Spinner(QWidget):
    """A turning sign; it stands still while nobody sees it."""

    def __init__(self, size: int = 22) -> None:
        super().__init__()
        self._angle = 0
        self._size = theme.px(size)
        self.setFixedSize(self._size + 4, self._size + 4)
        clock = QTimer(self, interval=60)
        clock.timeout.connect(self._turn)
        clock.start()

    def _turn(self) -> None:
        if self.isVisible():
            self._angle = (self._angle + 30) % 360
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.rotate(self._angle)
        drawn = pixmap("loader-circle", "accent", self._size, self.devicePixelRatioF())
        painter.drawPixmap(-self._size // 2, -self._size // 2, drawn)


class Loading(QWidget):
    """Something is on its way."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.words: QLabel = label(text or tr("Loading…"), "label", "text2")
        self.setLayout(column(None, row(None, Spinner(), self.words, None, spacing=10), None))


class StateStack(QStackedWidget):
    """Content, or the state that stands for it."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content, self._loading = content, Loading()
        self._blank, self._empty, self._error = QWidget(), EmptyState(), ErrorState()
        for part in (content, self._blank, self._loading, self._empty, self._error):
            self.addWidget(part)
        # A spinner that flashes for a moment disturbs more than it tells.
        self._patience = QTimer(self, singleShot=True, interval=SHOW_LOADING_AFTER_MS)
        self._patience.timeout.connect(lambda: self.setCurrentWidget(self._loading))

    def show_content(self) -> None:
        self._show(self._content)

    def show_loading(self, text: str = "") -> None:
        self._loading.words.setText(text or tr("Loading…"))
        self._show(self._blank)
        self._patience.start()

    def show_empty(
        self, text: str, more: str = "", action: str = "", clicked: Callable[[], object] | None = None
    ) -> None:
        self._empty.show_notice(text, more, action, clicked)
        self._show(self._empty)

    def show_error(self, text: str, more: str = "", retry: Callable[[], object] | None = None) -> None:
        self._error.show_notice(text, more, tr("Try again") if retry else "", retry)
        self._show(self._error)

    def _show(self, part: QWidget) -> None:
        self._patience.stop()
        self.setCurrentWidget(part)
