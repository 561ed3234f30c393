"""Publishes what somebody changed in the tables behind the log's back, so that laptops hear of it.

The tables are taken to be what was meant; revisions and roots are the log's to say. A row that breaks a
rule is left as it is and named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select, update

from app.domain.entity import CATALOGUE, Entity, fields
from app.domain.errors import RuleViolation
from app.domain.registry import ENTITIES, own_root, parent_of
from sync.protocol import Values
from sync.server.change_log import Author, ChangeLog
from sync.server.checking import differing
from sync.server.intake import check_whole
from sync.server.intervals import CHUNK
from sync.server.log_rows import Row
from sync.server.root_digests import rewrite
from sync.server.tables import CLOCK, TABLES

Stored = Mapping[str, Any]
"""A row of a table."""


@dataclass
class Mended:
    """How many rows were published anew, and the ids of those that cannot be."""

    published: int = 0
    refused: list[str] = field(default_factory=list)


def mend(connection: Connection, tenant: str) -> Mended:
    """Within a writing transaction; one commit, whatever was found."""
    log, mended = ChangeLog(connection, tenant, Author()), Mended()
    for entity in ENTITIES:
        ids = sorted(differing(connection, tenant, entity))
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            log.load(chunk)  # from here on nobody else writes them
            stored = _stored(connection, tenant, entity, chunk)
            for row_id in chunk:
                try:
                    _publish(connection, log, entity, row_id, stored.get(row_id))
                except RuleViolation:
                    mended.refused.append(row_id)
    mended.published = len(list(log.touched))
    log.commit()
    connection.execute(select(CLOCK).where(CLOCK.c.tenant_id == tenant).with_for_update())
    rewrite(connection, tenant)
    return mended


def _stored(connection: Connection, tenant: str, entity: type[Entity], ids: list[str]) -> dict[str, Stored]:
    table = TABLES[entity]
    query = select(table).where(table.c.tenant_id == tenant, table.c.id.in_(ids))
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def _publish(
    connection: Connection,
    log: ChangeLog,
    entity: type[Entity],
    row_id: str,
    stored: Stored | None,
) -> None:
    row = log.row(row_id)
    if stored is None:
        if row is not None and not row.deleted:
            log.delete(row)
        return
    values: Values = {name: stored[name] for name in fields(entity)}
    check_whole(entity, values)
    table = TABLES[entity]
    here = (table.c.tenant_id == log.tenant, table.c.id == row_id)
    if row is None or row.deleted:
        root_id = _root_of(log, entity, row_id, values, row)
        connection.execute(delete(table).where(*here))  # the log writes it again
        log.create(entity, row_id, root_id, values)
        return
    connection.execute(update(table).where(*here).values(rev=row.rev, root_id=row.root_id))
    log.change(row, values)


def _root_of(log: ChangeLog, entity: type[Entity], row_id: str, values: Values, row: Row | None) -> str:
    """Where a row belongs that the log does not know, or no longer."""
    parent = parent_of(entity)
    if row is not None and row.entity is not entity:
        raise RuleViolation("row.exists")
    own = own_root(entity, UUID(row_id))
    if own is not None or parent is None:
        return (own or CATALOGUE).hex
    above = log.row(str(values.get(parent[0])))
    if above is None or above.deleted:
        raise RuleViolation("record.parent_missing")
    return above.root_id
