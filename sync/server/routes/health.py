"""Which server this is, and whether it lives and is ready."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sync.protocol import SCHEMA
from sync.server.log_writer import head
from sync.server.parts import VERSION
from sync.server.routes.asking import Server

router = APIRouter(tags=["server"])


class About(BaseModel):
    name: str
    version: str
    schema_: int = Field(serialization_alias="schema")


class Health(BaseModel):
    status: str


@router.get("/v1/server")
def about(server: Server) -> About:
    """Answers anyone, so that a laptop knows the address is right before it sends a password."""
    return About(name=server.settings.name, version=VERSION, schema_=SCHEMA)


@router.get("/livez")
async def livez() -> Health:
    """The process answers; no database is asked."""
    return Health(status="alive")


@router.get("/readyz")
def readyz(server: Server) -> Health:
    """The database answers; 503 where it does not."""
    with server.database.read() as connection:
        head(connection, server.tenant)
    return Health(status="ready")
