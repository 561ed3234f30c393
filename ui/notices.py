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
        "sync.not_secure", "sync.use_https", "sync.client_too_old", "sync.server_too_old", "sync.malformed",
        "sync.timeline_changed", "sync.removal_held", "sync.failed", "request.malformed",
        "request.no_such_path", "auth.account_disabled", "account.disabled", "auth.device_renewed",
        "device.of_another_user", "device.suspended", "device.leaving", "device.wiped", "server.disk_full",
        "replica.disk_full", "replica.damaged", "replica.wrong_key",
    }
)  # fmt: skip
"""Reasons the user can do something about; all others mend themselves, and the pill says enough."""


class Notices(QWidget):
    """At most one banner about synchronisation and one about the clock, and below them the last error
    until it is dismissed."""

    sign_in_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sync, self._clock, self._problem = column(spacing=0), column(spacing=0), column(spacing=0)
        self._shown: tuple[SyncState, str | None] | None = None
        self._difference = ""
        self.setLayout(column(self._sync, self._clock, self._problem, spacing=0))

    def show_status(self, status: SyncStatus) -> None:
        self._show_clock(status.clock_off)
        if status.state == SyncState.CHECKING:  # what hindered may hinder still; the answer comes soon
            return
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
            words = (
                words_for(reason)
                if reason
                else tr("The disk is nearly full. Photos are not downloaded until there is space.")
            )
            self._sync.addLayout(_padded(Banner(words, "warn", "hard-drive")))
        elif reason:
            self._sync.addLayout(_padded(Banner(words_for(reason), "warn", "cloud-off")))

    def _show_clock(self, seconds: int) -> None:
        """Nothing is decided by this computer's clock, but people read the times it gives their work."""
        difference = span(seconds) if seconds else ""
        if difference == self._difference:
            return
        self._difference = difference
        clear(self._clock)
        if difference:
            words = words_for("clock.wrong", {"difference": difference})
            self._clock.addLayout(_padded(Banner(words, "warn", "clock")))

    def show_problem(self, text: str, action: str = "", clicked: Callable[[], object] | None = None) -> None:
        clear(self._problem)
        banner = Banner(text, "bad", "", action, clicked, dismissable=True)
        banner.dismissed.connect(lambda: clear(self._problem))
        self._problem.addLayout(_padded(banner))


def span(seconds: int) -> str:
    """A difference between two clocks in the largest unit that is not coarse."""
    days, hours = round(abs(seconds) / 86_400), round(abs(seconds) / 3_600)
    if days > 730:
        return tr("{count} years", count=round(days / 365.25))
    return tr("{count} days", count=days) if days > 2 else tr("{count} hours", count=hours)


def _padded(banner: Banner) -> QVBoxLayout:
    return column(banner, margins=(24, 10, 24, 0))
