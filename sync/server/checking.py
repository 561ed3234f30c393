"""Looks whether the database is sound: history without gaps, and tables that agree with the log."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from app.domain.entity import Entity, fields, name_of
from app.domain.registry import ENTITIES
from app.language import msgid
from sync.digest import Digest
from sync.server import root_digests
from sync.server.log_rows import encode
from sync.server.log_writer import head
from sync.server.quarantine import set_aside
from sync.server.tables import CLOCK, COMMIT, ROW, TABLES

_IN_PIECES = {"yield_per": 1000}  # rows held in memory


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `text` with its facts says what was found."""

    sound: bool
    text: str
    facts: dict[str, object] = field(default_factory=dict)


def check(connection: Connection, tenant: str) -> Iterator[Finding]:
    """Everything there is to look at, in one moment of the database."""
    yield _history(connection, tenant)
    yield _nothing_set_aside(connection, tenant)
    for entity in ENTITIES:
        yield _agreement(connection, tenant, entity)
    yield _digests(connection, tenant)


def differing(connection: Connection, tenant: str, entity: type[Entity]) -> set[str]:
    """The rows of which the log and the table do not say the same."""
    logged, stored = _logged(connection, tenant, entity), _stored(connection, tenant, entity)
    return {row for row in logged.keys() | stored.keys() if logged.get(row) != stored.get(row)}


def _nothing_set_aside(connection: Connection, tenant: str) -> Finding:
    count = len(set_aside(connection, tenant))
    if not count:
        return Finding(True, msgid("No change is set aside."))
    return Finding(False, msgid("{count} changes are set aside; see “quarantine list”."), {"count": count})


def _history(connection: Connection, tenant: str) -> Finding:
    """Commits from the horizon to the head are all there, and no row claims a later one."""
    newest = head(connection, tenant)
    horizon = connection.scalars(select(CLOCK.c.horizon).where(CLOCK.c.tenant_id == tenant)).one()
    kept = select(func.count()).where(COMMIT.c.tenant_id == tenant, COMMIT.c.seq >= horizon)
    commits = connection.execute(kept).scalar_one()
    last = connection.execute(select(func.max(ROW.c.seq)).where(ROW.c.tenant_id == tenant)).scalar() or 0
    facts: dict[str, object] = {"commits": commits, "head": newest, "last": last}
    if commits == newest + 1 - horizon and last <= newest:
        return Finding(True, msgid("History: {head} commits without a gap."), facts)
    return Finding(
        False, msgid("History: {commits} commits up to number {head}; newest row of {last}."), facts
    )


def _agreement(connection: Connection, tenant: str, entity: type[Entity]) -> Finding:
    """The log's living rows and the table's have the same digest and the same contents."""
    logged, stored = _logged(connection, tenant, entity), _stored(connection, tenant, entity)
    facts: dict[str, object] = {
        "entity": name_of(entity), "count": len(stored),
        "log": Digest.of(name_of(entity), ((row, rev) for row, (rev, _) in logged.items())).to_wire(),
        "table": Digest.of(name_of(entity), ((row, rev) for row, (rev, _) in stored.items())).to_wire(),
    }  # fmt: skip
    if logged == stored:
        return Finding(True, msgid("{entity}: {count} rows agree with the log."), facts)
    different = [row for row in logged.keys() | stored.keys() if logged.get(row) != stored.get(row)]
    facts |= {"different": len(different), "example": min(different)}
    return Finding(
        False,
        msgid(
            "{entity}: {different} rows differ from the log, such as {example} (log {log}, table {table})."
        ),
        facts,
    )


def _digests(connection: Connection, tenant: str) -> Finding:
    """What laptops compare themselves with is what the log adds up to."""
    noted, right = root_digests.kept(connection, tenant), root_digests.count_anew(connection, tenant)
    wrong = [root for root in noted.keys() | right.keys() if noted.get(root) != right.get(root)]
    if not wrong:
        return Finding(True, msgid("Digests: {count} roots agree with the log."), {"count": len(right)})
    facts: dict[str, object] = {"different": len(wrong), "example": min(wrong)}
    return Finding(False, msgid("Digests: {different} roots differ from the log, such as {example}."), facts)


def _logged(connection: Connection, tenant: str, entity: type[Entity]) -> dict[str, tuple[int, int]]:
    query = select(ROW.c.id, ROW.c.root_id, ROW.c.rev, ROW.c.payload).where(
        ROW.c.tenant_id == tenant, ROW.c.entity == name_of(entity), ROW.c.deleted == 0
    )
    found = connection.execute(query, execution_options=_IN_PIECES)
    return {row.id: (row.rev, hash((row.root_id, row.payload))) for row in found}


def _stored(connection: Connection, tenant: str, entity: type[Entity]) -> dict[str, tuple[int, int]]:
    """Contents as a hash: a hundred thousand rows would not need to be in memory whole."""
    table, names = TABLES[entity], list(fields(entity))
    query = select(table).where(table.c.tenant_id == tenant)
    found = connection.execute(query, execution_options=_IN_PIECES).mappings()
    return {
        row["id"]: (row["rev"], hash((row["root_id"], encode(entity, {name: row[name] for name in names}))))
        for row in found
    }
