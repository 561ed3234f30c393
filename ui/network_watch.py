"""Tells the sync process what this computer is connected to, and when it woke or is connected anew."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QNetworkInformation

TICK_MS = 5_000
ASLEEP = 30.0  # seconds that a tick is late

_Medium = QNetworkInformation.TransportMedium
_Reach = QNetworkInformation.Reachability


@dataclass(frozen=True)
class Connection:
    """What the operating system says; where it says nothing, all is taken to be well. `behind_portal`: the
    network wants a sign-in of its own first."""

    online: bool = True
    metered: bool = False
    behind_portal: bool = False
    medium: str = ""

    @property
    def mobile(self) -> bool:
        return self.medium in (_Medium.Cellular.name, _Medium.Bluetooth.name)

    def is_worth_a_look_after(self, before: "Connection") -> bool:
        """Has something come that was not there `before`?"""
        back = not before.online or before.behind_portal or self.medium != before.medium
        return self.online and not self.behind_portal and back


class Told(Protocol):
    """Who is told."""

    def meet_network(self, *, metered: bool, mobile: bool, anew: bool) -> None: ...


class NetworkWatch(QObject):
    """`look` says what the computer is connected to; `clock` is the one on the wall, in seconds."""

    def __init__(
        self,
        sync: Told,
        parent: QObject | None = None,
        look: Callable[[], Connection] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._sync, self._look, self._clock = sync, look or connection, clock
        self._now, self._ticked_at = self._look(), clock()
        self._tell(anew=False)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        if information := QNetworkInformation.instance():
            for changed in (
                information.reachabilityChanged,
                information.isMeteredChanged,
                information.isBehindCaptivePortalChanged,
                information.transportMediumChanged,
            ):
                changed.connect(self.look_again)

    def look_again(self) -> None:
        """Something is different."""
        before, self._now = self._now, self._look()
        if self._now != before:
            self._tell(anew=self._now.is_worth_a_look_after(before))

    def tick(self) -> None:
        """A computer that slept missed ticks; its connections are dead, and much may have happened."""
        before, self._ticked_at = self._ticked_at, self._clock()
        if self._ticked_at - before > TICK_MS / 1000 + ASLEEP:
            self._now = self._look()
            self._tell(anew=True)
        else:
            self.look_again()

    def _tell(self, anew: bool) -> None:
        self._sync.meet_network(metered=self._now.metered, mobile=self._now.mobile, anew=anew)


def connection() -> Connection:
    """As Qt knows it."""
    information = QNetworkInformation.instance()
    if information is None:
        return Connection()
    return Connection(
        online=information.reachability() is not _Reach.Disconnected,
        metered=information.isMetered(),
        behind_portal=information.isBehindCaptivePortal(),
        medium=information.transportMedium().name,
    )


def know_the_network() -> None:
    """Ask the operating system; where it has no answer nothing is assumed."""
    QNetworkInformation.loadDefaultBackend()
