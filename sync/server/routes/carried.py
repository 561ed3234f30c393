"""Changes that somebody carried here for a colleague, and the receipt to carry back."""

from tempfile import TemporaryFile
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, StringConstraints
from starlette.concurrency import run_in_threadpool

from sync.carried import PublicKeys
from sync.server import carrying_keys
from sync.server.carrying import take
from sync.server.routes.asking import Server, Signed

RAW = "application/octet-stream"

router = APIRouter(prefix="/v1/sync", tags=["sync"])

_FILE = {RAW: {"schema": {"type": "string", "format": "binary"}}}


class CarryingKey(BaseModel):
    """What one party signs files with that are carried by hand, and what is sealed for it."""

    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]


@router.put("/carried/key")
def meet(said: CarryingKey, caller: Signed, server: Server) -> CarryingKey:
    """The laptop's keys for the server's, once they have met over a line."""
    keys = PublicKeys.read(said.key)
    server.database.transact(lambda connection: carrying_keys.note(connection, caller, keys))
    return CarryingKey(key=server.keys.public.written())


@router.post(
    "/carried",
    response_class=Response,
    openapi_extra={"requestBody": {"required": True, "content": _FILE}},
    responses={
        200: {
            "content": {RAW: {"schema": {"type": "string", "format": "binary"}}},
            "description": "A receipt",
        }
    },
)
async def bring(request: Request, caller: Signed, server: Server) -> Response:
    """A file sealed for this server, by whoever carries it; its author is who signed it.

    400 with a code where the file is not for this server, damaged, or of a laptop that may not come.
    """
    with TemporaryFile() as file, TemporaryFile() as receipt:
        async for chunk in request.stream():
            await run_in_threadpool(file.write, chunk)
        await run_in_threadpool(take, server, caller.user, file, receipt)
        return Response(await run_in_threadpool(_whole, receipt), media_type=RAW)


def _whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()
