"""Snapshots: everything the caller may see, in segments that are loaded one by one."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel

from sync.server.priority import Part
from sync.server.routes.asking import Receiving, Server

ZSTD = "application/zstd"

router = APIRouter(prefix="/v1/sync", tags=["sync"])

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class Segment(BaseModel):
    sha256: str
    rows: int
    size: int
    part: Part


class Manifest(BaseModel):
    """Segments in the order in which they should be loaded.

    `cursor` is where pulls go on once all are in, and with which more of the same snapshot is asked for;
    `total` is about how many rows there are. Until it is `complete`, ask again with `after`.
    """

    cursor: str
    total: int
    segments: list[Segment]
    after: str
    complete: bool


@router.get("/snapshot", response_model=Manifest)
def snapshot(
    caller: Receiving,
    server: Server,
    response: Response,
    cursor: Annotated[str, Query(max_length=500)] = "",
    after: Annotated[str, Query(max_length=60)] = "",
) -> object:
    """What a laptop that holds nothing should load. It is cut meanwhile; a call waits for a segment, but not
    for long. 409 `sync.snapshot_stale` where something seen at `cursor` no longer may be: begin anew."""
    response.headers["Cache-Control"] = "no-store"
    return server.snapshots.manifest(caller, cursor, after)


@router.get("/segments/{sha256}", response_class=FileResponse)
def segment(sha256: Sha256, caller: Receiving, server: Server) -> FileResponse:
    """A segment of the caller's own snapshot, or the range of it that was asked for: compressed lines of the
    form a pull has. 404 where the server knows none such, any longer or at all: ask for the snapshot."""
    path = server.snapshots.path_of(caller, sha256)
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, no-store"}
    return FileResponse(path, media_type=ZSTD, headers=headers)
