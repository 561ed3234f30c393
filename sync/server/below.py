"""Which rows hang below a row, level by level."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.domain.entity import Entity, name_of
from app.domain.registry import ENTITIES, parent_of
from sync.server.change_log import ChangeLog
from sync.server.log_rows import Row
from sync.server.tables import TABLES


def rows_below(log: ChangeLog, row: Row) -> list[Row]:
    """As this transaction would leave them; held from now on."""
    ids = [
        row_id
        for entity in _children(row.entity)
        for row_id in log.tables.scalars(_of(entity), {"tenant": log.tenant, "parent": row.id}).all()
    ]
    log.load(ids)
    standing = [child for row_id in ids if (child := log.row(row_id)) and not child.deleted]
    return standing + [deeper for child in standing for deeper in rows_below(log, child)]


@cache
def _children(entity: type[Entity]) -> list[type[Entity]]:
    return [child for child in ENTITIES if (parent_of(child) or ("", ""))[1] == name_of(entity)]


@cache
def _of(child: type[Entity]) -> Select[Any]:
    parent = parent_of(child)
    assert parent is not None
    table = TABLES[child]
    return select(table.c.id).where(
        table.c.tenant_id == bindparam("tenant"), table.c[parent[0]] == bindparam("parent")
    )
