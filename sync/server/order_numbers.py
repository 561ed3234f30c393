"""Keeps numbers of service orders apart: two laptops may by rare chance have given the same one."""

from itertools import chain, count

from sqlalchemy import BindParameter, bindparam, select

from app.domain.service_orders import ServiceOrder
from sync.server.change_log import ChangeLog
from sync.server.tables import CLOCK, TABLES

_ORDER = TABLES[ServiceOrder].c
_TENANT: BindParameter[str] = bindparam("tenant")
_ALONE = select(CLOCK.c.seq).where(CLOCK.c.tenant_id == _TENANT).with_for_update()
_TAKEN = select(_ORDER.id).where(
    _ORDER.tenant_id == _TENANT, _ORDER.number == bindparam("number"), _ORDER.id != bindparam("row")
)


def free_number(log: ChangeLog, row_id: str, number: str) -> str:
    """The number, or with "-2" or more behind it where another order has it already.

    Nobody else may give one before ours can be seen, so the tenant's clock is held from here on.
    """
    log.tables.execute(_ALONE, {"tenant": log.tenant})
    candidates = chain([number], (f"{number}-{again}" for again in count(2)))
    return next(free for free in candidates if not _is_taken(log, row_id, free))


def _is_taken(log: ChangeLog, row_id: str, number: str) -> bool:
    about = {"tenant": log.tenant, "number": number, "row": row_id}
    return log.tables.execute(_TAKEN, about).first() is not None
