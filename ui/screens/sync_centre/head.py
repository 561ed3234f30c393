"""The head of the sync panel: how synchronisation stands, when it goes on, and how to make it rest."""

from datetime import timedelta
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu, QWidget

from app.clock import local_now
from app.language import tr
from ui.desk import Desk
from ui.formats import countdown, moment
from ui.icons import icon
from ui.layout import column, row
from ui.sync_status import SyncState, SyncStatus
from ui.widgets.buttons import Choice, button, menu_of
from ui.widgets.labels import label

HOUR = timedelta(hours=1)


class PanelHead(QWidget):
    """Says what `say` was last given, and counts the seconds to the next try."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._title = label("", "subtitle")
        self._remark = label("", "caption", "text3", wrap=True)
        self._again = label("", "caption", "text3")
        now = button(tr("Sync now"), "refresh-cw", clicked=desk.sync.sync_now)
        self._pause = button("", "pause", "ghost", clicked=self._press_pause)
        self._ways = menu_of(
            [
                Choice(tr("Pause until I continue"), desk.pausing.begin),
                Choice(tr("Pause for an hour"), partial(desk.pausing.begin, HOUR)),
            ],
            QMenu(self),
        )
        texts = column(self._title, self._remark, self._again, spacing=2)
        self.setLayout(row((texts, 1), self._pause, now, margins=(16, 14, 14, 12)))
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._count)
        desk.pausing.changed.connect(lambda: self.say(desk.sync.status))

    def say(self, status: SyncStatus) -> None:
        paused = self._desk.pausing.is_on
        title = self._paused_words() if paused else _title(status)
        self._title.setText(title)
        last = (
            tr("Last sync {time}", time=moment(status.synced_at))
            if status.synced_at
            else tr("Not synced yet")
        )
        self._remark.setText(" · ".join(part for part in (last, *_files(status)) if part and part != title))
        tip = tr("Continue synchronisation") if paused else tr("Pause synchronisation")
        self._pause.setIcon(icon("play" if paused else "pause"))
        self._pause.setToolTip(tip)
        self._pause.setAccessibleName(tip)
        self._clock.start() if status.retry_at else self._clock.stop()
        self._count()

    def _count(self) -> None:
        """A panel that nobody sees need not count."""
        retry_at = None if self._desk.pausing.is_on else self._desk.sync.status.retry_at
        left = max(0, round((retry_at - local_now()).total_seconds())) if retry_at else 0
        self._again.setText(tr("Next try in {time}", time=countdown(left)) if retry_at else "")
        self._again.setVisible(retry_at is not None)
        if not self.isVisible():
            self._clock.stop()

    def _paused_words(self) -> str:
        until = self._desk.pausing.until
        return tr("Paused until {time}", time=f"{until:%H:%M}") if until else tr("Paused")

    def _press_pause(self) -> None:
        if self._desk.pausing.is_on:
            self._desk.pausing.end()
        else:
            self._ways.popup(self._pause.mapToGlobal(self._pause.rect().bottomLeft()))


def _title(status: SyncStatus) -> str:
    return tr("Working offline") if status.state is SyncState.OFFLINE else status.words


def _files(status: SyncStatus) -> tuple[str, ...]:
    up = tr("Files to upload: {count}", count=status.files_up) if status.files_up else ""
    down = tr("Files to download: {count}", count=status.files_down) if status.files_down else ""
    waits = tr("files wait, since this network is metered") if status.files_metered else ""
    return up, down, waits
