"""Refuses request bodies that are too large before they fill the memory."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.notes import PART

SMALL_BODY = 64 * 1024
CARRIED_BODY = 4 * 1024**3  # weeks of photos on a stick; it goes to the disk as it comes


class BodyLimits:
    """ASGI middleware: pushes and parts of files have limits of their own, everything else is small."""

    def __init__(self, app: ASGIApp, push_limit: int) -> None:
        self.app = app
        self.limits = {"/v1/sync/push": push_limit, "/v1/sync/carried": CARRIED_BODY, "/v1/blobs/": PART}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit, received = self._limit(scope["path"]), 0
        announced = Headers(scope=scope).get("content-length", "0")

        async def receive_within_limit() -> Message:
            nonlocal received
            if announced.isdecimal() and int(announced) > limit:
                raise HTTPException(413)
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_within_limit, send)

    def _limit(self, path: str) -> int:
        return next((limit for start, limit in self.limits.items() if path.startswith(start)), SMALL_BODY)
