"""Applies what was pulled, all of it in one transaction: half a business action is never visible."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import Connection

from app.domain.ambient import utc_now
from app.domain.changes import Changes
from app.domain.entity import Entity, fields, name_of
from app.domain.errors import SyncRefused
from app.domain.registry import ENTITIES, entity_named
from app.domain.types import InstantType, Stored
from app.persistence import brake, departures, facts, parking, raw_rows, tally, unknown_fields
from app.persistence.clipping import clipped
from app.persistence.facts import Fact
from app.persistence.fingerprint import counted
from app.persistence.overlay import Version
from app.persistence.rebase import Key, forget_shadows, put_shadows, read_shadow, recompute, shadowed
from app.persistence.sending import retire, settle, under_way
from app.persistence.soundness import MALFORMED, sift
from sync.digest import Digest
from sync.pages import End, Page, own_mark
from sync.protocol import MalformedMessage, Result

MANY = 200
"""Above this many rows a screen reloads anyway; their ids are not worth naming."""

log = logging.getLogger(__name__)


class OwnRowsDiffer(SyncRefused):
    """What the server has of our own work is not what is on show here."""


KNOWN = frozenset(name_of(entity) for entity in ENTITIES)


def apply(connection: Connection, pages: Iterable[Page], end: End) -> Changes:
    """Bring the pages of one complete pull, which ended with `end`, into the replica; what they changed.

    Rows with mutations of ours are rebased; nothing here is ever queued for the server.
    """
    inbound = _Inbound(connection, up_to=0 if end.again else end.head)
    for page in pages:
        inbound.absorb(page)
    if not end.again:
        inbound.stale |= retire(connection, end.head)
        departures.forget_sent(connection)
    if inbound.touched:
        inbound.stale |= clipped(connection)  # what they point to may have come
    recompute(connection, inbound.stale, inbound.as_shown)
    unknown_fields.forget_gone(connection)
    inbound.check_removal(end.digest)
    tally.keep(connection, inbound.tally.digest, end.cursor)
    if end.digest is not None:
        facts.put(connection, Fact.COMPARED_AT, str(InstantType().to_stored(utc_now())))
    return inbound.changes()


def mend(
    connection: Connection,
    columns: Mapping[str, tuple[str, ...]],
    lines: Iterable[list[Any]],
    gone: Iterable[Key],
) -> Changes:
    """Put rows right of which it was found that they are not as the server has them, and drop those it
    does not have; own work stays over them."""
    inbound = _Inbound(connection)
    inbound.take(columns, lines)
    inbound.take({}, (["del", name, row_id] for name, row_id in gone))
    inbound.stale |= clipped(connection)
    recompute(connection, inbound.stale)
    inbound.check_removal(None)
    tally.keep(connection, inbound.tally.digest, facts.get(connection, Fact.CURSOR) or "")
    return inbound.changes()


class _Inbound:
    """The application under way: mutations of ours `up_to` that commit are then part of the server's rows.

    `stale` rows carry mutations of ours and are computed anew; at the revision `as_shown` says, the
    server's version of a row is what is on show.
    """

    def __init__(self, connection: Connection, up_to: int = 0) -> None:
        self._connection = connection
        self._up_to = up_to
        self._shadowed = shadowed(connection)
        self._parked = dict(parking.parked(connection))
        self.tally = tally.Tally(connection, self._shadowed, self._parked)
        self._removed = 0
        self._named: dict[str, set[str]] = defaultdict(set)
        self._many: set[str] = set()
        self._puts: dict[str, list[raw_rows.RawRow]] = defaultdict(list)
        self._dels: dict[str, list[str]] = defaultdict(list)
        self._own: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
        self.touched: dict[str, set[str]] = defaultdict(set)
        self.stale: set[Key] = set()
        self.as_shown: dict[Key, int] = {}

    def absorb(self, page: Page) -> None:
        """Lines come in the order of the server's commits, so a later one is the newer."""
        self.take(page.header.columns, page.lines())

    def take(self, columns: Mapping[str, tuple[str, ...]], lines: Iterable[list[Any]]) -> None:
        """What a line means that is none, the next digest finds; it holds up no other."""
        results: list[Result] = []
        left: list[str] = []
        moved: list[tuple[str, str, str]] = []
        for line in lines:
            match line:
                case ["put", str(name), *_] if name not in KNOWN:
                    self._park(line, parking.UNKNOWN)
                case ["put", str(name), row_id, root_id, _, rev, list(values)] if len(values) == len(
                    sent := columns.get(name, ())
                ):
                    unknown_fields.keep(self._connection, entity_named(name), sent, [line])
                    fitted = fit(entity_named(name), sent, values)
                    self._puts[name].append((row_id, root_id, rev, *fitted))
                case ["put", *_]:
                    self._park(line, MALFORMED)
                case ["own", str(name), str(row_id), int(rev), str(mark)]:
                    self._own[name].append((row_id, rev, mark))
                case ["del", str(name), str(row_id), *_]:
                    self._del(name, row_id)
                case ["out", str(root_id)]:
                    left.append(root_id)
                case ["gone", str(name), str(row_id), str(root_id)]:
                    moved.append((name, row_id, root_id))
                case ["res", dict(result)]:
                    results.append(Result.from_wire(result))
                case _:
                    log.warning("a line of the server means nothing to us")
        self._write()
        for root_id in left:
            self._leave(root_id)
        for name, row_id, root_id in moved:
            self._move_out(name, row_id, root_id)
        self.stale |= settle(self._connection, results).rows

    def _del(self, name: str, row_id: str) -> None:
        self._removed += 1
        self._dels[name].append(row_id)

    def _write(self) -> None:
        for name, marks in self._own.items():
            self._take_own(name, marks)
        for name, rows in self._puts.items():
            sound, unsound = sift(entity_named(name), rows)
            for row, fault in unsound:
                self._park(["put", name, *row[:2], 0, row[2], list(row[3:])], fault)
            self._hold(name, sound)
        for name, row_ids in self._dels.items():
            self._drop(name, row_ids)
        self._puts.clear()
        self._dels.clear()
        self._own.clear()

    def _take_own(self, name: str, marks: Sequence[tuple[str, int, str]]) -> None:
        """Our own work as it comes back. Rows of which nothing is under way any more are the server's from
        now on, as they are; over the others ours is laid again."""
        settled: list[raw_rows.RawRow] = []
        for row in self._as_shown(name, marks):
            key, rev = (name, str(row[0])), cast("int", row[2])
            if key in self._under_way:
                self._puts[name].append(row)
                self.as_shown[key] = rev
            else:
                settled.append(row)
        ids = self._come(name, settled)
        raw_rows.mark(
            self._connection, entity_named(name), [(cast("int", row[2]), str(row[0])) for row in settled]
        )
        self._shadowed -= forget_shadows(self._connection, name, ids)

    @cached_property
    def _under_way(self) -> set[Key]:
        return under_way(self._connection, self._up_to)

    def _as_shown(self, name: str, marks: Sequence[tuple[str, int, str]]) -> Iterator[raw_rows.RawRow]:
        """The rows on show, which are the server's if their marks say so."""
        if name not in KNOWN:
            raise OwnRowsDiffer("sync.pages_stale")
        shown = raw_rows.read_many(self._connection, entity_named(name), (row_id for row_id, *_ in marks))
        for row_id, rev, mark in marks:
            row = shown.get(row_id, ("", "", 0))
            payload = orjson.dumps(row[3:]).decode()
            if own_mark(name, row_id, str(row[1]), rev, payload) != mark:
                raise OwnRowsDiffer("sync.pages_stale")
            yield (row_id, row[1], rev, *row[3:])

    def _come(self, name: str, rows: Sequence[raw_rows.RawRow]) -> list[str]:
        """These rows of the server's are about to be held; their ids."""
        ids = [str(row[0]) for row in rows]
        self.tally.come(name, [(row_id, cast("int", row[2])) for row_id, row in zip(ids, rows, strict=True)])
        self._unpark(name, ids)
        self._named[name].update(ids)
        self.touched[name].update(ids)
        return ids

    def _hold(self, name: str, rows: Sequence[raw_rows.RawRow]) -> None:
        self._come(name, rows)
        covered = [row for row in rows if (name, row[0]) in self._shadowed] if self._shadowed else []
        if covered:
            entity = entity_named(name)
            self._put_shadows({(name, str(row[0])): raw_rows.version_of(entity, row) for row in covered})
            rows = [row for row in rows if (name, row[0]) not in self._shadowed]
        raw_rows.upsert(self._connection, entity_named(name), rows)

    def _drop(self, name: str, row_ids: Iterable[str]) -> None:
        ids = set(row_ids)
        self.tally.go(name, ids)
        self._unpark(name, ids)
        if name not in KNOWN:
            return
        self._named[name] -= ids
        self.touched[name] |= ids
        covered = {row_id for row_id in ids if (name, row_id) in self._shadowed}
        self._put_shadows({(name, row_id): None for row_id in covered})
        raw_rows.delete(self._connection, entity_named(name), ids - covered)

    def _put_shadows(self, versions: Mapping[Key, Version | None]) -> None:
        put_shadows(self._connection, versions)
        self.stale |= versions.keys()

    def _park(self, line: Sequence[Any], reason: str) -> None:
        """Whatever is held of the row already stays on show."""
        found = parking.park(self._connection, line, reason)
        if found is None:
            return
        key, parked = found
        self.tally.come(key[0], [(key[1], parked.rev)])
        self._named[key[0]].add(key[1])
        self._parked[key] = parked

    def _unpark(self, name: str, row_ids: Iterable[str]) -> None:
        for key in [(name, row_id) for row_id in row_ids if (name, row_id) in self._parked]:
            parking.unpark(self._connection, key)
            del self._parked[key]

    def _leave(self, root_id: str) -> None:
        """A root and all below it go; mutations of ours on it stay in the outbox and are still sent."""
        self.tally.leave(root_id)
        for (name, row_id), parked in list(self._parked.items()):
            if parked.root_id == root_id:
                self._unpark(name, [row_id])
        self._many |= departures.leave(self._connection, root_id)

    def _move_out(self, name: str, row_id: str, root_id: str) -> None:
        """A row went from this root to another; where we see that one too, its own line says so."""
        if name in KNOWN and self._root_of(name, row_id) == root_id:
            self._drop(name, [row_id])

    def _root_of(self, name: str, row_id: str) -> str | None:
        if parked := self._parked.get((name, row_id)):
            return parked.root_id
        if (name, row_id) in self._shadowed:
            _, server = read_shadow(self._connection, (name, row_id))
            return server.root_id if server else None
        held = raw_rows.read(self._connection, entity_named(name), row_id)
        return held.root_id if held else None

    def check_removal(self, theirs: Digest | None) -> None:
        """Raises RemovalHeld."""
        brake.check(
            self._connection, self._removed, theirs, lambda: self.tally.digest or counted(self._connection)
        )

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


def fit(entity: type[Entity], sent: tuple[str, ...], values: list[Stored]) -> list[Stored]:
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
