"""What a round says to a server and hears from it; whoever carries it implements `Server`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.errors import SyncRefused
from sync.pages import Page
from sync.protocol import Mutation, Result


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
    """The page after `token`, and answers to our mutations above `settled`; `first`: what is needed
    soonest may come before the rest."""

    token: str
    settled: int
    limit: int
    first: bool = False


@dataclass(frozen=True)
class Push:
    """Mutations in their order; saying them again is harmless."""

    device_id: UUID
    mutations: tuple[Mutation, ...]


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


Request = Hello | Pull | Push | Known
Reply = Welcome | Page | Answers | Lacks


class PagesStale(SyncRefused):
    """The pages of the pull under way no longer fit together; it begins again from the cursor."""


class HistoryChanged(SyncRefused):
    """The server does not know our cursor; everything is pulled anew, unsent work stays."""


class CursorTooOld(SyncRefused):
    """We were away so long that what was deleted meanwhile is forgotten; everything is pulled anew."""


class Server(Protocol):
    """The server as a laptop sees it.

    Every method may raise Unavailable (try later), SignInNeeded, or SyncRefused.
    """

    def hello(self, hello: Hello) -> Welcome: ...
    def pull(self, pull: Pull) -> Page: ...
    def push(self, push: Push) -> Answers: ...
    def known(self, known: Known) -> Lacks: ...


def ask(server: Server, request: Request) -> Reply:
    """Carry one request to `server`."""
    match request:
        case Hello():
            return server.hello(request)
        case Pull():
            return server.pull(request)
        case Push():
            return server.push(request)
        case Known():
            return server.known(request)
