"""Keeps the digest of each root up to date with the log, and adds them up for a caller.

A writing transaction adds what its rows became and takes away what they were, after the commit has its
number: from there on the tenant's writers follow one another.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Optional

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    bindparam,
    cast,
    delete,
    func,
    select,
    text,
)

from app.domain.entity import name_of
from sync.digest import Digest, halves, row_hash
from sync.server.batches import run_many
from sync.server.tables import GRANT, MEMBER, ROOT_DIGEST, ROW

if TYPE_CHECKING:
    from sync.server.log_rows import Row

Change = tuple[Optional["Row"], "Row"]
"""A row as it was, if it was, and as it is now."""

_IN_PIECES = {"yield_per": 5_000}  # rows held in memory


def note_changes(connection: Connection, tenant: str, changes: Iterable[Change]) -> None:
    """Rows were written to the log."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for before, after in changes:
        for row, sign in ((before, -1), (after, 1)):
            if row is not None and not row.deleted:
                _add(sums[row.root_id], name_of(row.entity), row.id, row.rev, sign)
    _write(connection, tenant, {root: parts for root, parts in sums.items() if any(parts)})


def seen_by(connection: Connection, tenant: str, user: str) -> Digest:
    """The digest of all living rows a user may see now; a root held through two scopes counts once."""
    found = connection.execute(_SEEN, {"tenant": tenant, "user": user}).one()
    return Digest.of_halves(int(found.rows or 0), int(found.low or 0), int(found.high or 0))


def count_anew(connection: Connection, tenant: str) -> dict[str, Digest]:
    """The digest of each root that has living rows, by the log itself."""
    return {root: Digest.of_halves(*parts) for root, parts in _counted(connection, tenant).items()}


def kept(connection: Connection, tenant: str) -> dict[str, Digest]:
    """The digest of each root that has living rows, as it was kept."""
    query = select(ROOT_DIGEST).where(ROOT_DIGEST.c.tenant_id == tenant, ROOT_DIGEST.c.rows != 0)
    return {
        found.root_id: Digest.of_halves(found.rows, found.low, found.high)
        for found in connection.execute(query)
    }


def rewrite(connection: Connection, tenant: str) -> None:
    """Replace what was kept by what the log says; the tenant's clock must be held."""
    connection.execute(delete(ROOT_DIGEST).where(ROOT_DIGEST.c.tenant_id == tenant))
    _write(connection, tenant, _counted(connection, tenant))


def _counted(connection: Connection, tenant: str) -> dict[str, list[int]]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    query = select(ROW.c.root_id, ROW.c.entity, ROW.c.id, ROW.c.rev).where(
        ROW.c.tenant_id == tenant, ROW.c.deleted == 0
    )
    for root_id, entity, row_id, rev in connection.execute(query, execution_options=_IN_PIECES):
        _add(sums[root_id], entity, row_id, rev, 1)
    return sums


def _add(parts: list[int], entity: str, row_id: str, rev: int, sign: int) -> None:
    low, high = halves(row_hash(entity, row_id, rev))
    parts[0] += sign
    parts[1] += sign * low
    parts[2] += sign * high


def _write(connection: Connection, tenant: str, sums: dict[str, list[int]]) -> None:
    added = [
        {"tenant": tenant, "root": root, "rows": rows, "low": low, "high": high}
        for root, (rows, low, high) in sorted(sums.items())
    ]
    run_many(connection, _ADD, added)


_ADD = text(
    "INSERT INTO sync_root_digest (tenant_id, root_id, rows, low, high)"
    " VALUES (:tenant, :root, :rows, :low, :high)"
    " ON CONFLICT (tenant_id, root_id) DO UPDATE SET"
    " rows = sync_root_digest.rows + excluded.rows,"
    " low = sync_root_digest.low + excluded.low,"
    " high = sync_root_digest.high + excluded.high"
)


def _seen() -> Select[Any]:
    """From the scopes the user holds to their roots, so that what others hold costs nothing."""
    held = select(GRANT.c.scope).where(
        GRANT.c.tenant_id == _TENANT, GRANT.c.user_id == bindparam("user"), GRANT.c.out_seq.is_(None)
    )
    roots = select(MEMBER.c.root_id).where(
        MEMBER.c.tenant_id == _TENANT, MEMBER.c.scope.in_(held), MEMBER.c.out_seq.is_(None)
    )
    table = ROOT_DIGEST
    sums: list[Any] = [cast(func.sum(table.c[part]), BigInteger).label(part) for part in _PARTS]
    return select(*sums).where(table.c.tenant_id == _TENANT, table.c.root_id.in_(roots))


_TENANT: BindParameter[str] = bindparam("tenant")
_PARTS = ("rows", "low", "high")
_SEEN = _seen()
