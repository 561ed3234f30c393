"""`roundtrip --sync`: one control thread that waits, runs rounds, and tells the desktop.

Commands come as JSON lines on standard input, events go out on standard output; when the input ends
so does the process. It may be killed at any moment: whatever it had begun is continued by the next.
"""

import gc
import logging
import os
import queue
import random
import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import TextIO

from app.clock import Clock, local_now
from app.domain.changes import Changes
from app.domain.errors import AppError, DiskFull, SignInNeeded, SyncRefused, Unavailable
from app.logs import start_logging
from app.persistence.sync_journal import Standing
from app.settings import Folders
from sync.client.commands import (
    CANCEL,
    MOVED,
    STOP,
    Command,
    Errand,
    ErrandKind,
    Fetch,
    Meet,
    Open,
    Poke,
    Prefer,
    SignIn,
    Simple,
    read_commands,
)
from sync.client.credentials import Tokens
from sync.client.dialogue import Server, Welcome
from sync.client.engine import Report, greet, hand_over, perform, run_round
from sync.client.files import Files
from sync.client.interruptible import Interrupted, Interruptible
from sync.client.link import Link
from sync.client.news import News, Progress
from sync.client.pace import Pace
from sync.client.reports import NOTHING, Reports
from sync.client.schedule import Event, Schedule, State
from sync.client.sign_in import ask_who

LEAVING = "device.leaving"
CLOCKS_AGREE = 3600.0  # seconds apart, and nobody is told
GRACE = 2.0  # seconds a request under way is given when the desktop is gone

log = logging.getLogger(__name__)


