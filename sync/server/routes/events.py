"""Pokes: a stream of heads, or one answer as soon as the head moves."""

from collections.abc import AsyncIterator
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from sync.server.routes.asking import Server, Signed

LONGEST_STREAM = 600.0  # seconds
LONGEST_WAIT = 25.0  # seconds; under the half minute after which proxies give up

router = APIRouter(prefix="/v1/sync", tags=["sync"])


class Head(BaseModel):
    """`spread`: seconds over which all who hear of it should come."""

    head: int
    spread: float = 0.0


@router.get("/events", response_class=EventSourceResponse)
async def events(caller: Signed, server: Server) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events whose data is the head: the present one at once, then each new one. `retry` is the
    time, in milliseconds, over which all who hear of it should come.

    The stream ends after a while, so that a laptop that may no longer come does not listen for ever.
    """
    head, ends_at = -1, monotonic() + LONGEST_STREAM
    while (left := ends_at - monotonic()) > 0:
        moved = await server.notifier.moved_past(head, within=left)
        if moved is None:
            return
        head = moved
        yield ServerSentEvent(data=head, retry=round(server.notifier.spread * 1000))


@router.get("/wait")
async def wait(head: Annotated[int, Query()], caller: Signed, server: Server) -> Head:
    """For laptops whose network swallows streams: answers when the head exceeds `head`, or soon."""
    moved = await server.notifier.moved_past(head, within=LONGEST_WAIT)
    return Head(head=head if moved is None else moved, spread=server.notifier.spread)
