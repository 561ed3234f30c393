"""Snapshots: for a laptop that holds nothing, segments of all it may see, cut while it loads them.

A snapshot is one device's, and nobody else can fetch its segments. It stands at a commit, from which
the laptop's pulls go on. It is only a copy: when the server forgets it, another one is cut, at the
same commit while that is still right, and segments that came out the same need not travel again.
"""

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Condition, Thread

from sqlalchemy import BigInteger, BindParameter, Connection, bindparam, select

from app.domain.ambient import random_hex, today
from sync.server.caller import Caller
from sync.server.cursors import Cursor, StaleCursor
from sync.server.database import Database
from sync.server.refusals import Refusal
from sync.server.segments import Segment, count, cut
from sync.server.tables import CLOCK, COMMIT
from sync.server.visibility import lost

AT_ONCE = 2  # snapshots being cut; each reads the database for as long as that takes
LONGEST_WAIT = 20.0  # seconds; a proxy waits longer
LIFETIME = 6 * 3600.0  # seconds after it was last asked for
MOST_BYTES = 4 * 2**30
MOST_LISTED = 200

log = logging.getLogger(__name__)

Start = Callable[[Callable[[], None]], None]


@dataclass(frozen=True)
class Manifest:
    """The next segments of a snapshot, in the order in which they should be loaded.

    `cursor` is where pulls go on, `total` about how many rows there are in all, `after` what to ask
    with for more segments, which there are until it is `complete`.
    """

    cursor: str
    total: int
    segments: tuple[Segment, ...]
    after: str
    complete: bool


@dataclass
class _Snapshot:
    """One that is cut, or being cut."""

    user: str
    device: str
    folder: Path
    touched: float
    name: str = field(default_factory=lambda: random_hex(8))
    cursor: Cursor = field(default_factory=Cursor)
    total: int = 0
    segments: list[Segment] = field(default_factory=list)
    complete: bool = False
    forgotten: bool = False
    failure: Exception | None = None

    @property
    def size(self) -> int:
        return sum(segment.size for segment in self.segments)

    def path_of(self, sha256: str) -> Path:
        return self.folder / self.name / sha256


def _in_a_thread(work: Callable[[], None]) -> None:
    Thread(target=work, name="snapshot", daemon=True).start()


