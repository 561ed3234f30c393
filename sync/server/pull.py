"""What a laptop has not seen yet, page by page, as bytes ready to send.

A pull pins the commit at which its first page was cut, `start`. Its pages hold, in the order of
(seq, id), the rows of roots visible at `start`: all rows of a root not visible at the cursor, newer
ones of the others. A root lost under way makes the pages stale, so whatever was visible at `start`
still is when the last page is cut; one gained under way is left to the pull after (`again`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, and_, func, or_, select, tuple_

from app.domain.entity import fields, name_of
from app.domain.registry import ENTITIES
from sync.protocol import SCHEMA
from sync.server.caller import Caller
from sync.server.cursors import Cursor, Page, StaleCursor
from sync.server.tables import CLOCK, COMMIT, DEVICE, LEDGER, ROW, TENANT
from sync.server.visibility import Sight

PAGE_ROWS = 2_000
MAX_PAGE_ROWS = 10_000
MAX_RESULTS = 500
_LAST = "z"  # sorts after every id

COLUMNS = {name_of(entity): list(fields(entity)) for entity in ENTITIES}

Line = Row[Any]


@dataclass(frozen=True)
class Pulled:
    """A page: lines of JSON, ready to send."""

    body: bytes
    rows: int
    complete: bool


@dataclass(frozen=True)
class _Now:
    """What one look at the database tells before any row is read."""

    head: int
    nonce: str
    timeline: str
    acked: int


def pull(
    connection: Connection, caller: Caller, token: str = "", *, settled: int = 0, limit: int = PAGE_ROWS
) -> Pulled:
    """The next page after `token`, and results of the device's mutations numbered above `settled`.

    Raises StaleCursor where the token is of another history, or its pages can no longer be used.
    """
    cursor = Cursor.from_token(token)
    limit = max(1, min(limit, MAX_PAGE_ROWS))
    now = _look(connection, caller, cursor)
    results = _results(connection, caller, settled) if now.acked > settled else []
    if cursor.page is None and cursor.nonce and now.head == cursor.seq:
        return _answer(caller, now, cursor, [], results=results)
    sight = Sight(caller.tenant, caller.user)
    start = cursor.page.start if cursor.page else now.head
    if start != now.head and _any(connection, sight.lost(start, now.head)):
        raise StaleCursor("sync.pages_stale")
    rows = _rows(connection, sight, cursor, start=start, head=now.head, limit=limit)
    if len(rows) == limit:
        page = Page(start, rows[-1].seq, rows[-1].id, now.head, now.nonce)
        total = _count(connection, sight) if not token else None
        return _answer(caller, now, Cursor(cursor.seq, cursor.nonce, page), rows, total=total)
    outs = list(connection.scalars(sight.lost(cursor.seq, start))) if cursor.seq else []
    again = start != now.head and _any(connection, sight.gained(start))
    end = Cursor(start, _nonce(connection, caller, start)) if again else Cursor(now.head, now.nonce)
    return _answer(caller, now, end, rows, outs=outs, results=results, again=again)


def _look(connection: Connection, caller: Caller, cursor: Cursor) -> _Now:
    """One statement: where nothing has changed it is all a pull costs."""

    def nonce_at(seq: Any) -> Any:
        found = select(COMMIT.c.nonce).where(COMMIT.c.tenant_id == caller.tenant, COMMIT.c.seq == seq)
        return found.scalar_subquery()

    device = (DEVICE.c.tenant_id == caller.tenant, DEVICE.c.device_id == caller.device)
    page_head = cursor.page.head if cursor.page else cursor.seq
    query = select(
        CLOCK.c.seq,
        TENANT.c.timeline,
        nonce_at(CLOCK.c.seq).label("head_nonce"),
        nonce_at(cursor.seq).label("cursor_nonce"),
        nonce_at(page_head).label("page_nonce"),
        select(DEVICE.c.last_n).where(*device).scalar_subquery().label("acked"),
    ).join_from(CLOCK, TENANT, CLOCK.c.tenant_id == TENANT.c.tenant_id)
    found = connection.execute(query.where(CLOCK.c.tenant_id == caller.tenant)).one()
    if cursor.nonce and cursor.nonce != found.cursor_nonce:
        raise StaleCursor("sync.timeline_changed")
    if cursor.page and cursor.page.nonce != found.page_nonce:
        raise StaleCursor("sync.pages_stale")
    return _Now(found.seq, found.head_nonce, found.timeline, found.acked or 0)


def _rows(
    connection: Connection, sight: Sight, cursor: Cursor, *, start: int, head: int, limit: int
) -> list[Line]:
    """The rows of the page in order: those of roots new to the caller, and news of the others."""
    after = (cursor.page.seq, cursor.page.id) if cursor.page else (0, "")
    seen = (None,) if start == head else (None, start)
    root = ROW.c.root_id
    gained = select(ROW).where(or_(ROW.c.deleted == 0, ROW.c.seq > start), sight.sees(root, *seen))
    if not cursor.seq:
        return _run(connection, sight, gained, after, limit)
    news = select(ROW).where(sight.sees(root, cursor.seq, *seen))
    rows = _run(connection, sight, news, max(after, (cursor.seq, _LAST)), limit)
    new_roots = sight.gained(cursor.seq)
    if _any(connection, new_roots):
        also = _run(connection, sight, gained.where(root.in_(new_roots)), after, limit)
        rows = list(merge(rows, also, key=attrgetter("seq", "id")))[:limit]
    return rows


def _run(
    connection: Connection, sight: Sight, query: Select[Any], after: tuple[int, str], limit: int
) -> list[Line]:
    order = (ROW.c.seq, ROW.c.id)
    here = and_(ROW.c.tenant_id == sight.tenant, tuple_(*order) > tuple_(*after))
    columns = (ROW.c.entity, ROW.c.id, ROW.c.root_id, ROW.c.seq, ROW.c.rev, ROW.c.deleted, ROW.c.payload)
    query = query.with_only_columns(*columns, maintain_column_froms=True).where(here)
    return list(connection.execute(query.order_by(*order).limit(limit)))


def _results(connection: Connection, caller: Caller, settled: int) -> Sequence[str]:
    """Answers that may have been lost on their way."""
    query = select(LEDGER.c.result).where(
        LEDGER.c.tenant_id == caller.tenant, LEDGER.c.device_id == caller.device, LEDGER.c.n > settled
    )
    return connection.scalars(query.order_by(LEDGER.c.n).limit(MAX_RESULTS)).all()


def _count(connection: Connection, sight: Sight) -> int:
    """How many rows a first pull will bring."""
    here = (ROW.c.tenant_id == sight.tenant, ROW.c.deleted == 0)
    query = select(func.count()).select_from(ROW).where(*here, sight.sees(ROW.c.root_id, None))
    return int(connection.execute(query).scalar_one())


def _any(connection: Connection, query: Select[Any]) -> bool:
    return connection.execute(query.order_by(None).limit(1)).first() is not None


def _nonce(connection: Connection, caller: Caller, seq: int) -> str:
    found = select(COMMIT.c.nonce).where(COMMIT.c.tenant_id == caller.tenant, COMMIT.c.seq == seq)
    return str(connection.execute(found).scalar_one())


def _answer(
    caller: Caller, now: _Now, cursor: Cursor, rows: Sequence[Line], *, outs: Sequence[str] = (),
    results: Sequence[str] = (), again: bool = False, total: int | None = None,
) -> Pulled:  # fmt: skip
    complete = cursor.page is None
    columns = {entity: COLUMNS[entity] for entity in dict.fromkeys(row.entity for row in rows)}
    end: dict[str, Any] = {
        "cursor": cursor.to_token(), "complete": complete, "again": again, "head": now.head,
        "acked": {caller.device: now.acked},
    }  # fmt: skip
    if total is not None:
        end["total"] = total
    header = {"schema": SCHEMA, "columns": columns, "timeline": now.timeline}
    lines = [
        orjson.dumps(["hdr", header]).decode(),
        *map(_line, rows),
        *(f'["out","{root_id}"]' for root_id in outs),
        *(f'["res",{result}]' for result in results),
        orjson.dumps(["end", end]).decode(),
    ]
    return Pulled(("\n".join(lines) + "\n").encode(), len(rows), complete)


def _line(row: Line) -> str:
    """Names and ids are ours and need no quoting; the payload was encoded when it was written."""
    entity, row_id, root_id, seq, rev, deleted, payload = tuple(row)
    if deleted:
        return f'["del","{entity}","{row_id}","{root_id}",{seq},{rev}]'
    return f'["put","{entity}","{row_id}","{root_id}",{seq},{rev},{payload}]'
