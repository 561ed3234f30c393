"""Runs the application in uvicorn: says when it is ready and stops without waiting for listeners."""

import socket
from collections.abc import Callable

import uvicorn

from sync.server.events import Notifier


class SyncServer(uvicorn.Server):
    """A web server whose open event streams end when it stops, instead of holding it up."""

    def __init__(self, config: uvicorn.Config, notifier: Notifier, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._notifier = notifier
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            scheme = "https" if self.config.is_ssl else "http"
            self._ready(f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._notifier.close()
        await super().shutdown(sockets)
