"""What the sync process last said about itself, and the words for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, Self

from app.domain.errors import AppError, RuleViolation, Unavailable
from app.language import tr
from ui.formats import duration


class SyncState(StrEnum):
    """The states a user can tell apart; what each means is in the wording below."""

    SYNCED = auto()
    CHECKING = auto()
    SYNCING = auto()
    PENDING = auto()
    OFFLINE = auto()
    CONFLICT = auto()
    REFUSED = auto()
    SIGN_IN = auto()
    STORAGE = auto()


@dataclass(frozen=True)
class Progress:
    """How much of the rows under way has arrived; `seconds`: how long the rest will take, 0 where that
    cannot be said."""

    rows: int
    total: int
    bytes: int
    seconds: int = 0

    @property
    def percent(self) -> int:
        return min(100, self.rows * 100 // self.total) if self.total else 0

    @property
    def words(self) -> str:
        """The figures, for whoever waits."""
        size = tr("{size:.1f} MB", size=self.bytes / 1_000_000)
        rows = tr("{rows:,} of {total:,} records", rows=self.rows, total=self.total)
        return " · ".join(part for part in (rows, size, _time_left(self.seconds)) if part)


class FileState(StrEnum):
    """What becomes of a file."""

    FETCHING = auto()
    SENDING = auto()
    HERE = auto()
    SENT = auto()
    MISSING = auto()
    FAILED = auto()
    REFUSED = auto()


@dataclass(frozen=True)
class FileNews:
    """The last three states say why by `code` and `facts`, the first two how far it is by `percent`."""

    sha256: str
    state: FileState
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    percent: int = 0

    @property
    def moves(self) -> bool:
        """It is under way just now."""
        return self.state in (FileState.FETCHING, FileState.SENDING)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read a "file" line of the sync process; ValueError or KeyError where it is not one."""
        code, facts = message.get("code") or "", message.get("facts") or {}
        percent = int(message.get("percent", 0))
        return cls(str(message["sha256"]), FileState(message["state"]), code, facts, percent)


class ErrandState(StrEnum):
    """How it goes with what is carried by hand."""

    RUNNING = auto()
    DONE = auto()
    CANCELLED = auto()
    FAILED = auto()


@dataclass(frozen=True)
class ErrandNews:
    """`facts` are bytes while it is running, and what came of it when it is done; `error` says why not."""

    state: ErrandState
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: AppError | None = None

    def count(self, name: str) -> int:
        return int(self.facts.get(name, 0))

    @classmethod
    def failed(cls, error: AppError) -> Self:
        return cls(ErrandState.FAILED, error=error)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read an "errand" line of the sync process; ValueError or KeyError where it is not one."""
        state, facts = ErrandState(message["state"]), message.get("facts") or {}
        if state is not ErrandState.FAILED:
            return cls(state, facts)
        code = str(message["code"])
        kind = RuleViolation if code.startswith("carried.") else Unavailable
        return cls.failed(kind(code, **facts))


@dataclass(frozen=True)
class SyncStatus:
    """`pending` changes wait for upload, `attention` were refused, `conflicts` are open; this computer's
    clock is `clock_off` seconds ahead of the server's.

    Files go their own way: `files_up` wait for upload, `files_down` are coming, unless the network is
    `files_metered`.
    """

    state: SyncState = SyncState.CHECKING
    pending: int = 0
    attention: int = 0
    conflicts: int = 0
    progress: Progress | None = None
    reason: str | None = None
    synced_at: datetime | None = None
    retry_at: datetime | None = None
    clock_off: int = 0
    files_up: int = 0
    files_down: int = 0
    files_metered: bool = False
    paused: bool = False

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read a "state" line of the sync process; ValueError or KeyError where it is not one."""
        progress, files = message.get("progress"), message.get("files") or {}
        return cls(
            state=SyncState(message["state"]),
            pending=int(message.get("pending", 0)),
            attention=int(message.get("attention", 0)),
            conflicts=int(message.get("conflicts", 0)),
            progress=Progress(
                *(int(progress.get(name) or 0) for name in ("rows", "total", "bytes", "seconds"))
            )
            if progress
            else None,
            reason=message.get("reason"),
            synced_at=_moment(message.get("synced_at")),
            retry_at=_moment(message.get("retry_at")),
            files_up=int(files.get("up", 0)),
            files_down=int(files.get("down", 0)),
            files_metered=bool(files.get("metered")),
            paused=bool(message.get("paused")),
        )

    @property
    def words(self) -> str:
        """The state in a few words: never "synced" while anything waits."""
        return _WORDS[self.state](self)


def _time_left(seconds: int) -> str:
    if not seconds:
        return ""
    if seconds < 60:
        return tr("less than a minute left")
    return tr("about {time} left", time=duration(-(-seconds // 60)))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone() if text else None


def _synced(status: SyncStatus) -> str:
    if status.synced_at is None:
        return tr("Synced")
    return tr("Synced · {time}", time=f"{status.synced_at:%H:%M}")


def _syncing(status: SyncStatus) -> str:
    if status.progress is None or not status.progress.total:
        return tr("Syncing")
    return tr("Syncing · {percent}%", percent=status.progress.percent)


def _offline(status: SyncStatus) -> str:
    return tr("Offline · {count} to sync", count=status.pending) if status.pending else tr("Offline")


def _pending(status: SyncStatus) -> str:
    if status.paused:
        return tr("Paused · {count} to sync", count=status.pending) if status.pending else tr("Paused")
    if status.files_up and not status.pending:
        return tr("Files to upload: {count}", count=status.files_up)
    return tr("{count} to sync", count=status.pending)


def _conflict(status: SyncStatus) -> str:
    count = status.conflicts
    return tr("1 conflict") if count == 1 else tr("{count} conflicts", count=count)


_WORDS: Mapping[SyncState, Callable[[SyncStatus], str]] = {
    SyncState.SYNCED: _synced,
    SyncState.CHECKING: lambda status: tr("Checking"),
    SyncState.SYNCING: _syncing,
    SyncState.PENDING: _pending,
    SyncState.OFFLINE: _offline,
    SyncState.CONFLICT: _conflict,
    SyncState.REFUSED: lambda status: tr("{count} refused by server", count=status.attention),
    SyncState.SIGN_IN: lambda status: tr("Signed out; keep working"),
    SyncState.STORAGE: lambda status: tr("Disk low; photos paused"),
}