class SyncProcess:
    """`inbox` is filled by other threads; everything else happens on the thread that runs `serve`."""

    def __init__(
        self,
        inbox: "queue.SimpleQueue[Command]",
        reports: Reports,
        schedule: Schedule,
        clock: Clock = local_now,
    ) -> None:
        self._inbox = inbox
        self._reports = reports
        self._schedule = schedule
        self._clock = clock
        self._link: Link | None = None
        self._stopped = False
        self._greeted = False
        self._bytes = 0
        self._pace = Pace(time.monotonic)
        self._poked = Poke(0)
        self._files = Files(inbox.put, reports)

    def serve(self) -> None:
        """Until the desktop says stop."""
        while not self._stopped:
            try:
                command = self._inbox.get(timeout=self._patience())
            except queue.Empty:
                self._on(Event.DUE)
            else:
                self._obey(command)
        self._close()

    def _patience(self) -> float | None:
        return None if self._link is None else self._schedule.wait()

    def _obey(self, command: Command) -> None:
        match command:
            case Open():
                self._open(command)
            case SignIn():
                self._sign_in(command)
            case Poke():
                self._poked = max(self._poked, command, key=lambda poke: poke.head)
                self._heed_pokes()
                self._tell_state()
            case Prefer() | Meet() | Fetch():
                if self._adapt(command):
                    self._on(Event.NETWORK)
            case Errand():
                self._run_errand(command)
            case Simple("cancel"):
                pass  # what it was to end had ended
            case Simple("stop"):
                self._stopped = True
            case Simple("moved"):
                self._tell_state()
            case Simple(word):
                if word == "sync":
                    self._files.pay()
                self._allow_removal(word)
                self._on(_EVENTS[word])

    def _allow_removal(self, word: str) -> None:
        if word == "remove" and self._link:
            self._link.store.repair.allow_removal()

    def _heed_pokes(self) -> None:
        if self._link and self._poked.head > self._standing().head:
            self._schedule.on(Event.POKED, spread=self._poked.spread)

    def _adapt(self, command: Prefer | Meet | Fetch) -> bool:
        """Take in what disturbs no round; is it a reason to look at once?"""
        self._files.obey(command)
        anew = isinstance(command, Meet) and command.anew
        if anew and self._link:
            self._link.reconnect()
        return anew

    def _run_errand(self, errand: Errand) -> None:
        """Between two rounds, since both settle what was sent."""
        if self._link is None:
            self._reports.errand_failed(SignInNeeded("auth.never_signed_in"))
            return
        try:
            facts = self._do_errand(self._link, errand)
        except Interrupted:
            self._reports.errand("cancelled")
        except AppError as problem:
            log.warning("errand %s ended: %s", errand.kind, problem.code)
            self._reports.errand_failed(problem)
        else:
            self._reports.errand("done", **facts)
        self._on(Event.CHANGED)

    def _do_errand(self, link: Link, errand: Errand) -> Mapping[str, str | int]:
        """What came of it, in figures."""
        if errand.kind is ErrandKind.CHECK:
            server = Interruptible(link.server, self._look_up)
            return link.check.run(server, self._tell_errand, self._tell)
        facts, changes = link.by_hand.run(errand, self._tell_errand)
        self._tell(changes)
        return facts

    def _tell_errand(self, done: int, total: int) -> None:
        self._reports.errand("running", done=done, total=total)
        self._look_up()

    def _open(self, opening: Open) -> None:
        self._close()
        try:
            self._link = Link(opening, self._renewed, self._received, poked=self._hear, told=self._files.hear)
        except AppError as problem:
            self._reports.opening_failed(problem)
            return
        self._greeted, self._poked = False, Poke(0)
        self._files.follow(self._link.files)
        self._on(Event.SIGNED_IN)

    def _sign_in(self, asked: SignIn) -> None:
        try:
            ask_who(asked, self._reports)
        except AppError as problem:
            self._reports.sign_in_failed(problem)

    def _close(self) -> None:
        if self._link:
            self._files.follow(None)
            self._link.close()
            self._link = None

    # Rounds

    def _on(self, event: Event, reason: str | None = None, at_least: float = 0.0) -> None:
        self._end_what_is_over()
        start = self._schedule.on(event, reason, at_least)
        while start and self._link and not self._stopped:
            known = self._poked
            start = self._schedule.on(*self._round(self._link))
            if self._poked is not known:  # it came during the round, perhaps after its pull
                self._heed_pokes()
        if self._link:
            if self._schedule.state in (State.PAUSED, State.SIGNED_OUT):
                paused = self._schedule.state is State.PAUSED
                self._link.rest("sync.paused" if paused else "auth.session_ended")
            self._tell_state()
            self._make_findable(self._link)

    def _end_what_is_over(self) -> None:
        """Delegations end on their day, whether or not there is a network."""
        try:
            if self._link:
                self._tell(self._link.calendar.end_what_is_over(self._clock()))
        except AppError as problem:
            log.warning("calendar not followed: %s", problem.code)

    def _round(self, link: Link) -> tuple[Event, str | None, float]:
        """How a round ended: the event, its reason, and the seconds the server asked us to wait."""
        self._bytes = 0
        self._pace.begin()
        self._tell_state()
        link.files.give_way()
        try:
            self._talk(link)
        except Interrupted:
            return Event.DONE, None, 0.0
        except AppError as problem:
            log.warning("round ended: %s", problem.code)
            retry_after = problem.facts.get("retry_after")
            asked = float(retry_after) if isinstance(retry_after, int | float) else 0.0
            return _ending(problem), problem.code, asked
        except Exception:  # a bug must not end the process, which would be started only to meet it again
            log.exception("round failed")
            return Event.REFUSAL, "sync.failed", 0.0
        finally:
            link.files.go_on()
        return Event.DONE, None, 0.0

    def _talk(self, link: Link) -> None:
        server = Interruptible(link.server, self._look_up, self._tell_state)
        self._greet(link, server)
        try:
            report = perform(run_round(link.store, self._tell), server)
        except SyncRefused as problem:
            if problem.code == LEAVING:
                self._hand_over(link, server)
            raise
        assert isinstance(report, Report)
        self._note(link, report)
        if link.check.is_due():
            link.check.run(server, lambda done, total: None, self._tell)
        if token := link.listen(self._standing().head):
            self._files.move(token)

    def _hand_over(self, link: Link, server: Server) -> None:
        """The office takes this laptop back: its data goes once all that was done here has been sent."""
        perform(hand_over(link.store, self._tell), server)
        if token := link.listen(self._standing().head):
            self._files.move(token)
        left = self._standing()
        if not (left.pending or left.attention or self._files.standing.up):
            raise SyncRefused("device.wiped")

    def _greet(self, link: Link, server: Server) -> None:
        """Once a process, and look at the clocks: nothing is decided by ours, but people read it."""
        if self._greeted:
            return
        welcome = perform(greet(link.store), server)
        assert isinstance(welcome, Welcome)
        server_time, now = datetime.fromisoformat(welcome.server_time), self._clock()
        off = round((now - server_time).total_seconds())
        link.calendar.heard(server_time, now)
        link.by_hand.meet()
        self._greeted = abs(off) <= CLOCKS_AGREE  # a wrong clock is looked at until somebody has set it
        self._reports.clock_is_off(0 if self._greeted else off)

    def _note(self, link: Link, report: Report) -> None:
        """Every good round moves "synced at"; one that moved nothing leaves no other trace."""
        counts = {"pulled": report.pulled, "sent": report.sent, "refused": report.refused}
        moved = bool(report.pulled or report.sent)
        if report.sent:
            link.store.trim_journal(self._clock())
        link.journal.note_round(self._clock(), {**counts, "bytes": self._bytes} if moved else {})
        link.calendar.met(self._clock())
        link.drop_files()
        if moved:
            log.info("round: %s, %s bytes", counts, self._bytes)

    def _make_findable(self, link: Link) -> None:
        """Full text is built after the rows are on show, in pieces, and gives way to any command."""
        try:
            while self._inbox.empty() and not self._stopped and link.index_some():
                time.sleep(0.1)  # whoever waits to save looks that often whether he may
        except AppError as problem:
            log.warning("not all is findable yet: %s", problem.code)

    # While a round runs

    def _look_up(self) -> None:
        """Between two messages: obey what has come meanwhile. Raises Interrupted."""
        while True:
            try:
                command = self._inbox.get_nowait()
            except queue.Empty:
                return
            if isinstance(command, Simple) and command.word == "pause":
                self._schedule.on(Event.PAUSE)
                raise Interrupted("sync.paused")
            if command == CANCEL:
                raise Interrupted("sync.interrupted")
            if command == STOP or isinstance(command, Open | SignIn | Errand):
                self._inbox.put(command)
                raise Interrupted("sync.interrupted")
            if isinstance(command, Prefer | Meet | Fetch):
                if self._adapt(command):
                    self._schedule.on(Event.NETWORK)
            elif isinstance(command, Poke):  # whether it is news is clear only after the round
                self._poked = max(self._poked, command, key=lambda poke: poke.head)
            elif command != MOVED:  # counts are told after the round anyway
                self._allow_removal(command.word)
                self._schedule.on(_EVENTS[command.word])

    def _tell(self, news: News) -> None:
        if isinstance(news, Changes):
            if news:
                self._reports.changes(news)
            return
        if isinstance(news, Progress):
            self._tell_state(news)

    def _tell_state(self, progress: Progress | None = None) -> None:
        rows = self._figures(progress) if progress else None
        standing = self._standing()
        self._reports.state(self._schedule, standing, self._clock(), rows, self._files.standing)

    def _figures(self, progress: Progress) -> dict[str, int | None]:
        left = self._pace.seconds_left(progress.rows, progress.total)
        return {"rows": progress.rows, "total": progress.total, "bytes": self._bytes, "seconds": left}

    def _standing(self) -> Standing:
        """Counts for people to read; where they cannot be had, rounds go on without."""
        try:
            return self._link.journal.standing() if self._link else NOTHING
        except AppError as problem:
            log.warning("counts not readable: %s", problem.code)
            return NOTHING

    def _hear(self, head: int, spread: float) -> None:
        """Called on the listener's thread."""
        self._inbox.put(Poke(head, spread))

    def _received(self, size: int) -> None:
        self._bytes += size

    def _renewed(self, tokens: Tokens) -> None:
        self._reports.tokens(tokens.refresh)


