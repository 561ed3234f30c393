"""Applies what was pulled, all of it in one transaction: half a business action is never visible."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import chain
from uuid import UUID

from sqlalchemy import Connection

from app.domain.changes import Changes
from app.domain.entity import Entity, fields, name_of
from app.domain.registry import ENTITIES, entity_named
from app.domain.types import Stored
from app.persistence import raw_rows
from app.persistence.bulk_load import loading
from app.persistence.clipping import clipped
from app.persistence.rebase import Key, put_shadow, recompute, shadowed
from app.persistence.sending import retire, settle
from sync.pages import End, Page
from sync.protocol import MalformedMessage, Result

MANY = 200
"""Above this many rows a screen reloads anyway; their ids are not worth naming."""

_KNOWN = frozenset(name_of(entity) for entity in ENTITIES)


def apply(connection: Connection, pages: Iterable[Page], end: End, *, whole: bool) -> Changes:
    """Bring the pages of one complete pull, which ended with `end`, into the replica; what they changed.

    `whole` pages hold everything there is for us: what they do not name is removed. Rows with
    mutations of ours are rebased; nothing here is ever queued for the server.
    """
    inbound = _Inbound(connection)
    following = iter(pages)
    first = next(following)
    with loading(connection, first.end.total or 0):
        for page in chain([first], following):
            inbound.absorb(page)
    if whole:
        inbound.drop_unnamed()
    if not end.again:
        inbound.stale |= retire(connection, end.head)
    if inbound.touched:
        inbound.stale |= clipped(connection)  # what they point to may have come
    recompute(connection, inbound.stale)
    return inbound.changes()


class _Inbound:
    """The application under way. `stale` rows carry mutations of ours and are computed anew."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shadowed = shadowed(connection)
        self._named: dict[str, set[str]] = defaultdict(set)
        self._many: set[str] = set()
        self._puts: dict[str, list[raw_rows.RawRow]] = defaultdict(list)
        self._dels: dict[str, list[str]] = defaultdict(list)
        self.touched: dict[str, set[str]] = defaultdict(set)
        self.stale: set[Key] = set()

    def absorb(self, page: Page) -> None:
        """Lines come in the order of the server's commits, so a later one is the newer."""
        results: list[Result] = []
        left: list[str] = []
        for line in page.lines():
            match line:
                case ["put" | "del", str(name), *_] if name not in _KNOWN:
                    continue  # of a newer server; fetched after our own upgrade
                case ["put", str(name), str(row_id), str(root_id), int(), int(rev), list(values)]:
                    fitted = _fit(entity_named(name), page.header.columns.get(name, ()), values)
                    self._put(name, (row_id, root_id, rev, *fitted))
                case ["del", str(name), str(row_id), str(), int(), int()]:
                    self._del(name, row_id)
                case ["out", str(root_id)]:
                    left.append(root_id)
                case ["res", dict(result)]:
                    results.append(Result.from_wire(result))
                case ["put" | "del" | "out" | "res", *_]:
                    raise MalformedMessage("line")
        self._write()
        for root_id in left:
            self._leave(root_id)
        self.stale |= settle(self._connection, results).rows

    def _put(self, name: str, row: raw_rows.RawRow) -> None:
        row_id = str(row[0])
        self._named[name].add(row_id)
        self.touched[name].add(row_id)
        if (name, row_id) in self._shadowed:
            version = raw_rows.version_of(entity_named(name), row)
            put_shadow(self._connection, (name, row_id), version)
            self.stale.add((name, row_id))
        else:
            self._puts[name].append(row)

    def _del(self, name: str, row_id: str) -> None:
        self._named[name].discard(row_id)
        self.touched[name].add(row_id)
        if (name, row_id) in self._shadowed:
            put_shadow(self._connection, (name, row_id), None)
            self.stale.add((name, row_id))
        else:
            self._dels[name].append(row_id)

    def _write(self) -> None:
        for name, rows in self._puts.items():
            raw_rows.upsert(self._connection, entity_named(name), rows)
        for name, row_ids in self._dels.items():
            raw_rows.delete(self._connection, entity_named(name), row_ids)
        self._puts.clear()
        self._dels.clear()

    def _leave(self, root_id: str) -> None:
        """A root and all below it go; mutations of ours on it stay in the outbox and are still sent."""
        for entity in reversed(ENTITIES):
            name = name_of(entity)
            gone = self._connection.exec_driver_sql(f'DELETE FROM "{name}" WHERE root_id = ?', (root_id,))
            if gone.rowcount:
                self._many.add(name)
        # Marked as cut back, they are shown again should the root return.
        self._connection.exec_driver_sql(
            "UPDATE shadow SET rev = 0, payload = NULL, clipped = 1 WHERE root_id = ?", (root_id,)
        )

    def drop_unnamed(self) -> None:
        """The pull named all there is: anything else is no longer the server's, or no longer ours."""
        for entity in reversed(ENTITIES):
            name = name_of(entity)
            held = self._connection.exec_driver_sql(f'SELECT id FROM "{name}"')
            unnamed = {row[0] for row in held} - self._named[name]
            kept = {row_id for row_id in unnamed if (name, row_id) in self._shadowed}
            for row_id in kept:
                put_shadow(self._connection, (name, row_id), None)
                self.stale.add((name, row_id))
            raw_rows.delete(self._connection, entity, unnamed - kept)
            if unnamed:
                self._many.add(name)

    def changes(self) -> Changes:
        """For the screens: also rows that only lost a mark."""
        for name, row_id in self.stale:
            self.touched[name].add(row_id)
        names = {name for name, row_ids in self.touched.items() if row_ids} | self._many
        ids = [row_id for row_ids in self.touched.values() for row_id in row_ids]
        few = not self._many and len(ids) <= MANY
        return Changes(frozenset(map(entity_named, names)), frozenset(map(UUID, ids)) if few else frozenset())


@cache
def _order(entity: type[Entity], sent: tuple[str, ...]) -> tuple[int | None, ...] | None:
    """Where each of our fields stands among the columns sent; None where they are the same."""
    ours = tuple(fields(entity))
    if sent == ours:
        return None
    places = {name: place for place, name in enumerate(sent)}
    return tuple(places.get(name) for name in ours)


def _fit(entity: type[Entity], sent: tuple[str, ...], values: list[Stored]) -> list[Stored]:
    """The values of a line in the order of our fields; what the sender does not know gets its default."""
    if len(values) != len(sent):
        raise MalformedMessage("columns")
    order = _order(entity, sent)
    if order is None:
        return values
    default = raw_rows.defaults(entity)
    return [
        default[name] if place is None else values[place]
        for name, place in zip(fields(entity), order, strict=True)
    ]
