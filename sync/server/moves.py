"""Rows that went from one root to another: noted as they are written, told to who sees only the old one.

A machine sold to another customer is not destroyed, so nobody may hear that it was; and the customer
who sold it stays where he was, so his root does not leave either.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, delete, insert, select

from app.domain.entity import name_of
from sync.server.log_rows import Row
from sync.server.tables import MOVED, WHOLE
from sync.server.visibility import NOW, sees

Change = tuple[Row | None, Row, int]
"""A row as it was, if it was, as it is now, and the commit that changed it."""

_TENANT: BindParameter[str] = bindparam("tenant")
_THIS = (MOVED.c.tenant_id == _TENANT, MOVED.c.id == bindparam("row"))
_FORGET = delete(MOVED).where(*_THIS, MOVED.c.root_id.in_((bindparam("was"), bindparam("now"))))
_LEFT = select(MOVED.c.seq).where(*_THIS, MOVED.c.root_id == bindparam("root"))

LEFT_SINCE: Select[Any] = (
    select(MOVED.c.entity, MOVED.c.id, MOVED.c.root_id)
    .where(MOVED.c.tenant_id == _TENANT, MOVED.c.seq > bindparam("since", type_=WHOLE))
    .where(sees(MOVED.c.root_id, NOW))
    .order_by(MOVED.c.id, MOVED.c.root_id)
)
"""(entity, row, root it left) of rows gone after commit `since` from roots that `user` sees."""


def note_moves(connection: Connection, tenant: str, changes: Iterable[Change]) -> None:
    """Remember where rows went from; a root they came back to has nothing to be told any more."""
    moved = [
        (was, row, seq) for was, row, seq in changes
        if was is not None and not was.deleted and was.root_id != row.root_id
    ]  # fmt: skip
    if not moved:
        return
    about = [
        {"tenant": tenant, "row": row.id, "was": was.root_id, "now": row.root_id} for was, row, _ in moved
    ]
    connection.execute(_FORGET, about)
    noted = [
        {"tenant_id": tenant, "id": row.id, "root_id": was.root_id, "entity": name_of(row.entity), "seq": seq}
        for was, row, seq in moved
    ]
    connection.execute(insert(MOVED), noted)


def left_at(connection: Connection, tenant: str, row_id: str, root_id: str) -> int | None:
    """The commit at which a row went from a root where it is no longer; None where it never was there."""
    about = {"tenant": tenant, "row": row_id, "root": root_id}
    seq = connection.execute(_LEFT, about).scalar()
    return None if seq is None else int(seq)
