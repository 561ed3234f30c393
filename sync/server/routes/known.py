"""Which mutations of a laptop's journal the server does not have, after one of them was restored."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sync.server.routes.asking import Server, Signed
from sync.server.timeline import lacking

MOST = 1_000

router = APIRouter(prefix="/v1/sync", tags=["sync"])


class Journal(BaseModel):
    op_ids: Annotated[list[UUID], Field(max_length=MOST)]


class Unknown(BaseModel):
    """`restored_from`: the time of the backup the server goes on from, where its operator said so."""

    unknown: list[str]
    restored_from: str | None


@router.post("/ops/known")
def known(asked: Journal, caller: Signed, server: Server) -> Unknown:
    """Of the caller's own mutations only: another's ids are as unknown as those that never were."""
    with server.database.read() as connection:
        found = lacking(connection, caller, asked.op_ids)
    return Unknown(unknown=[op_id.hex for op_id in found.op_ids], restored_from=found.restored_from)
