"""A connection to the server as a laptop keeps one: HTTP/1.1 and little else, so that hundreds fit in one."""

import asyncio
from dataclasses import dataclass

import zstandard

LONGEST = 120.0


class Broken(Exception):
    """The connection ended, or nothing came for too long."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


class Line:
    """Requests one after another; a broken connection is made anew at the next."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, token: str, body: bytes = b"", *, deaf: bool = False
    ) -> Answer:
        """What the server answers. A `deaf` one hangs up before it hears: its answer is lost."""
        try:
            async with asyncio.timeout(LONGEST):
                reader, _ = await self.send(method, path, token, body)
                if deaf:
                    self.close()
                    raise Broken("deaf")
                return await self._answer(reader)
        except (OSError, EOFError, TimeoutError, ValueError) as problem:
            self.close()
            raise Broken(repr(problem)) from problem

    async def send(
        self, method: str, path: str, token: str, body: bytes = b""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams and self._streams[0].at_eof():  # the server let go of it meanwhile
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address, limit=2**22)
        head = [
            f"{method} {path} HTTP/1.1", "Host: load", f"Authorization: Bearer {token}",
            "Accept-Encoding: zstd", f"Content-Length: {len(body)}", "Content-Type: application/json", "", "",
        ]  # fmt: skip
        self._streams[1].write("\r\n".join(head).encode() + body)
        await self._streams[1].drain()
        return self._streams

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head[9:12])
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(fields.get("content-length", 0)))
        if fields.get("content-encoding") == "zstd":
            body = zstandard.decompress(body)
        if fields.get("connection") == "close":
            self.close()
        return Answer(status, body)
