"""The state of synchronisation in the top bar: icon, words and count, never colour alone."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton

from app.language import tr
from ui.icons import pixmap
from ui.sync_status import SyncState, SyncStatus
from ui.theme import theme
from ui.tokens import TONES
from ui.widgets.painting import LEFT, fill, focus_ring

LOOKS: dict[SyncState, tuple[str, str]] = {
    SyncState.SYNCED: ("cloud-check", "ok"),
    SyncState.CHECKING: ("refresh-cw", "neutral"),
    SyncState.SYNCING: ("refresh-cw", "accent"),
    SyncState.PENDING: ("cloud-upload", "warn"),
    SyncState.OFFLINE: ("cloud-off", "warn"),
    SyncState.CONFLICT: ("git-compare", "bad"),
    SyncState.REFUSED: ("circle-alert", "bad"),
    SyncState.SIGN_IN: ("log-in", "warn"),
    SyncState.STORAGE: ("hard-drive", "warn"),
}
"""State: (icon, tone)."""
_TURNING = (SyncState.CHECKING, SyncState.SYNCING)
_STEP_MS, _STEP_DEGREES = 80, 30


class SyncPill(QPushButton):
    """Opens the sync panel when clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._status = SyncStatus()
        self._angle = 0
        self.setFont(theme.font("label"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._clock = QTimer(self, interval=_STEP_MS)
        self._clock.timeout.connect(self._turn)
        self.show_status(self._status)

    def show_status(self, status: SyncStatus) -> None:
        self._status = status
        self.setText(status.words)
        self.setAccessibleName(tr("Synchronisation: {state}", state=status.words))
        if status.state in _TURNING and self.isVisible():
            self._clock.start()
        elif status.state not in _TURNING:
            self._clock.stop()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + theme.px(52), theme.px(32))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        name, tone = LOOKS[self._status.state]
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        soft = TONES[tone].soft
        fill(painter, area, TONES[tone].line if self.underMouse() else soft, area.height() / 2)
        if self.hasFocus() or self.isDown():
            focus_ring(painter, area, area.height() / 2)
        side = theme.px(16)
        painter.save()
        painter.translate(theme.px(20), self.height() / 2)
        painter.rotate(self._angle if self._status.state in _TURNING else 0)
        drawn = pixmap(name, TONES[tone].text, side, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(-side // 2, -side // 2), drawn)
        painter.restore()
        painter.setFont(self.font())
        painter.setPen(theme.colour(TONES[tone].text))
        painter.drawText(self.rect().adjusted(theme.px(36), 0, -theme.px(10), 0), LEFT, self.text())

    def _turn(self) -> None:
        if not self.isVisible():  # an unseen pill must not keep the processor awake
            self._clock.stop()
        self._angle = (self._angle + _STEP_DEGREES) % 360
        self.update(0, 0, theme.px(34), self.height())
