"""The first word of a round: which schema both speak, within what limits, and where the server stands."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Connection, select

from sync.protocol import SCHEMA
from sync.server import devices
from sync.server.caller import Caller
from sync.server.cursors import Cursor
from sync.server.log_writer import head
from sync.server.pull import MAX_PAGE_ROWS
from sync.server.refusals import Refusal
from sync.server.routes.asking import Server, Signed
from sync.server.routes.push import MAX_MUTATIONS, OLDEST_SCHEMA
from sync.server.tables import DEVICE, TENANT

router = APIRouter(prefix="/v1/sync", tags=["sync"])


class Hello(BaseModel):
    device_id: UUID
    schema_: int = Field(alias="schema", ge=1, le=2**31 - 1)
    version: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")] = ""
    cursor: Annotated[str, StringConstraints(max_length=500)] = ""


class Limits(BaseModel):
    push_bytes: int
    push_mutations: int
    blob_bytes: int
    page_rows: int


class Greeting(BaseModel):
    """`schema` is the newest both speak; below `oldest_schema` pulls still work and pushes do not.

    `acked` is the number of the device's last mutation here. `server_time` is shown to whoever's
    clock is years off; nothing is decided by it.
    """

    schema_: int = Field(serialization_alias="schema")
    oldest_schema: int
    timeline: str
    head: int
    acked: int
    server_time: str
    limits: Limits


@router.post("/hello")
def hello(asked: Hello, caller: Signed, server: Server) -> Greeting:
    """Opens a round; the laptop tells what it is, the server where it stands."""
    if asked.device_id != caller.device_id:
        raise Refusal(403, "device.not_the_signed_in_one")
    now = server.clock()
    known = Cursor.from_token(asked.cursor).seq

    def note(connection: Connection) -> tuple[str, int, int]:
        devices.note_visit(connection, caller, asked.schema_, asked.version, now=now, cursor_seq=known)
        return _timeline(connection, caller), head(connection, caller.tenant), _acked(connection, caller)

    timeline, newest, acked = server.database.transact(note)
    return Greeting(
        schema_=min(asked.schema_, SCHEMA),
        oldest_schema=OLDEST_SCHEMA,
        timeline=timeline,
        head=newest,
        acked=acked,
        server_time=datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
        limits=Limits(
            push_bytes=server.settings.push_limit,
            push_mutations=MAX_MUTATIONS,
            blob_bytes=server.settings.blob_limit,
            page_rows=MAX_PAGE_ROWS,
        ),
    )


def _timeline(connection: Connection, caller: Caller) -> str:
    query = select(TENANT.c.timeline).where(TENANT.c.tenant_id == caller.tenant)
    return str(connection.execute(query).scalar_one())


def _acked(connection: Connection, caller: Caller) -> int:
    query = select(DEVICE.c.last_n).where(
        DEVICE.c.tenant_id == caller.tenant, DEVICE.c.device_id == caller.device
    )
    return int(connection.execute(query).scalar() or 0)
