"""Tells open connections that something was committed, so that laptops need not ask all the time.

Pokes carry the head alone; whoever hears one pulls, and polling remains the truth. One worker
process serves all laptops, so memory is enough to reach them and PostgreSQL's LISTEN/NOTIFY (which
costs every commit a global lock) is not needed. What other processes commit, such as an import
from the command line, is seen by looking at the head now and then.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

COALESCE = 0.03  # seconds during which several commits become one poke
PULLS = 150.0  # a second; so many laptops may come together
LOOK = 2.0  # seconds between looks at the head while anyone listens

log = logging.getLogger(__name__)


class Notifier:
    """`committed` may be called from any thread; everything else belongs to the event loop."""

    def __init__(self, read_head: Callable[[], int]) -> None:
        self._read_head = read_head
        self._loop: asyncio.AbstractEventLoop | None = None
        self._moved = asyncio.Event()
        self._head = self._announced = -1  # not read yet
        self._listeners = 0
        self._woke_at = float("-inf")
        self.spread = 0.0
        """Seconds over which the laptops poked last should come: none to speak of in a small company."""
        self._waking = self._closed = False

    def committed(self, seq: int) -> None:
        """Poke everyone soon; called after the commit, never inside its transaction."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is gone: the server is stopping
                self._loop.call_soon_threadsafe(self._rise, seq)

    async def moved_past(self, head: int, within: float) -> int | None:
        """The new head as soon as it exceeds `head`; None after `within` seconds or at shutdown."""
        self._listeners += 1
        try:
            async with asyncio.timeout(within):
                while self._announced <= head and not self._closed:
                    await self._moved.wait()
        except TimeoutError:
            return None
        finally:
            self._listeners -= 1
        return None if self._closed else self._announced

    async def watch(self) -> None:
        """Run for the server's life: start with the present head, then look for foreign commits."""
        self._loop = asyncio.get_running_loop()
        while not self._closed:
            if self._listeners or self._head < 0:
                await self._look()
            await asyncio.sleep(LOOK)

    def close(self) -> None:
        """Let every listener go at once, so that a shutdown does not wait for them."""
        self._closed = True
        self._moved.set()

    async def _look(self) -> None:
        try:
            self._rise(await run_in_threadpool(self._read_head))
        except SQLAlchemyError as problem:
            log.warning("head not readable: %s", type(problem).__name__)

    def _rise(self, seq: int) -> None:
        self._head = max(self._head, seq)
        if self._loop and self._head > self._announced and not self._waking:
            self._waking = True
            under_way = self._woke_at + self.spread - self._loop.time()  # those poked before still come
            self._loop.call_later(max(COALESCE, under_way), self._wake)

    def _wake(self) -> None:
        assert self._loop
        self._waking, self._announced = False, self._head
        self.spread, self._woke_at = self._listeners / PULLS, self._loop.time()
        self._moved.set()
        if not self._closed:
            self._moved = asyncio.Event()
