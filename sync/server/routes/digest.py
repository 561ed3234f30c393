"""Digests: whether a laptop has what the server has."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sync.server.digest import fingerprint
from sync.server.refusals import Refusal
from sync.server.routes.asking import Server, Signed

router = APIRouter(prefix="/v1/sync", tags=["sync"])

Sum = tuple[int, str]
"""How many rows, and their hashes summed, as hexadecimal digits."""


class Asked(BaseModel):
    device_id: UUID


class Digests(BaseModel):
    """As of commit `head`, over everything the caller may see, by entity and in total."""

    head: int
    entities: dict[str, Sum]
    total: Sum


@router.post("/digest", response_model=Digests)
def digest(asked: Asked, caller: Signed, server: Server) -> object:
    """For comparison by a laptop that stands at the same commit."""
    if asked.device_id != caller.device_id:
        raise Refusal(403, "device.not_the_signed_in_one")
    with server.database.read() as connection:
        return fingerprint(connection, caller).to_wire()
