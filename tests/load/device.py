"""One simulated laptop and its day: it looks, works, sends, is poked, and now and then hears no answer."""

import asyncio
import random
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import quote
from uuid import UUID

import orjson

from sync.answers import read_results
from sync.pages import read_page
from sync.protocol import Mutation, Op, OpKind, Patch, Result
from tests.load.company import Post
from tests.load.line import Broken, Line

PULL = "/v1/sync/pull?settled={settled}&cursor={cursor}"
LARGE = 20
BUSY_PAUSE = 2.0


@dataclass
class Measured:
    """Seconds each kind of request took, of all devices together; and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    deaf: int = 0

    def note(self, kind: str, seconds: float) -> None:
        self.seconds.setdefault(kind, []).append(seconds)

    def refuse(self, why: str) -> None:
        self.refused[why] = self.refused.get(why, 0) + 1


class Device:
    """`acked` is what the server said of each mutation it answered; `names` what its rows must hold then."""

    def __init__(
        self,
        post: Post,
        address: tuple[str, int],
        token: str,
        *,
        chance: random.Random,
        measured: Measured,
        deaf: float,
    ) -> None:
        self._post, self._token, self._deaf = post, token, deaf
        self._chance, self._measured = chance, measured
        self._line, self._ear = Line(address), Line(address)
        self._cursor, self._n = "", 0
        self._spread = 0.0  # seconds over which the server wants to see those it poked
        self._queue: list[Mutation] = []
        self._poked = asyncio.Event()
        self.acked: dict[UUID, Result] = {}
        self.names: dict[UUID, str] = {}
        self._roots: dict[UUID, UUID] = {}

    async def live(self, until: float, pause: float, *, listens: bool) -> None:
        """Rounds until the clock says so, and then as many as it takes to send what waits."""
        ear = asyncio.create_task(self._listen()) if listens else None
        await asyncio.sleep(self._chance.random() * pause)
        while perf_counter() < until:
            await self._round()
            await self._rest(self._chance.expovariate(1 / pause))
            if self._chance.random() < 0.35:
                self._work(LARGE if self._chance.random() < 0.3 else self._chance.randint(1, 5))
        if ear:
            ear.cancel()
            await asyncio.gather(ear, return_exceptions=True)
        while self._queue:
            await self._round()
        self._line.close()
        self._ear.close()

    async def _rest(self, seconds: float) -> None:
        """Until the time has come, or a little after a poke, as the schedule of a laptop has it."""
        try:
            async with asyncio.timeout(seconds):
                await self._poked.wait()
            await asyncio.sleep(self._spread * self._chance.random())
        except TimeoutError:
            pass
        self._poked.clear()

    async def _round(self) -> None:
        try:
            await self._pull()
            if self._queue:
                await self._push()
                await self._pull()
        except Broken as problem:
            if str(problem) != "deaf":
                self._measured.refuse("broken")
                await asyncio.sleep(BUSY_PAUSE * self._chance.random())

    async def _pull(self) -> None:
        complete = False
        while not complete:
            path = PULL.format(settled=self._n - len(self._queue), cursor=quote(self._cursor))
            answer = await self._timed("first pull" if not self._cursor else "", "GET", path)
            if answer is None:
                return
            page = read_page(answer)
            self._cursor, complete = page.end.cursor, page.end.complete

    async def _push(self) -> None:
        batch = self._queue[:100]
        body = {"device_id": self._post.device_id.hex, "mutations": [m.to_wire() for m in batch]}
        deaf = self._chance.random() < self._deaf
        self._measured.deaf += deaf
        kind = (
            f"push of {LARGE}"
            if len(batch) == LARGE
            else "push of 1 to 5"
            if len(batch) < 6
            else "push of more"
        )
        answer = await self._timed(kind, "POST", "/v1/sync/push", orjson.dumps(body), deaf=deaf)
        if answer is None:
            return
        for result in read_results(orjson.loads(answer)["results"], [m.op_id for m in batch]):
            assert result.status.accepted, result
            self.acked[result.op_id] = result
        del self._queue[: len(batch)]

    async def _timed(
        self, kind: str, method: str, path: str, body: bytes = b"", *, deaf: bool = False
    ) -> bytes | None:
        """The body of a good answer; None for nothing new, or where the server was too busy."""
        began = perf_counter()
        answer = await self._line.ask(method, path, self._token, body, deaf=deaf)
        if answer.status not in (200, 204):
            self._measured.refuse(f"{answer.status} {answer.body[:60]!r}")
            await asyncio.sleep(BUSY_PAUSE * self._chance.random())
            return None
        self._measured.note(
            kind or ("pull, nothing new" if answer.status == 204 else "pull, news"), perf_counter() - began
        )
        return answer.body or None

    async def _listen(self) -> None:
        """Pokes, as the listener of a laptop hears them."""
        while True:
            try:
                reader, _ = await self._ear.send("GET", "/v1/sync/events", self._token)
                while line := await reader.readline():
                    if line.startswith(b"retry:"):
                        self._spread = int(line[6:]) / 1000
                    elif line.startswith(b"data:"):
                        self._poked.set()
            except OSError:
                self._measured.refuse("ear")
            self._ear.close()
            await asyncio.sleep(1)

    def _work(self, count: int) -> None:
        """So many business actions: a new contact, or a new name for one of one's own."""
        for _ in range(count):
            known = list(self.names)
            name = f"Contact {self._chance.randrange(10**6)}"
            root = UUID(self._chance.choice(self._post.customers))
            if known and self._chance.random() < 0.4:
                row = self._chance.choice(known)
                patch = Patch({"name": name}, {"name": self.names[row]})
                op: Any = Op(OpKind.PATCH, "contact", row, self._roots[row], 1, patch=patch)
            else:
                row = UUID(int=self._chance.getrandbits(128))
                values = {"customer_id": root.hex, "name": name, "is_primary": 0}
                op = Op(OpKind.CREATE, "contact", row, root, values=values)
                self._roots[row] = root
            self.names[row] = name
            self._n += 1
            op_id = UUID(int=self._chance.getrandbits(128))
            acted_at = "2026-11-22T08:15:00.000Z+08:00"
            self._queue.append(
                Mutation(op_id, self._post.device_id, self._n, "contact.save", acted_at, (op,))
            )
