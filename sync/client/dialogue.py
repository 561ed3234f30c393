"""What a round says to a server and hears from it; whoever carries it implements `Server`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.domain.errors import SyncRefused
from sync.comparison import Ask, Found
from sync.pages import Page
from sync.protocol import Mutation, Result, Written
from sync.snapshot import Manifest


@dataclass(frozen=True)
class Hello:
    """The first thing a process says: which schema it speaks, and up to where it knows everything."""

    device_id: UUID
    schema: int
    token: str = ""


@dataclass(frozen=True)
class Welcome:
    """What the server speaks in turn, and what its clock shows: ours may be years off."""

    schema: int
    server_time: str


@dataclass(frozen=True)
class Pull:
    """The page after `token`, and answers to our mutations above `settled`; `own`: of rows as we wrote
    them, marks are enough; `digest`: the last page is to say what we then hold in all."""

    token: str
    settled: int
    limit: int
    own: bool = False
    digest: bool = False


@dataclass(frozen=True)
class Push:
    """Mutations in their order; saying them again is harmless."""

    device_id: UUID
    mutations: tuple[Mutation | Written, ...]


@dataclass(frozen=True)
class Answers:
    """One result for each mutation pushed."""

    results: Sequence[Result]


@dataclass(frozen=True)
class Known:
    """Mutations the server once acknowledged: does it still have them?"""

    op_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Lacks:
    """Those it does not have; `restored_from`: when the backup was made it goes on from, if it knows."""

    op_ids: frozenset[UUID]
    restored_from: str | None = None


@dataclass(frozen=True)
class AskSnapshot:
    """The segments of the snapshot at `cursor`, or of a new one, that come `after` those known."""

    cursor: str
    after: str


@dataclass(frozen=True)
class AskSegment:
    """The bytes of a segment from `begin` on."""

    sha256: str
    begin: int


@dataclass(frozen=True)
class Piece:
    """What came of them before the line was cut, if it was."""

    content: bytes


Request = Hello | Pull | Push | Known | AskSnapshot | AskSegment | Ask
Reply = Welcome | Page | Answers | Lacks | Manifest | Piece | Found


class PagesStale(SyncRefused):
    """The pages of the pull under way no longer fit together; it begins again from the cursor."""


class HistoryChanged(SyncRefused):
    """The server does not know our cursor; everything is pulled anew, unsent work stays."""


class CursorTooOld(SyncRefused):
    """We were away so long that what was deleted meanwhile is forgotten; everything is pulled anew."""


class SnapshotStale(SyncRefused):
    """What was loaded of the snapshot may not be seen any longer; another one is loaded."""


class SegmentUnknown(SyncRefused):
    """The server has forgotten the snapshot, and cuts it again when asked."""


class Server(Protocol):
    """The server as a laptop sees it.

    Every method may raise Unavailable (try later), SignInNeeded, or SyncRefused.
    """

    def hello(self, hello: Hello) -> Welcome: ...
    def pull(self, pull: Pull) -> Page: ...
    def push(self, push: Push) -> Answers: ...
    def known(self, known: Known) -> Lacks: ...
    def snapshot(self, asked: AskSnapshot) -> Manifest: ...
    def segment(self, asked: AskSegment) -> Piece: ...
    def compare(self, asked: Ask) -> Found: ...


_METHODS: Mapping[type[Request], str] = {
    Hello: "hello",
    Pull: "pull",
    Push: "push",
    Known: "known",
    AskSnapshot: "snapshot",
    AskSegment: "segment",
}


def ask(server: Server, request: Request) -> Reply:
    """Carry one request to `server`."""
    carry: Callable[[Any], Reply] = getattr(server, _METHODS.get(type(request), "compare"))
    return carry(request)
