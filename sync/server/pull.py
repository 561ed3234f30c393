"""What a laptop has not seen yet, page by page, as bytes ready to send.

A pull pins the commit at which its first page was cut, `start`. Its pages hold, in the order of
(seq, id), the rows of roots visible at `start`: all rows of a root not visible at the cursor, newer
ones of the others. A root lost under way makes the pages stale, so whatever was visible at `start`
still is when the last page is cut; one gained under way is left to the pull after (`again`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache
from heapq import merge
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, Row, Select, bindparam, exists, or_, select, tuple_

from app.domain.entity import fields, name_of
from app.domain.registry import ENTITIES
from sync.digest import Digest
from sync.pages import own_mark
from sync.protocol import SCHEMA, Status
from sync.server.caller import Caller
from sync.server.cursors import Cursor, Page, StaleCursor
from sync.server.moves import LEFT_SINCE
from sync.server.root_digests import seen_by
from sync.server.tables import CLOCK, COMMIT, DEVICE, LEDGER, ROW, TENANT
from sync.server.visibility import NOW, gained, lost, sees

PAGE_ROWS = 2_000
MAX_PAGE_ROWS = 10_000
MAX_RESULTS = 500
_LAST = "z"  # sorts after every id

COLUMNS = {name_of(entity): list(fields(entity)) for entity in ENTITIES}

Line = Row[Any]


@dataclass(frozen=True)
class Pulled:
    """A page: lines of JSON, ready to send. Without `news` it says what its reader knows already."""

    body: bytes
    rows: int
    complete: bool
    news: bool = True


@dataclass(frozen=True)
class _Now:
    """What one look at the database tells before any row is read."""

    head: int
    nonce: str
    timeline: str
    acked: int


def pull(
    connection: Connection, caller: Caller, token: str = "", *, settled: int = 0, limit: int = PAGE_ROWS,
    own: bool = False, digest: bool = False,
) -> Pulled:  # fmt: skip
    """The next page after `token`, and results of the device's mutations numbered above `settled`.

    With `own`, rows that the device itself wrote last come as their marks alone; with `digest`, the last
    page says what its reader then holds in all, which costs a look at every root he sees.
    Raises StaleCursor where the token is of another history, or its pages can no longer be used.
    """
    cursor = Cursor.from_token(token)
    limit = max(1, min(limit, MAX_PAGE_ROWS))
    ask = _Ask(connection, caller)
    now = _look(ask, cursor)
    results = ask.all(_RESULTS, settled=settled) if now.acked > settled else []
    if cursor.page is None and not cursor.loaded and cursor.nonce and now.head == cursor.seq:
        known = _answer(caller, now, cursor, [], results=results)
        return replace(known, news=now.acked != settled)
    start = cursor.page.start if cursor.page else now.head
    if start != now.head and ask.any(_LOST, since=start, until=now.head):
        raise StaleCursor("sync.pages_stale")
    since = cursor.seq or start
    [besides] = ask.rows(_BESIDES, since=since, until=start, settled=settled)
    rows = _rows(ask, cursor, start=start, head=now.head, limit=limit, widened=besides.gained)
    writer = caller.device if own and cursor.seq else None
    if len(rows) == limit:
        page = Page(start, rows[-1].seq, rows[-1].id, now.head, now.nonce)
        return _answer(caller, now, Cursor(cursor.seq, cursor.nonce, page), rows, writer=writer)
    outs = sorted(ask.all(_LOST, since=since, until=start)) if besides.lost else []
    gone = ask.rows(LEFT_SINCE, since=since) if besides.gone else []
    again = start != now.head and ask.any(_GAINED, since=start)
    end = Cursor(start, ask.one(_NONCE, seq=start)) if again else Cursor(now.head, now.nonce)
    if besides.taken:
        results = [*results, *ask.all(_TAKEN_AGAIN, settled=settled)]
    numbers = {row.device_id: row.last_n for row in ask.rows(_NUMBERS)}
    held = seen_by(connection, caller.tenant, caller.user) if digest and not again else None
    return _answer(
        caller, now, end, rows, outs=outs, gone=gone, results=results, again=again, numbers=numbers,
        digest=held, writer=writer,
    )  # fmt: skip


class _Ask:
    """Runs prepared statements for one caller: building them anew would take longer than running them."""

    def __init__(self, connection: Connection, caller: Caller) -> None:
        self._connection = connection
        self._caller = {"tenant": caller.tenant, "user": caller.user, "device": caller.device}

    def rows(self, query: Select[*tuple[Any, ...]], **values: object) -> list[Line]:
        return list(self._connection.execute(query, self._caller | values))

    def all(self, query: Select[Any], **values: object) -> list[str]:
        return list(self._connection.scalars(query, self._caller | values))

    def one(self, query: Select[Any], **values: object) -> Any:
        return self._connection.execute(query, self._caller | values).scalar_one()

    def any(self, query: Select[Any], **values: object) -> bool:
        return self._connection.execute(query, self._caller | values).first() is not None


def _seq(name: str) -> Any:
    return bindparam(name, type_=BigInteger())


def _nonce_at(seq: Any) -> Select[Any]:
    return select(COMMIT.c.nonce).where(COMMIT.c.tenant_id == bindparam("tenant"), COMMIT.c.seq == seq)


_LOST = lost(_seq("since"), _seq("until"))
_GAINED = gained(_seq("since")).limit(1)
_NONCE = _nonce_at(_seq("seq"))
# Answers that may have been lost on their way.
_RESULTS = (
    select(LEDGER.c.result)
    .where(LEDGER.c.tenant_id == bindparam("tenant"), LEDGER.c.device_id == bindparam("device"))
    .where(LEDGER.c.n > _seq("settled"))
    .order_by(LEDGER.c.n)
    .limit(MAX_RESULTS)
)
# Mutations that were set aside and have another result since; also those done under another id.
_TAKEN_AGAIN = (
    select(LEDGER.c.result)
    .where(LEDGER.c.tenant_id == bindparam("tenant"), LEDGER.c.user_id == bindparam("user"))
    .where(or_(LEDGER.c.device_id != bindparam("device"), LEDGER.c.n <= _seq("settled")))
    .where(LEDGER.c.body.is_not(None), LEDGER.c.result.not_like(f'%"{Status.QUARANTINED.value}"%'))
    .order_by(LEDGER.c.device_id, LEDGER.c.n)
    .limit(MAX_RESULTS)
)
# Mostly there is none of them; this is asked first, at once.
_BESIDES = select(
    exists(_GAINED).label("gained"),
    exists(_LOST).label("lost"),
    exists(LEFT_SINCE).label("gone"),
    exists(_TAKEN_AGAIN).label("taken"),
)
# Of all laptops of this person: one that got another id still knows what it did under the old one.
_NUMBERS = (
    select(DEVICE.c.device_id, DEVICE.c.last_n)
    .where(DEVICE.c.tenant_id == bindparam("tenant"), DEVICE.c.user_id == bindparam("user"))
    .order_by(DEVICE.c.device_id)
)
_ACKED = select(DEVICE.c.last_n).where(
    DEVICE.c.tenant_id == bindparam("tenant"), DEVICE.c.device_id == bindparam("device")
)
# Where nothing has changed, this is all a pull costs.
_LOOK = (
    select(
        CLOCK.c.seq,
        CLOCK.c.horizon,
        TENANT.c.timeline,
        _nonce_at(CLOCK.c.seq).scalar_subquery().label("head_nonce"),
        _nonce_at(_seq("cursor")).scalar_subquery().label("cursor_nonce"),
        _nonce_at(_seq("page_head")).scalar_subquery().label("page_nonce"),
        _ACKED.scalar_subquery().label("acked"),
    )
    .join_from(CLOCK, TENANT, CLOCK.c.tenant_id == TENANT.c.tenant_id)
    .where(CLOCK.c.tenant_id == bindparam("tenant"))
)


def _look(ask: _Ask, cursor: Cursor) -> _Now:
    page_head = cursor.page.head if cursor.page else cursor.seq
    [found] = ask.rows(_LOOK, cursor=cursor.seq, page_head=page_head)
    if 0 < cursor.seq < found.horizon:  # only after this is its nonce worth a look: it may be gone
        raise StaleCursor("sync.cursor_too_old")
    if cursor.page and cursor.page.start < found.horizon:
        raise StaleCursor("sync.pages_stale")
    if cursor.nonce and cursor.nonce != found.cursor_nonce:
        raise StaleCursor("sync.timeline_changed")
    if cursor.page and cursor.page.nonce != found.page_nonce:
        raise StaleCursor("sync.pages_stale")
    return _Now(found.seq, found.head_nonce, found.timeline, found.acked or 0)


class _Which(Enum):
    """Rows of roots new to the caller at zero, or since, and newer rows of those he knows."""

    FIRST = auto()
    NEWS = auto()
    GAINED = auto()


@cache
def _page_query(which: _Which, later: bool) -> Select[Any]:
    """`later` pages are held against the moment the pull began as well."""
    order, root_id = (ROW.c.seq, ROW.c.id), ROW.c.root_id
    seen = [NOW, _seq("start")] if later else [NOW]
    state = (ROW.c.seq, ROW.c.rev, ROW.c.deleted, ROW.c.payload, ROW.c.device_id)
    query = (
        select(ROW.c.entity, ROW.c.id, root_id, *state)
        .where(ROW.c.tenant_id == bindparam("tenant"))
        .where(tuple_(*order) > tuple_(_seq("after_seq"), bindparam("after_id")))
        .order_by(*order)
        .limit(bindparam("limit"))
    )
    if which is _Which.NEWS:
        return query.where(sees(root_id, _seq("since"), *seen))
    # What was deleted before the pull began was never sent; after that it may have been.
    query = query.where(or_(ROW.c.deleted == 0, ROW.c.seq > _seq("start")), sees(root_id, *seen))
    return query if which is _Which.FIRST else query.where(root_id.in_(gained(_seq("since"))))


def _rows(ask: _Ask, cursor: Cursor, *, start: int, head: int, limit: int, widened: bool) -> list[Line]:
    """The rows of the page, in order; `widened`: roots came into view since the cursor."""
    after = (cursor.page.seq, cursor.page.id) if cursor.page else (0, "")

    def run(which: _Which, after: tuple[int, str], **values: int) -> list[Line]:
        query = _page_query(which, later=start != head)
        return ask.rows(query, after_seq=after[0], after_id=after[1], start=start, limit=limit, **values)

    if not cursor.seq:
        return run(_Which.FIRST, after)
    news = run(_Which.NEWS, max(after, (cursor.seq, _LAST)), since=cursor.seq)
    if not widened:
        return news
    also = run(_Which.GAINED, after, since=cursor.seq)
    return list(merge(news, also, key=attrgetter("seq", "id")))[:limit]


def _answer(
    caller: Caller, now: _Now, cursor: Cursor, rows: Sequence[Line], *, outs: Sequence[str] = (),
    gone: Sequence[Line] = (), results: Sequence[str] = (), again: bool = False,
    numbers: Mapping[str, int] | None = None, digest: Digest | None = None, writer: str | None = None,
) -> Pulled:  # fmt: skip
    complete = cursor.page is None
    said = [_line(row, writer) for row in rows]
    whole = [row.entity for row, line in zip(rows, said, strict=True) if line.startswith('["put"')]
    columns = {entity: COLUMNS[entity] for entity in dict.fromkeys(whole)}
    end: dict[str, Any] = {
        "cursor": cursor.to_token(), "complete": complete, "again": again, "head": now.head,
        "acked": {caller.device: now.acked, **(numbers or {})},
    }  # fmt: skip
    if digest is not None:
        end["digest"] = digest.to_wire()
    header = {"schema": SCHEMA, "columns": columns, "timeline": now.timeline}
    lines = [
        orjson.dumps(["hdr", header]).decode(),
        *said,
        *(f'["out","{root_id}"]' for root_id in outs),
        *(f'["gone","{row.entity}","{row.id}","{row.root_id}"]' for row in gone),
        *(f'["res",{result}]' for result in results),
        orjson.dumps(["end", end]).decode(),
    ]
    return Pulled(("\n".join(lines) + "\n").encode(), len(rows), complete)


def _line(row: Line, writer: str | None) -> str:
    """Names and ids are ours and need no quoting; the payload was encoded when it was written."""
    entity, row_id, root_id, seq, rev, deleted, payload, device = tuple(row)
    if deleted:
        return f'["del","{entity}","{row_id}","{root_id}",{seq},{rev}]'
    if device == writer and writer:
        mark = own_mark(entity, row_id, root_id, rev, payload)
        return f'["own","{entity}","{row_id}",{rev},"{mark}"]'
    return f'["put","{entity}","{row_id}","{root_id}",{seq},{rev},{payload}]'
