"""Pulls: what a laptop has not seen, a page at a time."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from sync.server.compression import packed
from sync.server.pull import MAX_PAGE_ROWS, PAGE_ROWS
from sync.server.pull import pull as cut_page
from sync.server.routes.asking import Server, Token, identify, require_receiver

NDJSON = "application/x-ndjson"

router = APIRouter(prefix="/v1/sync", tags=["sync"])


@router.get(
    "/pull",
    response_class=Response,
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}, "description": "A page"}},
)
def pull(
    *,
    request: Request,
    token: Token,
    server: Server,
    cursor: Annotated[str, Query(max_length=500)] = "",
    settled: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_ROWS)] = PAGE_ROWS,
    own: bool = False,
    digest: bool = False,
) -> Response:
    """The page after `cursor`, with results of the device's mutations numbered above `settled`. With `own`,
    rows that this device wrote last come as marks, by which it knows what it has.

    204 where nothing has happened since, 409 where the laptop must begin again. Pages are bounded, so
    each is built whole: the answer says its length, a cut connection shows, and no slow network holds
    a database connection. Laptops ask all day: who calls is looked up in the same transaction.
    """
    server.calendar.follow()
    with server.database.read() as connection:
        caller = identify(request, server, connection, token)
        require_receiver(caller)
        page = cut_page(connection, caller, cursor, settled=settled, limit=limit, own=own, digest=digest)
    if not page.news:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return packed(page.body, request.headers.get("accept-encoding", ""), NDJSON)