class Snapshots:
    """Those of all devices, in `folder`. `start` runs the cutting, so that a simulation need not wait."""

    def __init__(
        self, database: Database, folder: Path, clock: Callable[[], float], start: Start = _in_a_thread
    ) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._start = start
        self._of_device: dict[str, _Snapshot] = {}
        self._moved = Condition()
        self._cutters = BoundedSemaphore(AT_ONCE)
        shutil.rmtree(folder, ignore_errors=True)  # what an earlier process knew is of no use

    def manifest(self, caller: Caller, token: str, after: str) -> Manifest:
        """What comes `after` in the snapshot at `token`; one is cut where there is none, at the head for an
        empty token. Waits for a segment, but not for long.

        Raises StaleCursor where `token` is of another history or too old, or something seen there is out of
        view now.
        """
        cursor = Cursor.from_token(token)
        snapshot = self._known(caller, cursor) or self._begin(caller, cursor)
        name, _, told = after.partition(".")
        begin = int(told) if name == snapshot.name and told.isdecimal() else 0
        with self._moved:
            self._moved.wait_for(lambda: _has_more(snapshot, begin), LONGEST_WAIT)
            if snapshot.failure:
                raise snapshot.failure
            listed = tuple(snapshot.segments[begin : begin + MOST_LISTED])
            end = begin + len(listed)
            complete = snapshot.complete and end == len(snapshot.segments)
            at = snapshot.cursor.to_token()
            return Manifest(at, snapshot.total, listed, f"{snapshot.name}.{end}", complete)

    def path_of(self, caller: Caller, sha256: str) -> Path:
        """The file of a segment of the caller's own snapshot, while he may see all that is in it.

        Raises Refusal 404 where there is none such.
        """
        with self._moved:
            snapshot = self._of_device.get(caller.device)
            known = snapshot and any(segment.sha256 == sha256 for segment in snapshot.segments)
        if not snapshot or not known or snapshot.user != caller.user:
            raise Refusal(404, "sync.segment_unknown")
        self._require_visible(caller, snapshot.cursor)
        snapshot.touched = self._clock()
        path = snapshot.path_of(sha256)
        if not path.is_file():
            raise Refusal(404, "sync.segment_unknown")
        return path

    def _known(self, caller: Caller, cursor: Cursor) -> _Snapshot | None:
        with self._moved:
            snapshot = self._of_device.get(caller.device)
            fits = snapshot and snapshot.user == caller.user and not snapshot.failure
        if not snapshot or not fits or not cursor.seq or snapshot.cursor != cursor:
            return None
        self._require_visible(caller, cursor)
        snapshot.touched = self._clock()
        return snapshot

    def _begin(self, caller: Caller, cursor: Cursor) -> _Snapshot:
        snapshot = _Snapshot(caller.user, caller.device, self._folder, self._clock())
        if cursor.seq:
            self._require_visible(caller, cursor)
        with self._moved:
            self._tidy()
            self._forget(self._of_device.get(caller.device))
            self._of_device[caller.device] = snapshot
        self._start(lambda: self._cut(snapshot, caller, cursor))
        return snapshot

    def _cut(self, snapshot: _Snapshot, caller: Caller, cursor: Cursor) -> None:
        """All of it stands at one moment of the database: the one in which it is begun."""
        try:
            with self._cutters, self._database.read() as connection:
                snapshot.cursor = cursor if cursor.seq else _head(connection, caller)
                moment = snapshot.cursor.seq
                snapshot.total = count(connection, caller, moment)
                snapshot.path_of("").mkdir(parents=True, exist_ok=True)
                for segment, content in cut(connection, caller, moment, today()):
                    if snapshot.forgotten:
                        return
                    snapshot.path_of(segment.sha256).write_bytes(content)
                    with self._moved:
                        snapshot.segments.append(segment)
                        self._moved.notify_all()
                snapshot.total = sum(segment.rows for segment in snapshot.segments)
                snapshot.complete = True
        except Exception as problem:  # whoever waits for it is told
            log.warning("snapshot not cut: %s", type(problem).__name__)
            snapshot.failure = problem
        finally:
            with self._moved:
                self._moved.notify_all()
            if snapshot.forgotten:
                shutil.rmtree(snapshot.path_of(""), ignore_errors=True)

    def _require_visible(self, caller: Caller, cursor: Cursor) -> None:
        """All that was visible at the cursor still is: what is cut there may be shown, and no more."""
        whose = {"tenant": caller.tenant, "user": caller.user}
        with self._database.read() as connection:
            head, horizon = connection.execute(_REACH, whose).one()
            if cursor.seq < horizon:
                raise StaleCursor("sync.cursor_too_old")
            nonce = connection.execute(_NONCE, {**whose, "seq": cursor.seq}).scalar()
            if nonce != cursor.nonce:
                raise StaleCursor("sync.timeline_changed")
            moments = {"since": cursor.seq, "until": head}
            if head != cursor.seq and connection.execute(_LOST, {**whose, **moments}).first() is not None:
                raise StaleCursor("sync.snapshot_stale")

    def _tidy(self) -> None:
        """Old ones go, and of the others those asked for longest ago until the rest fits."""
        oldest_first = sorted(self._of_device.values(), key=lambda snapshot: snapshot.touched)
        room = MOST_BYTES - sum(snapshot.size for snapshot in oldest_first)
        for snapshot in oldest_first:
            if room < 0 or snapshot.touched + LIFETIME < self._clock():
                room += snapshot.size
                self._forget(snapshot)

    def _forget(self, snapshot: _Snapshot | None) -> None:
        if snapshot:
            snapshot.forgotten = True
            del self._of_device[snapshot.device]
            shutil.rmtree(snapshot.path_of(""), ignore_errors=True)


def _has_more(snapshot: _Snapshot, begin: int) -> bool:
    return bool(snapshot.complete or snapshot.failure or len(snapshot.segments) > begin)


def _head(connection: Connection, caller: Caller) -> Cursor:
    seq, nonce = connection.execute(_HEAD, {"tenant": caller.tenant}).one()
    return Cursor(seq, nonce, loaded=True)


def _seq(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger())


_OF_TENANT: BindParameter[str] = bindparam("tenant")
_LOST = lost(_seq("since"), _seq("until")).limit(1)
_NONCE = select(COMMIT.c.nonce).where(COMMIT.c.tenant_id == _OF_TENANT, COMMIT.c.seq == _seq("seq"))
_REACH = select(CLOCK.c.seq, CLOCK.c.horizon).where(CLOCK.c.tenant_id == _OF_TENANT)
_HEAD = (
    select(CLOCK.c.seq, COMMIT.c.nonce)
    .join_from(CLOCK, COMMIT, (COMMIT.c.tenant_id == CLOCK.c.tenant_id) & (COMMIT.c.seq == CLOCK.c.seq))
    .where(CLOCK.c.tenant_id == _OF_TENANT)
)
