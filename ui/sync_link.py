"""Runs the sync process and speaks with it: one JSON object a line, in both directions.

A process of its own, because a thread that parses and writes what arrives would make the window
stutter. If it dies it is started again, after a pause that grows while it keeps dying; what it was asked
and had not answered it is asked again.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from app.domain.changes import Changes
from app.domain.errors import SignInNeeded, SyncRefused, Unavailable
from app.domain.registry import entity_named
from ui.change_feed import ChangeFeed
from ui.sync_status import ErrandNews, ErrandState, FileNews, FileState, SyncState, SyncStatus

log = logging.getLogger(__name__)

FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 500, 60_000
STEADY_MS = 30_000
"""A process that lived this long is taken to be well; the next pause is short again."""
STOP_MS = 3_000
_AT_REST = (SyncState.OFFLINE, SyncState.SIGN_IN)
"""What the user has been told already holds just as well while the process is away."""


class SyncProcess(QObject):
    """`changed(SyncStatus)` whenever the process says how it stands; `tokens(refresh_token)` when the
    server gave a new one, which belongs into the keyring."""

    changed = Signal(object)
    tokens = Signal(str)
    file = Signal(object)
    """FileNews of a file that moves, that somebody waits for, or that the server will not take."""
    errand = Signal(object)
    """ErrandNews of what is carried by hand."""
    signed_in = Signal(object)
    """What the server said of the person who signed in, as the process passed it on."""
    sign_in_failed = Signal(object)
    """An AppError that says why."""

    def __init__(
        self,
        program: str,
        arguments: Sequence[str],
        feed: ChangeFeed,
        parent: QObject | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(parent)
        self._feed = feed
        self._status = SyncStatus()
        self._opening: dict[str, Any] | None = None
        self._asked: dict[str, Any] | None = None
        self._paused = self._on_errand = False
        self.coming: set[str] = set()
        self.refused: set[str] = set()
        self.moving: dict[str, FileNews] = {}
        self._orders: dict[str, dict[str, Any]] = {}
        self._pause_ms = FIRST_PAUSE_MS
        self._process = QProcess(self)
        self._process.setProgram(program)
        self._process.setArguments(list(arguments))
        variables = QProcessEnvironment.systemEnvironment()
        for name, value in (environment or {}).items():
            variables.insert(name, value)
        self._process.setProcessEnvironment(variables)
        self._process.started.connect(self._started)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._died)
        self._process.errorOccurred.connect(self._failed)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._start)
        self._steady = QTimer(self, singleShot=True, interval=STEADY_MS)
        self._steady.timeout.connect(self._is_steady)

    @property
    def status(self) -> SyncStatus:
        return self._status

    @property
    def running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def open(
        self, path: str, key: bytes, server: str, refresh_token: str, access_token: str | None = None
    ) -> None:
        """Start, and synchronise this replica until `stop`."""
        self._opening = {
            "do": "open",
            "path": path,
            "key": key.hex(),
            "server": server,
            "refresh_token": refresh_token,
            "access_token": access_token,
        }
        if self.running:
            self._tell(self._opening)
        else:
            self._start()

    def sync_now(self) -> None:
        self._tell({"do": "sync"})

    def fetch(self, sha256: str) -> None:
        """Bring a file to this computer; `file` says what became of it."""
        self.coming.add(sha256)
        if self.running:
            self._tell({"do": "fetch", "sha256": sha256})
        else:
            self._note_file(FileNews(sha256, FileState.FAILED, "sync.unreachable"))

    def export(self, path: Path, with_files: bool) -> None:
        """Write what waits into a file; `errand` says how it goes."""
        self._run_errand({"kind": "export", "path": str(path), "with_files": with_files})

    def take_in(self, path: Path) -> None:
        """A colleague's file, or a receipt; `errand` says how it goes."""
        self._run_errand({"kind": "take", "path": str(path)})

    def check_replica(self) -> None:
        """Compare what is on this computer with the server; `errand` says how it goes."""
        self._run_errand({"kind": "check"})

    def let_remove(self) -> None:
        """The user has seen that the server wants to remove much, and lets it."""
        self._tell({"do": "remove"})

    def cancel_errand(self) -> None:
        self._tell({"do": "cancel"})

    def _run_errand(self, errand: Mapping[str, Any]) -> None:
        self._on_errand = self.running
        if self.running:
            self._tell({"do": "errand", **errand})
        else:
            self._note_errand(ErrandNews.failed(Unavailable("sync.interrupted")))

    def _note_errand(self, news: ErrandNews) -> None:
        self._on_errand = news.state is ErrandState.RUNNING
        self.errand.emit(news)

    def prefer(self, originals: str, largest: int) -> None:
        """When files come by themselves, and up to how many bytes."""
        self._order({"do": "prefer", "originals": originals, "largest": largest})

    def meet_network(self, *, metered: bool, mobile: bool, anew: bool) -> None:
        """What this computer is connected to; `anew` where it woke, or the network is back or another."""
        self._order({"do": "network", "metered": metered, "mobile": mobile, "anew": anew})

    def _order(self, order: dict[str, Any]) -> None:
        """Holds for every process to come, too."""
        self._orders[order["do"]] = order
        self._tell(order)

    def tell_changed(self) -> None:
        """Something was committed here: there may be work to send."""
        self._tell({"do": "changed"})

    def pause(self) -> None:
        self._paused = True
        self._tell({"do": "pause"})

    def resume(self) -> None:
        self._paused = False
        self._tell({"do": "resume"})

    def sign_in(self, server: str, login: str, password: str, device_id: UUID, device_name: str) -> None:
        """Ask the server who this is; `signed_in` or `sign_in_failed` follows."""
        said = {"server": server, "login": login, "password": password, "device_name": device_name}
        self._asked = {"do": "sign_in", "device_id": device_id.hex, **said}
        if self.running:
            self._tell(self._asked)
        else:
            self._start()

    def stop(self) -> None:
        """End the process; what it has not finished it finishes next time."""
        self._opening = self._asked = None
        self._again.stop()
        if not self.running:
            return
        self._tell({"do": "stop"})
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(STOP_MS):
            self._process.kill()
            self._process.waitForFinished(STOP_MS)

    def receive(self, message: Mapping[str, Any]) -> None:
        """Take in one line of the process."""
        match message.get("event"):
            case "state":
                self._report(replace(SyncStatus.from_message(message), clock_off=self._status.clock_off))
            case "clock":
                self._report(replace(self._status, clock_off=int(message["off_by"])))
            case "opening_failed":  # another process, after a pause, may find things mended
                self._report(_without_replica(self._status, str(message["code"])))
                self._process.closeWriteChannel()
            case "changes":
                self._feed.gather(_changes(message))
            case "file":
                self._note_file(FileNews.from_message(message))
            case "errand":
                self._note_errand(ErrandNews.from_message(message))
            case "tokens":
                token = str(message["refresh_token"])
                if self._opening:  # a restarted process must not begin with a used one
                    self._opening |= {"refresh_token": token, "access_token": None}
                self.tokens.emit(token)
            case "signed_in":
                self._asked = None
                if self._opening:
                    tokens = {name: message[name] for name in ("refresh_token", "access_token")}
                    self._opening |= tokens
                self.signed_in.emit(dict(message))
            case "sign_in_failed":
                self._asked = None
                self.sign_in_failed.emit(SignInNeeded(message["code"], **message.get("facts", {})))
            case "log":
                log.info("sync process: %s", message.get("text", ""))

    def _note_file(self, news: FileNews) -> None:
        if news.moves:
            self.moving[news.sha256] = news
        else:
            self.moving.pop(news.sha256, None)
            self.coming.discard(news.sha256)
        if news.state is FileState.REFUSED:
            self.refused.add(news.sha256)
        elif news.state is FileState.SENT:
            self.refused.discard(news.sha256)
        self.file.emit(news)

    def _start(self) -> None:
        if not self.running:
            self._process.start()

    def _started(self) -> None:
        self._steady.start()
        if self._opening:
            self._tell(self._opening)
        if self._asked:
            self._tell(self._asked)
        for order in self._orders.values():
            self._tell(order | {"anew": False})
        if self._paused:
            self._tell({"do": "pause"})

    def _tell(self, message: Mapping[str, Any]) -> None:
        if self.running:
            self._process.write(json.dumps(message).encode() + b"\n")

    def _read(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            try:
                self.receive(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as problem:
                log.warning("sync process said something strange: %s", type(problem).__name__)

    def _read_errors(self) -> None:
        said = bytes(self._process.readAllStandardError().data())
        log.warning("sync process: %s", said.decode(errors="replace").strip()[-2000:])

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._refuse_to_sign_in()
            self._died(-1, QProcess.ExitStatus.CrashExit)

    def _died(self, code: int, how: QProcess.ExitStatus) -> None:
        self._steady.stop()
        for sha256 in self.coming | self.moving.keys():
            self._note_file(FileNews(sha256, FileState.FAILED, "sync.interrupted"))
        if self._on_errand:
            self._note_errand(ErrandNews.failed(Unavailable("sync.interrupted")))
        if self._pause_ms > FIRST_PAUSE_MS:
            self._refuse_to_sign_in()
        if not self._opening and not self._asked:
            return
        if self._status.state not in _AT_REST:
            self._report(
                replace(self._status, state=SyncState.OFFLINE, reason="sync.interrupted", progress=None)
            )
        log.warning("sync process ended with %s; again in %s ms", code, self._pause_ms)
        self._again.start(self._pause_ms)
        self._pause_ms = min(self._pause_ms * 2, LONGEST_PAUSE_MS)

    def _is_steady(self) -> None:
        self._pause_ms = FIRST_PAUSE_MS

    def _report(self, status: SyncStatus) -> None:
        self._status = status
        self.changed.emit(status)

    def _refuse_to_sign_in(self) -> None:
        """The process does not come up; whoever waits for an answer must not wait for ever."""
        if self._asked:
            self._asked = None
            self.sign_in_failed.emit(SyncRefused("sync.cannot_start"))


def _without_replica(status: SyncStatus, code: str) -> SyncStatus:
    state = SyncState.SIGN_IN if code.startswith("auth.") else SyncState.OFFLINE
    return replace(status, state=state, reason=code, progress=None)


def _changes(message: Mapping[str, Any]) -> Changes:
    entities = frozenset(entity_named(name) for name in message["entities"])
    return Changes(entities, frozenset(UUID(row_id) for row_id in message.get("ids", ())))
