"""A TCP proxy that does to HTTP what networks do: refuses, loses answers, cuts, stalls, and lies."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from enum import StrEnum, auto

_REQUEST = re.compile(rb"^(GET|HEAD|POST|PUT) (\S+) HTTP/1")
_PORTAL = b"<html><body>Welcome to the hotel. Please accept the terms.</body></html>"
_CHUNK = 65536
_MEGABYTE = 2**20
_SLOWLY = 1.0  # seconds


class Fault(StrEnum):
    """What may happen to one request."""

    RESET = auto()  # the connection breaks before the server hears of it
    LOSE = auto()  # the server does the work and its answer never arrives
    CUT = auto()  # half of the answer arrives
    BREAK = auto()  # the connection breaks after a megabyte, whichever way it went
    STALL = auto()  # nothing arrives, and the connection stays
    SLOW = auto()  # each piece of the answer takes its time
    GARBAGE = auto()  # the answer is garbled from its first byte on
    PORTAL = auto()  # somebody else answers, with 200 and a page


class FaultProxy:
    """Between `port` here and `upstream`. Faults are ordered by `fail`, and all is refused `offline`."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        self._ordered: list[tuple[str, Fault]] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._offline = False
        self.requests: Counter[str] = Counter()
        self.suffered: Counter[Fault] = Counter()
        self.bytes_up = self.bytes_down = 0
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(self, path: str, *faults: Fault) -> None:
        """The next requests whose path contains `path` meet these faults, one each."""
        self._ordered += [(path, fault) for fault in faults]

    def go_offline(self) -> None:
        """Break every connection and refuse new ones."""
        self._offline = True
        self._loop.call_soon_threadsafe(self._break_all)

    def come_back(self) -> None:
        """Online again, with the faults still ordered."""
        self._offline = False

    def recover(self) -> None:
        """From now on everything passes."""
        self._ordered.clear()
        self.come_back()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._break_all)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

    def _break_all(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._offline:
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._upstream)
        except OSError:
            writer.transport.abort()
            self._open.discard(writer)
            return
        self._open.add(up_writer)
        passing = _Passing(self, writer, up_writer)
        pumps = [
            asyncio.create_task(_pump(reader, passing.request)),
            asyncio.create_task(_pump(up_reader, passing.answer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            for end in (writer, up_writer):
                self._open.discard(end)
                end.close()

    def take(self, path: str) -> Fault | None:
        """Count a request; the fault it is to meet."""
        self.requests[path.partition("?")[0]] += 1
        for place, (part, fault) in enumerate(self._ordered):
            if part in path:
                del self._ordered[place]
                self.suffered[fault] += 1
                return fault
        return None


class _Passing:
    """One connection, on which requests follow one another."""

    def __init__(self, proxy: FaultProxy, down: asyncio.StreamWriter, up: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._down = down
        self._up = up
        self._fault: Fault | None = None
        self._passed = 0

    async def request(self, data: bytes) -> bool:
        if found := _REQUEST.match(data):
            self._fault, self._passed = self._proxy.take(found[2].decode()), 0
        if self._fault is Fault.RESET or self._breaks(data):
            return self._break()
        if self._fault is Fault.PORTAL:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(_PORTAL)}\r\n\r\n"
            self._down.write(head.encode() + _PORTAL)
            await self._down.drain()
            return True
        self._proxy.bytes_up += len(data)
        self._up.write(data)
        await self._up.drain()
        return True

    async def answer(self, data: bytes) -> bool:
        if self._fault is Fault.LOSE or self._breaks(data):
            return self._break()
        if self._fault is Fault.STALL:
            return True
        if self._fault is Fault.CUT:
            self._down.write(data[: len(data) // 2])
            await self._down.drain()
            return self._break()
        if self._fault is Fault.SLOW:
            await asyncio.sleep(_SLOWLY)
        if self._fault is Fault.GARBAGE:
            data = bytes(byte ^ 0x5A for byte in data)
        self._proxy.bytes_down += len(data)
        self._down.write(data)
        await self._down.drain()
        return True

    def _breaks(self, data: bytes) -> bool:
        self._passed += len(data)
        return self._fault is Fault.BREAK and self._passed > _MEGABYTE

    def _break(self) -> bool:
        self._down.transport.abort()
        return False


async def _pump(reader: asyncio.StreamReader, pass_on: Callable[[bytes], Awaitable[bool]]) -> None:
    try:
        while data := await reader.read(_CHUNK):
            if not await pass_on(data):
                return
    except OSError:
        return
