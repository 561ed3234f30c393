"""Shows the first download: how much has come, and that one may begin before it is over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from app.language import tr
from ui.icons import icon
from ui.layout import column, row
from ui.messages import words_for
from ui.notices import LOUD
from ui.sync_status import SyncState, SyncStatus
from ui.theme import theme
from ui.widgets.buttons import button, set_text
from ui.widgets.labels import label


class Download(QWidget):
    """`begin` opens the program; the download goes on behind it. `stop` and `go_on` pause it."""

    begin = Signal()
    stop = Signal()
    go_on = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedWidth(theme.px(440))
        self._title = label(tr("Welcome, {name}", name=name), "title")
        self._state = label("", "body", "text2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(tr("Download"))
        self._figures = label("", "label", "text3")
        self._stopped = False
        self._stop = button(tr("Pause"), "pause", "ghost", clicked=self._toggle)
        self._begin = button(tr("Start working"), kind="primary", clicked=self.begin.emit)
        note = label(
            tr("You can start now: what has arrived is ready, the rest follows in the background. "
               "If the connection breaks, the download continues where it stopped."),
            "label", "text2", wrap=True,
        )  # fmt: skip
        self.setLayout(
            column(self._title, self._state, 8, self._bar, self._figures, 8, note, 12,
                   row(self._stop, None, self._begin))
        )  # fmt: skip
        self._begin.setFocus()

    def show_status(self, status: SyncStatus) -> None:
        """Follow the sync process."""
        if status.state is SyncState.SYNCED:
            self._bar.setRange(0, 1)
            self._bar.setValue(1)
            self._state.setText(tr("Everything is on this computer."))
            self._stop.hide()
            return
        if status.reason in LOUD:
            self._state.setText(words_for(status.reason))
        elif status.state is SyncState.OFFLINE:
            self._state.setText(tr("No connection. The download continues by itself when there is one."))
        else:
            self._state.setText(tr("Your customers, machines, visits and orders are being downloaded."))
        if progress := status.progress:
            self._bar.setRange(0, max(progress.total, 1))
            self._bar.setValue(min(progress.rows, progress.total))
            self._figures.setText(progress.words)
            self._bar.setAccessibleDescription(self._figures.text())

    def _toggle(self) -> None:
        self._stopped = not self._stopped
        (self.stop if self._stopped else self.go_on).emit()
        set_text(self._stop, tr("Continue") if self._stopped else tr("Pause"))
        self._stop.setIcon(icon("play" if self._stopped else "pause"))
        self._stop.setFocus(Qt.FocusReason.OtherFocusReason)