def _ending(problem: AppError) -> Event:
    """What an error means for when to try again."""
    match problem:
        case SignInNeeded():
            return Event.SESSION_ENDED
        case DiskFull():
            return Event.DISK_FULL
        case Unavailable():
            return Event.NO_SERVER
    return Event.REFUSAL


_EVENTS = {
    "sync": Event.ASKED,
    "renew": Event.ASKED,
    "remove": Event.ASKED,
    "changed": Event.CHANGED,
    "pause": Event.PAUSE,
    "resume": Event.RESUME,
}


def main() -> int:
    """The command `roundtrip --sync`."""
    start_logging(Folders.of_this_user().logs, "sync")
    inbox: queue.SimpleQueue[Command] = queue.SimpleQueue()
    finished = threading.Event()
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    threading.Thread(target=_listen, args=(sys.stdin, inbox, finished), name="desktop", daemon=True).start()
    schedule = Schedule(time.monotonic, random.random)
    gc.freeze()  # what is loaded by now stays
    gc.set_threshold(50_000, 20)  # a round makes many objects, and hardly any rings
    SyncProcess(inbox, Reports(), schedule).serve()
    finished.set()
    return 0


def _listen(lines: TextIO, inbox: "queue.SimpleQueue[Command]", finished: threading.Event) -> None:
    """A request that hangs must not keep the process alive: nothing is lost by leaving in the middle."""
    for command in read_commands(lines):
        inbox.put(command)
    if not finished.wait(GRACE):
        os._exit(0)
