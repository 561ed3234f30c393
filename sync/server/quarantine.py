"""Mutations that made the server fail again and again and were set aside; taking them again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import orjson
from sqlalchemy import Connection, and_, select, update

from app.domain.organisation import User
from sync.protocol import Result, Status
from sync.server.caller import Caller
from sync.server.database import Database
from sync.server.push import take_again
from sync.server.tables import LEDGER, TABLES

_USER = TABLES[User]
_ASIDE = f'%"{Status.QUARANTINED.value}"%'


@dataclass(frozen=True)
class SetAside:
    """One such mutation."""

    op_id: str
    device_id: str
    n: int
    user_id: str
    person: str
    name: str
    received_at: str


def set_aside(connection: Connection, tenant: str) -> list[SetAside]:
    """The oldest first."""
    sender = and_(_USER.c.tenant_id == LEDGER.c.tenant_id, _USER.c.id == LEDGER.c.user_id)
    columns = (LEDGER.c.op_id, LEDGER.c.device_id, LEDGER.c.n, LEDGER.c.user_id, _USER.c.name)
    query = (
        select(*columns, LEDGER.c.name, LEDGER.c.received_at)
        .join(_USER, sender)
        .where(LEDGER.c.tenant_id == tenant, LEDGER.c.body.is_not(None), LEDGER.c.result.like(_ASIDE))
        .order_by(LEDGER.c.received_at, LEDGER.c.device_id, LEDGER.c.n)
    )
    return [SetAside(*found) for found in connection.execute(query)]


def retry(database: Database, tenant: str, tell: Callable[[SetAside, Result | None], None]) -> bool:
    """Take all of them again, each by itself; `tell` hears what became of it, None where it fails still.
    The laptops hear with their next pull. True where none is left."""
    with database.read() as connection:
        waiting = set_aside(connection, tenant)
    sound = True
    for mutation in waiting:
        try:
            result = database.transact(partial(_retry, tenant=tenant, mutation=mutation))
        except Exception:  # whatever made it fail before; the others are not to wait for it
            tell(mutation, None)
            sound = False
        else:
            if result:
                tell(mutation, result)
    return sound


def _retry(connection: Connection, tenant: str, mutation: SetAside) -> Result | None:
    """None where its author has sent it anew meanwhile."""
    this = (
        LEDGER.c.tenant_id == tenant,
        LEDGER.c.device_id == mutation.device_id,
        LEDGER.c.n == mutation.n,
    )
    body = connection.execute(select(LEDGER.c.body).where(*this).with_for_update()).scalar_one()
    if body is None:
        return None
    caller = Caller(UUID(tenant), UUID(mutation.user_id), UUID(mutation.device_id))
    result = take_again(connection, caller, orjson.loads(body))
    connection.execute(update(LEDGER).where(*this).values(result=orjson.dumps(result.to_wire()).decode()))
    return result
