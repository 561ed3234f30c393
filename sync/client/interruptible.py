"""Lets a round be left between two messages; what it had begun is continued by the next."""

from collections.abc import Callable

from app.domain.errors import AppError
from sync.client.dialogue import (
    Answers,
    AskSegment,
    AskSnapshot,
    Hello,
    Known,
    Lacks,
    Piece,
    Pull,
    Push,
    Server,
    Welcome,
)
from sync.comparison import Ask, Found
from sync.pages import Page
from sync.snapshot import Manifest


class Interrupted(AppError):
    """The user paused, or the desktop is gone; the round is continued another time."""


class Interruptible:
    """A server that looks up from the work before each message; `pushing` hears that changes go out, which
    may have come after the round began."""

    def __init__(
        self, server: Server, look_up: Callable[[], None], pushing: Callable[[], None] = lambda: None
    ) -> None:
        self._server = server
        self._look_up, self._pushing = look_up, pushing

    def hello(self, hello: Hello) -> Welcome:
        self._look_up()
        return self._server.hello(hello)

    def pull(self, pull: Pull) -> Page:
        self._look_up()
        return self._server.pull(pull)

    def push(self, push: Push) -> Answers:
        self._look_up()
        self._pushing()
        return self._server.push(push)

    def known(self, known: Known) -> Lacks:
        self._look_up()
        return self._server.known(known)

    def snapshot(self, asked: AskSnapshot) -> Manifest:
        self._look_up()
        return self._server.snapshot(asked)

    def segment(self, asked: AskSegment) -> Piece:
        self._look_up()
        return self._server.segment(asked)

    def compare(self, asked: Ask) -> Found:
        self._look_up()
        return self._server.compare(asked)
