"""The least a server can do: rows out by number, rows in, no account, no rights, no merge, no history.

`python -m tests.bench.floor_server DATABASE` says its address and serves until it is killed.
"""

import sqlite3
import sys
from collections.abc import Iterator
from socket import IPPROTO_TCP, TCP_NODELAY, create_server

import orjson
import uvicorn
import zstandard
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.floor import ENTITIES, Block, columns, upsert_numbered


class FloorServer:
    """Requests come one at a time, so one connection will do."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
            self._database.execute(f"PRAGMA {pragma}")

    async def pull(self, request: Request) -> Response:
        blocks = list(self._newer(int(request.query_params["since"])))
        if not blocks:
            return Response(status_code=204)
        return Response(zstandard.compress(orjson.dumps(blocks), 1))

    async def blank(self, request: Request) -> Response:
        """So many bytes, to see what carrying them takes."""
        return Response(bytes(int(request.query_params["size"])))

    async def push(self, request: Request) -> Response:
        self._database.execute("BEGIN IMMEDIATE")
        seq = 1 + max(
            self._database.execute(f'SELECT max(seq) FROM "{name}"').fetchone()[0] for name in ENTITIES
        )
        for name, rows in orjson.loads(zstandard.decompress(await request.body())):
            self._database.executemany(upsert_numbered(name), [(*row, seq) for row in rows])
        self._database.execute("COMMIT")
        return Response(orjson.dumps(seq))

    def _newer(self, since: int) -> Iterator[Block]:
        for name in ENTITIES:
            listed = f'SELECT {columns(name)}, seq FROM "{name}" WHERE seq > ? ORDER BY seq'
            if rows := self._database.execute(listed, (since,)).fetchall():
                yield name, rows


def main(path: str) -> None:
    server = FloorServer(path)
    routes = [
        Route("/pull", server.pull),
        Route("/push", server.push, methods=["POST"]),
        Route("/blank", server.blank),
    ]
    listener = create_server(("127.0.0.1", 0))
    listener.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1])
