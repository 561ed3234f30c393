"""The banners above the pages: what hinders synchronisation, and errors that passed by."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.language import tr
from ui.layout import clear, column
from ui.messages import words_for
from ui.sync_status import SyncState, SyncStatus
from ui.widgets.banner import Banner

LOUD = frozenset(
    {
        "sync.captive_portal", "sync.not_our_server", "sync.bad_address", "sync.certificate", "sync.proxy",
        "sync.client_too_old", "sync.server_too_old", "sync.timeline_changed", "clock.wrong",
        "auth.account_disabled", "account.disabled", "auth.device_renewed", "device.of_another_user",
        "device.suspended", "device.wiped", "server.disk_full",
    }
)  # fmt: skip
"""Reasons the user can do something about; all others mend themselves, and the pill says enough."""


class Notices(QWidget):
    """At most one banner about synchronisation, and below it the last error until it is dismissed."""

    sign_in_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sync, self._problem = column(spacing=0), column(spacing=0)
        self._shown: tuple[SyncState, str | None] | None = None
        self.setLayout(column(self._sync, self._problem, spacing=0))

    def show_status(self, status: SyncStatus) -> None:
        reason = status.reason if status.reason in LOUD else None
        shown = (status.state, reason)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._sync)
        if status.state == SyncState.SIGN_IN:
            words = words_for(reason) if reason else tr("You are signed out. You can keep working here.")
            self._sync.addLayout(
                _padded(Banner(words, "warn", "log-in", tr("Sign in"), self.sign_in_asked.emit))
            )
        elif status.state == SyncState.STORAGE:
            words = tr("The disk is nearly full. Photos are not downloaded until there is space.")
            self._sync.addLayout(_padded(Banner(words, "warn", "hard-drive")))
        elif reason:
            self._sync.addLayout(_padded(Banner(words_for(reason), "warn", "cloud-off")))

    def show_problem(self, text: str, action: str = "", clicked: Callable[[], object] | None = None) -> None:
        clear(self._problem)
        banner = Banner(text, "bad", "", action, clicked, dismissable=True)
        banner.dismissed.connect(lambda: clear(self._problem))
        self._problem.addLayout(_padded(banner))


def _padded(banner: Banner) -> QVBoxLayout:
    return column(banner, margins=(24, 10, 24, 0))
