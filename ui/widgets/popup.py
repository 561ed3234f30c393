"""A sheet that hangs from a button or over the window until one looks elsewhere."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsDropShadowEffect, QWidget

from ui.theme import theme

GAP = 6


class Popup(QFrame):
    """A child of the window, not a window of its own, so that it looks the same everywhere.

    Escape, a click elsewhere and a resize close it; the focus goes back to where it came from.
    """

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._came_from: QWidget | None = None
        self.setProperty("popup", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(36)
        shadow.setOffset(0, 10)
        shadow.setColor(theme.colour("shadow"))
        self.setGraphicsEffect(shadow)
        self.hide()

    def open_below(self, anchor: QWidget) -> None:
        """Hang below `anchor`, right edges in line."""
        self.adjustSize()
        corner = anchor.mapTo(self._window, QPoint(anchor.width(), anchor.height()))
        left = max(GAP, min(corner.x() - self.width(), self._window.width() - self.width() - GAP))
        room = self._window.height() - corner.y() - 3 * GAP
        self._open(QPoint(left, corner.y() + 2 * GAP), room)

    def open_centred(self, top: int) -> None:
        """Stand in the middle of the window, `top` pixels from its upper edge."""
        self.adjustSize()
        left = (self._window.width() - self.width()) // 2
        self._open(QPoint(left, top), self._window.height() - top - 2 * GAP)

    def close_popup(self) -> None:
        if not self.isVisible():
            return
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_popup()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            if not (watched is self or self.isAncestorOf(watched)) and watched.window() is self._window:
                self.close_popup()
        elif event.type() == QEvent.Type.Resize and watched is self._window:
            self.close_popup()
        return False

    def _open(self, at: QPoint, room: int) -> None:
        if self.height() > room:
            self.resize(self.width(), room)
        self._came_from = QApplication.focusWidget()
        self.move(at)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
