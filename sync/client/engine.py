"""One round of synchronisation, as prose.

No socket, clock or chance in here: a round yields what it wants to say and is sent the reply, or has
the error thrown in that came instead. Each step commits alone, so a round that ends anywhere has
lost nothing, and the next one continues from there.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

from app.domain.errors import AppError, SyncRefused
from app.persistence.brake import RemovalHeld
from app.persistence.inbound import OwnRowsDiffer
from app.persistence.sync_store import Outset, Position, SyncStore
from sync.client.bootstrap import load_snapshot
from sync.client.checking import after_pull
from sync.client.dialogue import (
    Answers,
    CursorTooOld,
    Hello,
    HistoryChanged,
    PagesStale,
    Pull,
    Push,
    Reply,
    Request,
    Server,
    Welcome,
    ask,
)
from sync.client.news import Progress, Tell
from sync.client.recovery import recover
from sync.pages import Page
from sync.protocol import SCHEMA

PAGE_ROWS = 2_000
BATCH = 1_000
MOST_PULLS = 5
MOST_NAMES = 3
"""A server that always has more, whose history never settles, or that knows a device whatever name it
takes, is left to the next round."""


R = TypeVar("R", Welcome, Page, Answers)
Outcome = TypeVar("Outcome")
Step = Generator[Request, Reply, R]


@dataclass
class Report:
    """What a round did."""

    pulled: int = 0
    sent: int = 0
    refused: int = 0


Round = Generator[Request, Reply, Report]


def run_round(store: SyncStore, tell: Tell) -> Round:
    """Pull, push, and pull again to see what became of what was pushed.

    Pulling never waits for our own queue, and our queue never for what was refused. Raises RemovalHeld
    where a pull wants to remove more than seems right.
    """
    report = Report()
    for _ in range(MOST_NAMES):
        held = yield from _pull(store, report, tell)
        if (yield from _push(store, report, tell)):
            break
    else:
        raise SyncRefused("sync.unanswered")
    if report.sent and not held:
        held = yield from _pull(store, report, tell)
    if held:
        raise held
    return report


def hand_over(store: SyncStore, tell: Tell) -> Generator[Request, Reply, Report]:
    """Send what waits to a server that gives nothing any more."""
    report = Report()
    yield from _push(store, report, tell)
    return report


def greet(store: SyncStore) -> Generator[Request, Reply, Welcome]:
    """Say hello once, before the first round."""
    return (yield from _ask(Hello(store.identity().device_id, SCHEMA, store.cursor()), Welcome))


def _push(store: SyncStore, report: Report, tell: Tell) -> Generator[Request, Reply, bool]:
    """Send what waits. False where our numbers mean something else to the server: one of us was restored
    from a copy, we have taken another name, and it must be seen what is there before we go on."""
    while batch := store.outgoing(BATCH):
        answers = yield from _ask(Push(batch[0].device_id, batch), Answers)
        consumed = [result for result in answers.results if result.status.consumed]
        report.sent += len(consumed)
        report.refused += sum(not result.status.accepted for result in consumed)
        tell(store.settle(answers.results))
        if len(consumed) < len(answers.results):
            return False
        if store.position().settled < batch[0].n:  # the queue's head must have moved
            raise SyncRefused("sync.unanswered")
    return True


def _pull(store: SyncStore, report: Report, tell: Tell) -> Generator[Request, Reply, RemovalHeld | None]:
    """Pages are kept as they come and applied together with the last one. A laptop that holds nothing, or
    whose cursor means nothing any more, loads a snapshot before. What would remove too much is asked for
    once more, and then left for the user to decide: it is returned."""
    held: RemovalHeld | None = None
    own = True
    for _ in range(MOST_PULLS):
        try:
            outset = yield from _prepare(store, report, tell)
            digest = held is not None or outset.is_digest_due
            page = yield from _pull_pages(store, outset.position, report, tell, own=own, digest=digest)
        except PagesStale:
            store.unstage()
            continue
        except HistoryChanged:
            store.start_over(another_history=True)
            continue
        except CursorTooOld:
            store.start_over()
            continue
        except RemovalHeld as problem:  # of a snapshot, which is in: another would say the same
            return problem
        yield from recover(store, tell, page)
        try:
            changes = store.apply(page)
        except OwnRowsDiffer:  # merged there, or edited here since: they must be sent to us whole
            store.unstage()
            own = False
            continue
        except RemovalHeld as problem:
            store.unstage()
            if held:
                return problem
            held = problem
            continue
        if changes:
            tell(changes)
        if not page.end.again:
            if page.rows or page.end.digest is not None:
                yield from after_pull(store.repair, page.end.cursor, page.end.digest, tell)
            return None
    return held


def _prepare(store: SyncStore, report: Report, tell: Tell) -> Generator[Request, Reply, Outset]:
    """Mostly there is nothing to do, and one look tells it."""
    outset = store.outset()
    if not (outset.is_suspect or outset.is_snapshot_due):
        return outset
    yield from recover(store, tell)
    if outset.is_snapshot_due:
        report.pulled += yield from load_snapshot(store.snapshot, tell)
    return store.outset()


def _pull_pages(
    store: SyncStore, position: Position, report: Report, tell: Tell, *, own: bool, digest: bool
) -> Step[Page]:
    while True:
        page = yield from _ask(Pull(position.token, position.settled, PAGE_ROWS, own, digest), Page)
        report.pulled += page.rows
        if page.rows:
            tell(Progress(report.pulled, report.pulled if page.end.complete else None))
        if page.end.complete:
            return page
        store.stage(page)
        position = store.position()


def _ask(request: Request, expected: type[R]) -> Generator[Request, Reply, R]:
    reply = yield request
    assert isinstance(reply, expected)
    return reply


def perform(steps: Generator[Request, Reply, Outcome], server: Server) -> Outcome:
    """Run a round, or a part of one, to its end against `server`."""
    try:
        request = next(steps)
        while True:
            try:
                reply = ask(server, request)
            except AppError as error:
                request = steps.throw(error)
            else:
                request = steps.send(reply)
    except StopIteration as done:
        outcome: Outcome = done.value
        return outcome
