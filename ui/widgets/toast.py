"""Says for a few seconds what was done, with a way to take it back."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from app.language import tr
from ui.layout import row
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label

SECONDS, SECONDS_WITH_UNDO = 4, 8


class Toast(QFrame):
    """One at a time, low in the middle of `window`; a new one replaces the last."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("toast", True)
        self._window = window
        self._undo: Callable[[], object] | None = None
        self._words = label("", "label")
        self._button = button(tr("Undo"), clicked=self.take_back)
        self.setLayout(row(self._words, self._button, margins=(16, 6, 8, 6), spacing=12))
        self._clock = QTimer(self, singleShot=True)
        self._clock.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def show_text(self, text: str, undo: Callable[[], object] | None = None) -> None:
        self._undo = undo
        self._words.setText(text)
        self._button.setVisible(undo is not None)
        self.setAccessibleName(text)
        self.setMinimumHeight(theme.px(44))
        self._place()
        self.show()
        self.raise_()
        self._clock.start(1000 * (SECONDS_WITH_UNDO if undo else SECONDS))

    @property
    def text(self) -> str:
        return self._words.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def enterEvent(self, event: QEvent) -> None:
        self._clock.stop()  # being read

    def leaveEvent(self, event: QEvent) -> None:
        self._clock.start(1000 * SECONDS)

    def _place(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.adjustSize()
        left = (self._window.width() - self.width()) // 2
        self.move(max(8, left), self._window.height() - self.height() - theme.px(28))

    def take_back(self) -> None:
        """Undo what the toast speaks of, while it is shown."""
        undo, self._undo = self._undo, None
        self.hide()
        if undo:
            undo()
