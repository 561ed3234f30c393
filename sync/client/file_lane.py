"""The files' own lane: a thread that moves one file at a time and always gives way to rows.

Rows say which files there are and where they lie; this only follows them. What could not be moved is
tried again later, each file for itself, so that one holds up no other.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from app.domain.errors import AppError, DiskFull, Offline, SignInNeeded, SyncRefused
from app.persistence.blobs import Damaged
from app.persistence.replica import Replica
from sync.client.file_news import FileNews, FileStanding, FileState, LaneNews, News
from sync.client.file_transfer import FileTransfer, Progress
from sync.client.file_work import SMALL, Preference, settle_debt, to_fetch, to_send
from sync.client.http import Unauthorised
from sync.client.interruptible import Interrupted
from sync.client.network import Network
from sync.client.retries import Retries

RARELY = 600.0  # seconds until a full disk is tried again
BREATH = 1.0  # seconds; screens are told of what comes unasked once in a while, not file by file
_FINAL = {"blob.too_large", "request.too_large"}

log = logging.getLogger(__name__)


def _in_a_thread(run: Callable[[], None]) -> None:
    threading.Thread(target=run, name="files", daemon=True).start()


class FileLane:
    """`told` is called on the lane's thread. The methods are for the thread that runs the rounds; one that
    is given `begin` calls `work` itself."""

    def __init__(
        self,
        address: str,
        replica: Replica,
        told: Callable[[News], None],
        clock: Callable[[], float] = time.monotonic,
        begin: Callable[[Callable[[], None]], None] = _in_a_thread,
    ) -> None:
        self._replica, self._told, self._clock = replica, told, clock
        self._transfer = FileTransfer(address, replica.blobs, self._look_up)
        self._token, self._why_not = "", "sync.unreachable"
        self._wishes: deque[str] = deque()
        self._sent: dict[str, int] = {}  # for that revision of the row; the next one says how it stands
        self._refused: set[str] = set()
        self._network, self._preference, self._at_any_price = Network(), Preference(), False
        self._retries = Retries(clock)
        self._full_until = self._told_at = 0.0
        self._untold = self._waits = False
        self._up = self._down = 0
        self._closed = False
        self._road = threading.Event()  # no rows are under way
        self._road.set()
        self._work = threading.Event()
        begin(self._run)

    @property
    def standing(self) -> FileStanding:
        waits = self._is_too_dear() and bool(self._up or self._down)
        return FileStanding(self._up, self._down, self._clock() < self._full_until, waits)

    def move(self, token: str, at_any_price: bool = False) -> None:
        """A round has ended well: move what can be moved now, with this access token; over a metered
        network only `at_any_price`."""
        self._token, self._at_any_price = token, at_any_price
        self._up = len(self._unsent().keys() - self._refused)
        self._work.set()

    def prefer(self, preference: Preference) -> None:
        """What comes by itself from now on."""
        self._preference = preference
        self._work.set()

    def meet(self, network: Network) -> None:
        """What this laptop is connected to from now on."""
        self._network = network
        self._work.set()

    def want(self, sha256: str) -> None:
        """Somebody waits for this file: it comes before all others, and what becomes of it is told."""
        self._wishes.append(sha256)
        self._work.set()

    def give_way(self) -> None:
        """A round begins: a file under way stands still until `go_on`, its connection stays."""
        self._road.clear()

    def go_on(self) -> None:
        self._road.set()

    def rest(self, why: str) -> None:
        """Nothing moves until `move`; a file under way is broken off. `why` is what wishes are told."""
        self._token, self._why_not = "", why
        self._work.set()

    def close(self) -> None:
        """Let the thread end; a file under way is broken off."""
        self._closed = True
        self._road.set()
        self._work.set()

    # On the lane's thread

    def _run(self) -> None:
        while not self._closed:
            self._work.wait(self._patience())
            self._work.clear()
            try:
                self.work()
            except Exception:  # a bug, or the replica was closed over our head
                if not self._closed:
                    log.exception("files failed")
        self._transfer.close()

    def work(self) -> None:
        """Move what can be moved now."""
        try:
            self._grant_wishes()
            if self._token:
                self._send_all()
                self._fetch_all()
                self._tell_waiting()
        except AppError as problem:
            log.info("files wait: %s", problem.code)

    def _patience(self) -> float | None:
        """Seconds until something may be tried again; None: until it is asked for."""
        full = self._full_until - self._clock()
        waits = [wait for wait in (self._retries.wait(), full) if wait is not None and wait > 0]
        return min(waits, default=None) if self._token else None

    def _look_up(self) -> None:
        """Between two pieces of a file: rows have the right of way. Raises Interrupted."""
        self._road.wait()
        if self._closed or not self._token:
            raise Interrupted("sync.interrupted")

    def _is_too_dear(self) -> bool:
        return self._network.metered and not self._at_any_price

    def _tell_waiting(self) -> None:
        """Once, where files wait for another network."""
        if self._waits != self.standing.metered:
            self._waits = self.standing.metered
            self._told(LaneNews.MOVED)

    def _send_all(self) -> None:
        waiting = self._unsent()
        self._up = len(waiting.keys() - self._refused)
        for sha256 in self._retries.due(waiting):
            if self._is_too_dear():
                return
            if self._attempt(self._send, sha256):
                self._sent[sha256] = waiting[sha256]
            self._up = len(self._unsent().keys() - self._refused)
            self._told(LaneNews.MOVED)

    def _fetch_all(self) -> None:
        if self._clock() < self._full_until:
            return
        wanted = to_fetch(self._replica, self._preference.up_to(self._network))
        self._down = len(wanted)
        try:
            for sha256 in self._retries.due(wanted):
                if self._is_too_dear():
                    return
                if self._attempt(self._fetch, sha256):
                    self._down -= 1
                    self._untold = True
                    self._tell_arrivals(BREATH)
        finally:
            self._tell_arrivals(0.0)

    def _attempt(self, act: Callable[[str], None], sha256: str) -> bool:
        """Whether it went well. Raises what would meet the other files too."""
        self._grant_wishes()
        self._look_up()
        try:
            act(sha256)
        except (Interrupted, SignInNeeded):
            raise
        except Unauthorised:
            self._told(LaneNews.TOKEN_SPENT)
            raise
        except AppError as problem:
            log.warning("file %s: %s", sha256, problem.code)
            self._retries.put_off(sha256)
            if isinstance(problem, Offline | DiskFull):
                raise
            return False
        self._retries.forget(sha256)
        return True

    def _grant_wishes(self) -> None:
        while self._wishes:
            news = self._grant(self._wishes[0])
            self._wishes.popleft()
            if news.state is FileState.HERE:
                self._told(LaneNews.ARRIVED)
            self._told(news)

    def _grant(self, sha256: str) -> FileNews:
        if not self._replica.blobs.missing([sha256]):
            return FileNews(sha256, FileState.HERE)
        if not self._token:
            return FileNews(sha256, FileState.FAILED, self._why_not)
        try:
            self._fetch(sha256)
        except Unauthorised:  # the wish is granted after the next round
            self._told(LaneNews.TOKEN_SPENT)
            raise
        except AppError as problem:
            state = FileState.MISSING if problem.code == "blob.unknown" else FileState.FAILED
            return FileNews(sha256, state, problem.code, problem.facts)
        return FileNews(sha256, FileState.HERE)

    def _send(self, sha256: str) -> None:
        try:
            self._transfer.send(sha256, self._token, self._progress(FileState.SENDING, sha256))
        except (FileNotFoundError, Damaged):  # nothing is left to send; it can only be added again
            self._told(LaneNews.ARRIVED)
            return
        except SyncRefused as refusal:
            if refusal.code in _FINAL and sha256 not in self._refused:
                self._refused.add(sha256)
                self._told(FileNews(sha256, FileState.REFUSED, refusal.code, refusal.facts))
            if refusal.code == "blob.unreferenced":
                settle_debt(self._replica, sha256)
            raise
        self._refused.discard(sha256)
        settle_debt(self._replica, sha256)
        self._told(FileNews(sha256, FileState.SENT))

    def _fetch(self, sha256: str) -> None:
        self._look_up()
        try:
            self._transfer.fetch(sha256, self._token, self._progress(FileState.FETCHING, sha256))
        except DiskFull:
            self._full_until = self._clock() + RARELY
            self._told(LaneNews.MOVED)
            raise

    def _progress(self, state: FileState, sha256: str) -> Progress:
        """Tells of each per cent of a large file."""
        last = -1

        def tell(done: int, size: int) -> None:
            nonlocal last
            percent = done * 100 // size if size > SMALL else last
            if percent != last:
                last = percent
                self._told(FileNews(sha256, state, percent=percent))

        return tell

    def _unsent(self) -> dict[str, int]:
        """Files the server waits for, those included that it would not have so far."""
        return {s: rev for s, rev in to_send(self._replica).items() if self._sent.get(s) != rev}

    def _tell_arrivals(self, breath: float) -> None:
        """Of what came unasked."""
        if self._untold and self._clock() - self._told_at >= breath:
            self._untold, self._told_at = False, self._clock()
            self._told(LaneNews.ARRIVED)
            self._told(LaneNews.MOVED)
