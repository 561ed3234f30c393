"""Hears the server's pokes on a thread of its own: a stream of heads, or long polls in its place.

Only a hint that pulling is worth while: whatever goes wrong here costs a minute, never a change.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator

from app.domain.errors import AppError
from sync.client.http import Http, unpacked

STREAM = "text/event-stream"
TIMEOUTS = (10.0, 60.0)  # the server says something every quarter of a minute
QUICK = 5.0  # a stream that lives shorter than this was closed by something in between
MOST_QUICK = 3
PAUSE = 15.0

log = logging.getLogger(__name__)


class Listener:
    """`poked` is called on the listener's thread with the server's head, and the seconds over which all
    who hear of it should come. `chance` gives a number from 0 to 1.
    """

    def __init__(
        self, address: str, poked: Callable[[int, float], None], chance: Callable[[], float] = random.random
    ) -> None:
        self._http = Http(address)
        self._poked, self._chance = poked, chance
        self._token = ""
        self._head = 0
        self._quick = 0
        self._may_listen = threading.Event()
        self._closed = threading.Event()
        threading.Thread(target=self._run, name="pokes", daemon=True).start()

    def listen(self, token: str, head: int) -> None:
        """From now on with this access token; `head` is known already."""
        self._token, self._head = token, max(head, self._head)
        self._may_listen.set()

    def rest(self) -> None:
        """Not for now: paused, or signed out."""
        self._may_listen.clear()

    def close(self) -> None:
        """Let the thread end when the server next says something."""
        self._closed.set()
        self._may_listen.set()

    def _run(self) -> None:
        while True:
            self._may_listen.wait()
            if self._closed.is_set():
                return
            try:
                if self._quick < MOST_QUICK:
                    began = time.monotonic()
                    self._stream()
                    self._quick = self._quick + 1 if time.monotonic() - began < QUICK else 0
                else:
                    self._poll()
                    self._quick = MOST_QUICK - 1  # one stream between two polls: the network may be another
            except AppError as problem:
                log.debug("not listening: %s", problem.code)
                self._closed.wait(PAUSE * (0.5 + self._chance()))

    def _stream(self) -> None:
        response = self._http.open("GET", "sync/events", token=self._token, accept=STREAM, timeouts=TIMEOUTS)
        said: dict[bytes, int] = {}
        for line in _lines(unpacked(response, lambda size: None)):
            field, _, value = line.strip().partition(b":")
            if value.strip().isdigit():
                said[field] = int(value)
            elif not line.strip() and b"data" in said:
                self._tell(said.pop(b"data"), said.get(b"retry", 0) / 1000)
            if self._closed.is_set() or not self._may_listen.is_set():
                response.close()
                return

    def _poll(self) -> None:
        said = self._http.json("GET", f"sync/wait?head={self._head}", token=self._token)
        self._tell(int(said.get("head", self._head)), float(said.get("spread", 0.0)))

    def _tell(self, head: int, spread: float) -> None:
        if head > self._head:
            self._head = head
            self._poked(head, spread)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Whole lines of a stream."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
