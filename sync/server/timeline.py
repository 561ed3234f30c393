"""Which history a tenant is in: a server that goes on from a backup begins another one.

Laptops find out by themselves, since the numbers of commits are used again with other nonces. Saying
so besides lets those that are behind the backup ask as well, and tells all of them from when it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from app.domain.ambient import random_hex
from sync.server.caller import Caller
from sync.server.tables import CLOCK, COMMIT, LEDGER, TENANT

_LATEST = (
    select(COMMIT.c.at)
    .join(CLOCK, (CLOCK.c.tenant_id == COMMIT.c.tenant_id) & (CLOCK.c.seq == COMMIT.c.seq))
    .where(COMMIT.c.tenant_id == bindparam("tenant"))
)
_RESTORED_FROM = select(TENANT.c.restored_from).where(TENANT.c.tenant_id == bindparam("tenant"))
_OF = (
    select(LEDGER.c.op_id)
    .where(LEDGER.c.tenant_id == bindparam("tenant"), LEDGER.c.user_id == bindparam("user"))
    .where(LEDGER.c.op_id.in_(bindparam("ops", expanding=True)))
)


@dataclass(frozen=True)
class Lacking:
    """Mutations the server does not have; `restored_from` is the age of the backup it goes on from."""

    op_ids: Sequence[UUID]
    restored_from: str | None


def begin_another(connection: Connection, tenant: str) -> str:
    """The database was put back from a backup; returns when that was made, by its newest commit."""
    made_at = str(connection.scalars(_LATEST, {"tenant": tenant}).one())
    here = TENANT.c.tenant_id == tenant
    connection.execute(update(TENANT).where(here).values(timeline=random_hex(16), restored_from=made_at))
    return made_at


def lacking(connection: Connection, caller: Caller, op_ids: Sequence[UUID]) -> Lacking:
    """Which of the caller's own mutations never came here, or came after the backup; in their order."""
    about = {"tenant": caller.tenant, "user": caller.user, "ops": [op_id.hex for op_id in op_ids]}
    known = set(connection.scalars(_OF, about))
    restored_from = connection.scalars(_RESTORED_FROM, {"tenant": caller.tenant}).one()
    return Lacking([op_id for op_id in op_ids if op_id.hex not in known], restored_from)
