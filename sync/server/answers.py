"""Marks every answer as ours and logs it, by ids alone.

A captive portal answers anything with its own page; a laptop believes only what carries the mark.
"""

import logging
from time import perf_counter
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.ids import new_id

MARK = ("Roundtrip-Server", "1")

log = logging.getLogger(__name__)


class MarkedAnswers:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, request_id, status = perf_counter(), new_id().hex, 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[MARK[0]] = MARK[1]
                headers["Request-Id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_marked)
        finally:
            log.info("request", extra=_about(scope, request_id, status, began))


def remember_caller(scope: Scope, user_id: UUID, device_id: UUID) -> None:
    """From here on the request's log line says whose it was."""
    scope["roundtrip.caller"] = {"user": user_id.hex, "device": device_id.hex}


def _about(scope: Scope, request_id: str, status: int, began: float) -> dict[str, object]:
    """The path without its query: a cursor is of no use in a log."""
    return {
        "request": request_id,
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "ms": round((perf_counter() - began) * 1000, 1),
        **scope.get("roundtrip.caller", {}),
    }
