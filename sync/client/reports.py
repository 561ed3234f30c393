"""What the sync process tells the desktop: one JSON object a line on standard output."""

import json
import sys
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TextIO

from app.domain.changes import Changes
from app.domain.entity import name_of
from app.domain.errors import AppError
from app.persistence.sync_journal import Standing
from sync.client.file_news import FileNews, FileStanding
from sync.client.schedule import Schedule, State

_BUSY = (State.RUNNING, State.AGAIN, State.PAUSING)
_TROUBLE: Mapping[State, str] = {
    State.OFFLINE: "offline",
    State.REFUSED: "offline",
    State.SIGNED_OUT: "sign_in",
    State.FULL: "storage",
}
NOTHING = Standing(pending=0, attention=0, conflicts=0, synced_at=None, head=0)
NO_FILES = FileStanding()


def shown_state(state: State, standing: Standing, moving: bool, files: FileStanding = NO_FILES) -> str:
    """The one state the user sees. Never "synced" while anything waits or a check is running."""
    if state in _TROUBLE:
        return _TROUBLE[state]
    if state in _BUSY:
        return "syncing" if moving or standing.pending else "checking"
    gravest_first = {
        "refused": standing.attention,
        "conflict": standing.conflicts,
        "storage": files.full,
        "pending": standing.pending or files.up or state is State.PAUSED,
    }
    return next((shown for shown, applies in gravest_first.items() if applies), "synced")


class Reports:
    """Writes events; a reader that has gone away is no matter, since the process ends with its input."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._lock = threading.Lock()

    def state(
        self,
        schedule: Schedule,
        standing: Standing,
        now: datetime,
        progress: Mapping[str, int | None] | None = None,
        files: FileStanding = NO_FILES,
    ) -> None:
        """How things stand; `progress` while rows are under way."""
        troubled = schedule.state in _TROUBLE
        wait = schedule.wait() if troubled else None
        retry_at = None if wait is None else (now + timedelta(seconds=wait)).isoformat(timespec="seconds")
        self._write(
            event="state",
            state=shown_state(schedule.state, standing, progress is not None, files),
            pending=standing.pending,
            attention=standing.attention,
            conflicts=standing.conflicts,
            progress=progress,
            files={"up": files.up, "down": files.down, "metered": files.metered},
            reason=schedule.reason if troubled else None,
            paused=schedule.state in (State.PAUSED, State.PAUSING),
            synced_at=standing.synced_at.isoformat() if standing.synced_at else None,
            retry_at=retry_at,
        )

    def changes(self, changes: Changes) -> None:
        """Rows that look different now; no ids means many."""
        self._write(
            event="changes",
            entities=sorted(map(name_of, changes.entities)),
            ids=sorted(row_id.hex for row_id in changes.ids),
        )

    def file(self, news: FileNews) -> None:
        """What becomes of a file: how far it is, or how it ended."""
        facts, how = _plain(news.facts), {"sha256": news.sha256, "state": news.state}
        self._write(event="file", **how, code=news.code, facts=facts, percent=news.percent)

    def errand(self, state: str, **facts: str | int) -> None:
        """How it goes with what is carried by hand: "running", "done" or "cancelled"."""
        self._write(event="errand", state=state, facts=facts)

    def errand_failed(self, error: AppError) -> None:
        self._write(event="errand", state="failed", code=error.code, facts=_plain(error.facts))

    def tokens(self, refresh_token: str) -> None:
        """The desktop keeps it in the keyring."""
        self._write(event="tokens", refresh_token=refresh_token)

    def signed_in(self, identity: Mapping[str, str], access_token: str, refresh_token: str) -> None:
        self._write(
            event="signed_in", identity=identity, access_token=access_token, refresh_token=refresh_token
        )

    def sign_in_failed(self, error: AppError) -> None:
        self._write(event="sign_in_failed", code=error.code, facts=_plain(error.facts))

    def opening_failed(self, error: AppError) -> None:
        """The replica cannot be opened; nothing else will be tried."""
        self._write(event="opening_failed", code=error.code, facts=_plain(error.facts))

    def clock_is_off(self, seconds: int) -> None:
        """This computer's clock is ahead of the server's by so much; 0 where it is right."""
        self._write(event="clock", off_by=seconds)

    def log(self, text: str) -> None:
        """A line for the desktop's log: counts and codes, never what customers' rows say."""
        self._write(event="log", text=text)

    def _write(self, **event: object) -> None:
        line = json.dumps(event)
        with self._lock:
            try:
                self._out.write(line + "\n")
                self._out.flush()
            except (BrokenPipeError, ValueError):
                return


def _plain(facts: Mapping[str, object]) -> dict[str, str | int | float]:
    return {name: fact if isinstance(fact, int | float) else str(fact) for name, fact in facts.items()}
