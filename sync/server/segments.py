"""Cuts what a user may see at one moment into segments: whole customers, ready to be loaded one by one.

A segment is compressed lines of the form a pull has, parents before children, under the hash of its
bytes. Where one ends depends on the customers in it more than on those before, so that most segments
of two cuts are the same although something changed in between.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import zstandard
from sqlalchemy import BigInteger, Connection, bindparam, func, select

from app.domain.entity import fields, name_of
from app.domain.registry import ENTITIES
from sync.protocol import SCHEMA
from sync.server.caller import Caller
from sync.server.priority import Part, in_order
from sync.server.tables import ROW
from sync.server.visibility import visible

SMALL, LARGE, GIANT = 1_000_000, 2_000_000, 8_000_000
"""Characters: a segment may end when it is SMALL and must when it is LARGE; a customer is spread over
several only when he is GIANT."""

LEVEL = 3
_FETCH = 2_000
_PLACES = {name_of(entity): place for place, entity in enumerate(ENTITIES)}
_COLUMNS = {name_of(entity): list(fields(entity)) for entity in ENTITIES}
_AT = bindparam("moment", type_=BigInteger())


@dataclass(frozen=True)
class Segment:
    """What a manifest says of one."""

    sha256: str
    rows: int
    size: int
    part: Part


def count(connection: Connection, caller: Caller, moment: int) -> int:
    """About how many rows there will be; it also counts what was deleted, to read no row for it."""
    return int(connection.execute(_COUNT, _whose(caller) | {"moment": moment}).scalar_one())


def cut(connection: Connection, caller: Caller, moment: int, today: date) -> Iterator[tuple[Segment, bytes]]:
    """Segment after segment, of the roots visible at commit `moment` with their rows as they are now."""
    draft = _Draft(Part.FIRST)
    for stretch in in_order(connection, caller, moment, today):
        if stretch.begins:
            yield from draft.close()
            draft = _Draft(stretch.part)
        yield from _fill(draft, connection, caller, stretch.roots)
    yield from draft.close()


def _fill(
    draft: "_Draft", connection: Connection, caller: Caller, roots: tuple[str, ...]
) -> Iterator[tuple[Segment, bytes]]:
    asked = connection.execution_options(yield_per=_FETCH).execute(
        _ROWS, {"tenant": caller.tenant, "roots": roots}
    )
    last = ""
    for entity, row_id, root_id, seq, rev, payload in asked:
        ended = root_id != last
        if draft.size >= SMALL and ((ended and draft.may_end(last)) or draft.size >= GIANT):
            yield from draft.close()
        last = root_id
        draft.add(entity, row_id, f'["put","{entity}","{row_id}","{root_id}",{seq},{rev},{payload}]')


class _Draft:
    """The segment under way. Names and ids are ours and need no quoting."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._lines: list[tuple[int, str, str]] = []
        self.size = 0

    def add(self, entity: str, row_id: str, line: str) -> None:
        self._lines.append((_PLACES[entity], row_id, line))
        self.size += len(line)

    def may_end(self, root_id: str) -> bool:
        """After this customer: one in sixteen says so himself, else it has grown large enough."""
        return self.size >= LARGE or root_id.endswith("0")

    def close(self) -> Iterator[tuple[Segment, bytes]]:
        """The finished segment, if there is anything in it; the next one begins."""
        if not self._lines:
            return
        self._lines.sort()
        places = sorted({place for place, _, _ in self._lines})
        named = [name_of(ENTITIES[place]) for place in places]
        header = {"schema": SCHEMA, "columns": {name: _COLUMNS[name] for name in named}, "timeline": ""}
        lines = [orjson.dumps(["hdr", header]).decode(), *(line for _, _, line in self._lines)]
        content = zstandard.ZstdCompressor(level=LEVEL).compress("\n".join(lines).encode())
        segment = Segment(hashlib.sha256(content).hexdigest(), len(self._lines), len(content), self._part)
        self._lines = []
        self.size = 0
        yield segment, content


def _whose(caller: Caller) -> dict[str, Any]:
    return {"tenant": caller.tenant, "user": caller.user}


_COUNT = select(func.count()).where(ROW.c.tenant_id == bindparam("tenant"), ROW.c.root_id.in_(visible(_AT)))
_ROWS = (
    select(ROW.c.entity, ROW.c.id, ROW.c.root_id, ROW.c.seq, ROW.c.rev, ROW.c.payload)
    .where(ROW.c.tenant_id == bindparam("tenant"), ROW.c.deleted == 0)
    .where(ROW.c.root_id.in_(bindparam("roots", expanding=True)))
    .order_by(ROW.c.root_id, ROW.c.seq, ROW.c.id)
)
