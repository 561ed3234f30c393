"""One round of synchronisation, as prose.

No socket, clock or chance in here: a round yields what it wants to say and is sent the reply, or has
the error thrown in that came instead. Each step commits alone, so a round that ends anywhere has
lost nothing, and the next one continues from there.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

from app.domain.errors import AppError, SyncRefused
from app.persistence.sync_store import SyncStore
from sync.client.bootstrap import Progress, Tell, load_snapshot
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
from sync.client.recovery import look_for_lost
from sync.pages import Page
from sync.protocol import SCHEMA

PAGE_ROWS = 2_000
BATCH = 100
MOST_PULLS = 5
MOST_NAMES = 3
"""A server that always has more, whose history never settles, or that knows a device whatever name it
takes, is left to the next round."""


R = TypeVar("R", Welcome, Page, Answers)
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

    Pulling never waits for our own queue, and our queue never for what was refused.
    """
    report = Report()
    for _ in range(MOST_NAMES):
        yield from _pull(store, report, tell)
        if (yield from _push(store, report, tell)):
            break
    else:
        raise SyncRefused("sync.unanswered")
    if report.sent:
        yield from _pull(store, report, tell)
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


def _pull(store: SyncStore, report: Report, tell: Tell) -> Generator[Request, Reply, None]:
    """Pages are kept as they come and applied together with the last one. A laptop that holds nothing, or
    whose cursor means nothing any more, loads a snapshot before."""
    for _ in range(MOST_PULLS):
        try:
            if store.snapshot.is_due():
                report.pulled += yield from load_snapshot(store.snapshot, tell)
            page = yield from _pull_pages(store, report, tell)
        except PagesStale:
            store.unstage()
            continue
        except HistoryChanged:
            store.start_over(another_history=True)
            continue
        except CursorTooOld:
            store.start_over()
            continue
        lost = yield from look_for_lost(store, page)
        changes = store.apply(page, lost)
        if changes:
            tell(changes)
        if not page.end.again:
            return


def _pull_pages(store: SyncStore, report: Report, tell: Tell) -> Step[Page]:
    while True:
        position = store.position()
        page = yield from _ask(Pull(position.token, position.settled, PAGE_ROWS), Page)
        report.pulled += page.rows
        if page.rows:
            tell(Progress(report.pulled, report.pulled if page.end.complete else None))
        if page.end.complete:
            return page
        store.stage(page)


def _ask(request: Request, expected: type[R]) -> Generator[Request, Reply, R]:
    reply = yield request
    assert isinstance(reply, expected)
    return reply


def perform(steps: Generator[Request, Reply, R | Report], server: Server) -> R | Report:
    """Run a round to its end against `server`."""
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
        result: R | Report = done.value
        return result
