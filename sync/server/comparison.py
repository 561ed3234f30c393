"""Answers a laptop that looks for the rows in which it differs from what its user may see.

Each answer is about the commit of the laptop's cursor, concerns only what the caller may see, and is
bounded: there is always a `last` to go on from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, Select, bindparam, func, or_, select

from sync.comparison import (
    BUCKETS,
    Ask,
    AskBuckets,
    AskContents,
    AskRoots,
    AskRows,
    BucketDigests,
    Contents,
    Found,
    RootDigests,
    RowHashes,
    bucket_of,
)
from sync.digest import Digest, content_hash, row_hash
from sync.protocol import SCHEMA, MalformedMessage
from sync.server.caller import Caller
from sync.server.cursors import Cursor, StaleCursor
from sync.server.pull import COLUMNS
from sync.server.tables import CLOCK, COMMIT, ROOT_DIGEST, ROW
from sync.server.visibility import NOW, lost, sees

MOST_ROOTS = 2_000
MOST_ROWS = 5_000
HASHED_AT_ONCE = 20_000  # rows, unless one root alone has more
_IN_PIECES = {"yield_per": 5_000}  # rows held in memory


def answer(connection: Connection, caller: Caller, ask: Ask) -> Found:
    """Raises StaleCursor where the cursor is of another history, MalformedMessage where it is none."""
    asker = _Asker(connection, caller, Cursor.from_token(ask.cursor))
    match ask:
        case AskRoots():
            return _roots(asker, ask)
        case AskBuckets():
            return _buckets(asker, ask)
        case AskRows():
            return _rows(asker, ask)
        case AskContents():
            return _contents(asker, ask)


class _Asker:
    """The caller at the commit of his cursor."""

    def __init__(self, connection: Connection, caller: Caller, cursor: Cursor) -> None:
        if not cursor.nonce or cursor.page:
            raise MalformedMessage("cursor")
        self._connection = connection
        self._said = {"tenant": caller.tenant, "user": caller.user, "at": cursor.seq}
        if self.one(_NONCE) != cursor.nonce:
            raise StaleCursor("sync.timeline_changed")

    def all(self, query: Select[Any], **values: object) -> Iterable[Any]:
        return self._connection.execute(query, self._said | values, execution_options=_IN_PIECES)

    def one(self, query: Select[Any]) -> Any:
        return self._connection.execute(query, self._said).scalar()


def _roots(asker: _Asker, ask: AskRoots) -> RootDigests:
    content = ask.content and ask.schema == SCHEMA
    found = list(asker.all(_ROOTS, after=ask.after, limit=MOST_ROOTS + 1))
    taken = found[:MOST_ROOTS]
    if content:
        taken = _as_many_as_are_hashed_at_once(taken)
    last = taken[-1].root_id if len(taken) < len(found) else ""
    kept = {root: Digest.of_halves(rows, low, high) for root, rows, low, high in taken}
    if content:
        rows = asker.all(_CONTENT, roots=list(kept))
        hashes = _hashes(rows, _content_of, _root_of)
        kept = {root: Digest.sum(hashes[root]) for root in kept if root in hashes}
    left = asker.all(_LEFT, until=asker.one(_HEAD))
    return RootDigests(content, kept, frozenset(row.root_id for row in left), last)


def _as_many_as_are_hashed_at_once(found: list[Any]) -> list[Any]:
    rows = 0
    for place, root in enumerate(found):
        rows += root.rows
        if place and rows > HASHED_AT_ONCE:
            return found[:place]
    return found


def _buckets(asker: _Asker, ask: AskBuckets) -> BucketDigests:
    rows = asker.all(_OF_ROOT, root=ask.root)
    by_bucket = _hashes(rows, _hasher(ask.content), lambda row: bucket_of(row.id))
    return BucketDigests(tuple(Digest.sum(by_bucket.get(bucket, ())) for bucket in range(BUCKETS)))


def _rows(asker: _Asker, ask: AskRows) -> RowHashes:
    ends = [f"{bucket:02x}" for bucket in ask.buckets]
    found = list(
        asker.all(_listed(some=bool(ends)), root=ask.root, ends=ends, after=ask.after, limit=MOST_ROWS + 1)
    )
    taken = found[:MOST_ROWS]
    hashed = _hasher(ask.content)
    return RowHashes(
        {(row.entity, row.id): hashed(row) for row in taken if not row.newer},
        frozenset((row.entity, row.id) for row in taken if row.newer),
        taken[-1].id if len(taken) < len(found) else "",
    )


def _contents(asker: _Asker, ask: AskContents) -> Contents:
    wanted = set(ask.rows)
    found = asker.all(_WHOLE, ids=sorted({row_id for _, row_id in wanted}))
    rows = [row for row in found if (row.entity, row.id) in wanted]
    lines = [
        ["put", row.entity, row.id, row.root_id, row.seq, row.rev, orjson.Fragment(row.payload)]
        for row in rows
        if not row.newer
    ]
    columns = {row.entity: tuple(COLUMNS[row.entity]) for row in rows}
    return Contents(columns, tuple(lines), frozenset((row.entity, row.id) for row in rows if row.newer))


def _hasher(content: bool) -> Callable[[Any], int]:
    return _content_of if content else _revision_of


def _content_of(row: Any) -> int:
    return content_hash(row.entity, row.id, row.rev, row.payload.encode())


def _revision_of(row: Any) -> int:
    return row_hash(row.entity, row.id, row.rev)


def _root_of(row: Any) -> Any:
    return row.root_id


def _hashes(
    rows: Iterable[Any], hashed: Callable[[Any], int], place: Callable[[Any], Any]
) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for row in rows:
        found[place(row)].append(hashed(row))
    return found


def _seq(name: str) -> Any:
    return bindparam(name, type_=BigInteger())


_AT = _seq("at")
_NEWER = (ROW.c.seq > _AT).label("newer")
_HEAD = select(CLOCK.c.seq).where(CLOCK.c.tenant_id == bindparam("tenant"))
_NONCE = select(COMMIT.c.nonce).where(COMMIT.c.tenant_id == bindparam("tenant"), COMMIT.c.seq == _AT)
_LEFT = lost(_AT, _seq("until"))
_ROOTS = (
    select(ROOT_DIGEST.c.root_id, ROOT_DIGEST.c.rows, ROOT_DIGEST.c.low, ROOT_DIGEST.c.high)
    .where(ROOT_DIGEST.c.tenant_id == bindparam("tenant"), ROOT_DIGEST.c.rows != 0)
    .where(ROOT_DIGEST.c.root_id > bindparam("after"), sees(ROOT_DIGEST.c.root_id, _AT, NOW))
    .order_by(ROOT_DIGEST.c.root_id)
    .limit(bindparam("limit"))
)
_SEEN = (
    select(ROW.c.root_id, ROW.c.entity, ROW.c.id, ROW.c.seq, ROW.c.rev, ROW.c.payload, _NEWER)
    .where(ROW.c.tenant_id == bindparam("tenant"), sees(ROW.c.root_id, _AT, NOW))
)  # fmt: skip
_CONTENT = (  # of roots that were just found to be seen: asking again row by row takes ten times as long
    select(ROW.c.root_id, ROW.c.entity, ROW.c.id, ROW.c.rev, ROW.c.payload)
    .where(ROW.c.tenant_id == bindparam("tenant"), ROW.c.deleted == 0)
    .where(ROW.c.root_id.in_(bindparam("roots", expanding=True)))
)
_OF_ROOT = _SEEN.where(ROW.c.deleted == 0, ROW.c.root_id == bindparam("root"))
_WHOLE = (
    _SEEN.where(or_(ROW.c.deleted == 0, ROW.c.seq > _AT))
    .where(ROW.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(ROW.c.id)
)


@cache
def _listed(some: bool) -> Select[Any]:
    """The rows of a root in order of id; `some`: only of certain buckets."""
    query = _SEEN.where(or_(ROW.c.deleted == 0, ROW.c.seq > _AT), ROW.c.root_id == bindparam("root"))
    query = query.where(ROW.c.id > bindparam("after")).order_by(ROW.c.id).limit(bindparam("limit"))
    return query.where(func.substr(ROW.c.id, 31, 2).in_(bindparam("ends", expanding=True))) if some else query
