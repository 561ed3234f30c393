"""Finds the rows in which a replica differs from the server, and mends them: never a full resync.

As in a round, nothing here does input or output. It may end anywhere: what was mended stays mended.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from app.domain.changes import Changes
from app.domain.errors import Offline
from app.persistence.repair import Repair
from sync.client.dialogue import Reply, Request
from sync.client.news import Compared, Tell
from sync.comparison import (
    MOST_ASKED,
    Ask,
    AskBuckets,
    AskContents,
    AskRoots,
    AskRows,
    BucketDigests,
    Contents,
    Key,
    RootDigests,
    RowHashes,
)
from sync.digest import Digest
from sync.protocol import SCHEMA

FEW = 1_000
"""Rows of a root that are compared one by one without a look at its buckets."""

R = TypeVar("R", RootDigests, BucketDigests, RowHashes, Contents)
Looking = Generator[Request, Reply, R]


@dataclass
class Findings:
    """What a check found, in rows: `fetched` anew, `dropped` because the server has no such row, and
    still `parked`. `content`: values were compared, not revisions alone."""

    compared: int = 0
    fetched: int = 0
    dropped: int = 0
    parked: int = 0
    content: bool = False
    changes: Changes = field(default_factory=Changes)


def after_pull(
    repair: Repair, cursor: str, theirs: Digest | None, tell: Tell
) -> Generator[Request, Reply, None]:
    """Rows that could not be held are asked for again; and where the server's digest differs from ours,
    we look for the reason."""
    if parked := repair.parked():
        yield from _Check(repair, cursor, tell).mend(parked)
    if theirs is not None and repair.is_worth_a_look(theirs):
        yield from check(repair, cursor, tell, content=False)
        repair.note_gap(theirs)


def check(
    repair: Repair, cursor: str, tell: Tell, *, content: bool = True
) -> Generator[Request, Reply, Findings]:
    """Compare everything as of `cursor`, and mend what differs. Raises RemovalHeld where much would go."""
    return (yield from _Check(repair, cursor, tell).run(content=content))


class _Check:
    def __init__(self, repair: Repair, cursor: str, tell: Tell) -> None:
        self._repair = repair
        self._cursor = cursor
        self._tell = tell
        self._findings = Findings()
        self._extra: set[Key] = set()

    def run(self, *, content: bool) -> Generator[Request, Reply, Findings]:
        total = self._repair.digest().count
        after = ""
        while True:
            ask = AskRoots(self._cursor, SCHEMA, after, content)
            theirs = yield from _ask(ask, RootDigests)
            yield from self._compare(after, theirs)
            self._findings.content = theirs.content
            self._tell(Compared(self._findings.compared, max(total, self._findings.compared)))
            if not theirs.last:
                break
            after = _further(after, theirs.last)
        self._drop()
        self._repair.show_own_work_anew()
        self._repair.count_anew()
        self._findings.parked = len(self._repair.parked())
        return self._findings

    def _compare(self, after: str, theirs: RootDigests) -> Generator[Request, Reply, None]:
        ours = self._repair.roots(after, theirs.last, content=theirs.content)
        self._findings.compared += sum(digest.count for digest in ours.values())
        for root in sorted((ours.keys() | theirs.roots.keys()) - theirs.left):
            here, there = ours.get(root, Digest()), theirs.roots.get(root, Digest())
            if here != there:
                large = max(here.count, there.count) > FEW
                differing = yield from self._differing(root, large=large, content=theirs.content)
                yield from self.mend(differing)

    def _differing(self, root: str, *, large: bool, content: bool) -> Generator[Request, Reply, set[Key]]:
        buckets: tuple[int, ...] = ()
        if large:
            there = yield from _ask(AskBuckets(self._cursor, root, content), BucketDigests)
            here = self._repair.buckets(root, content=content)
            buckets = tuple(
                n for n, pair in enumerate(zip(here, there.buckets, strict=True)) if len(set(pair)) > 1
            )
            if not buckets:
                return set()
        differing: set[Key] = set()
        after = ""
        while True:
            listed = yield from _ask(AskRows(self._cursor, root, buckets, after, content), RowHashes)
            held = self._repair.rows(root, buckets, after, listed.last, content=content)
            keys = (held.keys() | listed.rows.keys()) - listed.newer
            differing |= {key for key in keys if held.get(key) != listed.rows.get(key)}
            if not listed.last:
                return differing
            after = _further(after, listed.last)

    def mend(self, keys: Iterable[Key]) -> Generator[Request, Reply, None]:
        """Fetch rows anew. Those the server does not have are only noted: a row may have moved to another
        root, and whether too many would go is seen in the end."""
        wanted = sorted(keys)
        for start in range(0, len(wanted), MOST_ASKED):
            asked = tuple(wanted[start : start + MOST_ASKED])
            come = yield from _ask(AskContents(self._cursor, asked), Contents)
            lines = tuple(line for line in come.lines if line[0] == "put" and tuple(line[1:3]) in asked)
            there = {(line[1], line[2]) for line in lines}
            self._extra |= set(asked) - there - come.newer
            self._findings.fetched += len(lines)
            self._take(Contents(come.columns, lines, come.newer))

    def _drop(self) -> None:
        self._findings.dropped = len(self._extra)
        self._take(Contents({}, (), frozenset()), self._extra)

    def _take(self, contents: Contents, gone: Iterable[Key] = ()) -> None:
        dropped = tuple(gone)
        if not contents.lines and not dropped:
            return
        changes = self._repair.mend(self._cursor, contents, dropped)
        if changes:
            self._tell(changes)


def _further(after: str, last: str) -> str:
    """A server that does not come forward would keep us for ever."""
    if last <= after:
        raise Offline("sync.garbled")
    return last


def _ask(ask: Ask, expected: type[R]) -> Looking[R]:
    reply = yield ask
    assert isinstance(reply, expected)
    return reply
