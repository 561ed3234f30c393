"""Loads a snapshot into the replica, segment by segment, in place.

Each segment is a transaction that also notes it as applied, so that the load may end anywhere and go
on from there, and what has come can be worked with. Our own unfinished mutations stay laid over it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.domain.changes import Changes
from app.domain.entity import Entity, fields, name_of
from app.domain.errors import SyncRefused
from app.domain.registry import ENTITIES, entity_named
from app.persistence import brake, bulk_load, departures, facts, loose_ends, parking, raw_rows, unknown_fields
from app.persistence.clipping import clipped, commit
from app.persistence.facts import Fact
from app.persistence.fingerprint import counted
from app.persistence.inbound import KNOWN, fit
from app.persistence.raw_rows import RawRow
from app.persistence.rebase import Key, put_shadow, recompute, shadowed
from app.persistence.replica import Replica
from app.persistence.soundness import sift
from sync.pages import Header
from sync.protocol import MalformedMessage
from sync.snapshot import read_segment

_UNNAMED = "WHERE row_id NOT IN (SELECT row_id FROM snapshot_row)"

_LEFT = (
    "SELECT id FROM customer WHERE id NOT IN (SELECT row_id FROM snapshot_row)"
    " AND id NOT IN (SELECT row_id FROM shadow WHERE payload IS NULL)"  # ours, which the server has not yet
)

Rows = dict[type[Entity], Sequence[RawRow]]


@dataclass(frozen=True)
class Standing:
    """How far the load has come: the `cursor` of its snapshot, empty before the first; its segments."""

    cursor: str
    applied: frozenset[str]


class SnapshotLoad:
    """Every call commits alone, and is refused (SyncRefused) where another process loads too."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._loading = ""  # the cursor of the snapshot that we load

    def standing(self) -> Standing:
        with self._replica.look() as connection:
            applied = connection.exec_driver_sql("SELECT sha256 FROM snapshot_segment WHERE piece IS NULL")
            names = frozenset(row[0] for row in applied)
            self._loading = facts.get(connection, Fact.SNAPSHOT) or ""
            self._check_we_are_alone(connection)
            return Standing(self._loading, names)

    def begin(self, cursor: str) -> None:
        """The snapshot that is loaded from now on. Raises MalformedMessage for one at no commit."""
        if not cursor:
            raise MalformedMessage("manifest")
        with self._replica.absorb() as connection:
            self._check_we_are_alone(connection)
            facts.put(connection, Fact.SNAPSHOT, cursor)
        self._loading = cursor

    def begin_anew(self) -> None:
        """What was loaded may no longer be right: another snapshot replaces it."""
        with self._replica.absorb() as connection:
            self._check_we_are_alone(connection)
            forget(connection)
            facts.put(connection, Fact.WHOLE, "1")
        self._loading = ""

    def piece(self, sha256: str) -> bytes:
        """What has come of a segment that was cut on its way."""
        with self._replica.look() as connection:
            found = connection.exec_driver_sql(
                "SELECT piece FROM snapshot_segment WHERE sha256 = ?", (sha256,)
            )
            return bytes(found.scalar_one_or_none() or b"")

    def keep_piece(self, sha256: str, piece: bytes) -> None:
        """None other is kept: segments come one after the other."""
        with self._replica.absorb() as connection:
            self._check_we_are_alone(connection)
            connection.exec_driver_sql("DELETE FROM snapshot_segment WHERE piece IS NOT NULL")
            connection.exec_driver_sql("INSERT INTO snapshot_segment VALUES (?, ?)", (sha256, piece))

    def apply(self, sha256: str, content: bytes, coming: int) -> Changes:
        """Bring a verified segment on show; `coming`: about how many rows the snapshot has.

        Raises MalformedMessage, and then nothing has changed.
        """
        header, by_entity = read_segment(content)
        with self._replica.load() as connection:
            self._check_we_are_alone(connection)
            bulk_load.rest(connection, coming)
            rows, ours = _apart(connection, _held(connection, header, by_entity))
            for entity, some in rows.items():
                raw_rows.upsert(connection, entity, some)
            if ours:
                _take_into_shadow(connection, ours)
                recompute(connection, ours)
                _add_shown(connection, rows, ours)
            loose_ends.tie(connection, rows)
            if facts.get(connection, Fact.WHOLE) is not None:
                _name(connection, by_entity)
            connection.exec_driver_sql("INSERT OR REPLACE INTO snapshot_segment VALUES (?, NULL)", (sha256,))
        return Changes(
            frozenset(entity for entity, some in rows.items() if some)
            | frozenset(entity_named(name) for name, _ in ours)
        )

    def finish(self) -> Changes:
        """All segments are in: build what rested, drop what they did not name, and let pulls go on."""
        with self._replica.absorb() as connection:
            self._check_we_are_alone(connection)
            bulk_load.wake(connection)
            stale = clipped(connection)  # what they point to may have come
            if facts.get(connection, Fact.WHOLE) is not None:
                stale |= _drop_unnamed(connection)
            recompute(connection, stale)
            facts.put(connection, Fact.CURSOR, facts.get(connection, Fact.SNAPSHOT))
            facts.put(connection, Fact.WHOLE, None)
            forget(connection)
            commit(connection)
        self._loading = ""
        return Changes(frozenset(ENTITIES))

    def _check_we_are_alone(self, connection: Connection) -> None:
        """Another process may be loading another snapshot, or have loaded this one to its end."""
        known = facts.known(connection)
        if self._loading != known.get(Fact.SNAPSHOT, "") or Fact.CURSOR in known:
            raise SyncRefused("sync.interrupted")


def forget(connection: Connection) -> None:
    """There is no snapshot being loaded, nor anything known of one."""
    facts.put(connection, Fact.SNAPSHOT, None)
    connection.exec_driver_sql("DELETE FROM snapshot_segment")
    connection.exec_driver_sql("DELETE FROM snapshot_row")


def _held(connection: Connection, header: Header, by_entity: Mapping[str, list[list[Any]]]) -> Rows:
    """The rows this replica can hold, parents before children; the others are parked."""
    rows: Rows = {}
    for name in by_entity.keys() - KNOWN:
        for line in by_entity[name]:
            parking.park(connection, line, parking.UNKNOWN)
    for entity in ENTITIES:
        name = name_of(entity)
        sent, lines = header.columns.get(name, ()), by_entity.get(name, ())
        unknown_fields.keep(connection, entity, sent, lines)
        some = _raw_rows(entity, sent, lines)
        rows[entity], unsound = sift(entity, some)
        for row, fault in unsound:
            parking.park(connection, ["put", name, *row[:2], 0, row[2], list(row[3:])], fault)
    return rows


def _raw_rows(entity: type[Entity], sent: tuple[str, ...], lines: Sequence[list[Any]]) -> list[RawRow]:
    if sent == tuple(fields(entity)):
        return [(row_id, root_id, rev, *values) for _, _, row_id, root_id, _, rev, values in lines]
    return [
        (row_id, root_id, rev, *fit(entity, sent, values)) for _, _, row_id, root_id, _, rev, values in lines
    ]


def _apart(connection: Connection, rows: Rows) -> tuple[Rows, dict[Key, RawRow]]:
    """(rows that are shown as they come, those with mutations of ours over them)."""
    keys = shadowed(connection)
    if not keys:
        return rows, {}
    plain: Rows = {}
    ours: dict[Key, RawRow] = {}
    for entity, some in rows.items():
        name = name_of(entity)
        plain[entity] = [row for row in some if (name, row[0]) not in keys]
        ours |= {(name, str(row[0])): row for row in some if (name, row[0]) in keys}
    return plain, ours


def _take_into_shadow(connection: Connection, ours: Mapping[Key, RawRow]) -> None:
    for key, row in ours.items():
        put_shadow(connection, key, raw_rows.version_of(entity_named(key[0]), row))


def _add_shown(connection: Connection, rows: Rows, keys: Mapping[Key, RawRow]) -> None:
    """Rows as our mutations leave them may point nowhere too."""
    for name, row_id in keys:
        entity = entity_named(name)
        if version := raw_rows.read(connection, entity, row_id):
            rows[entity] = [*rows.get(entity, ()), raw_rows.raw(entity, row_id, version)]


def _name(connection: Connection, by_entity: Mapping[str, list[list[Any]]]) -> None:
    named = [(line[2],) for lines in by_entity.values() for line in lines]
    connection.exec_driver_sql("INSERT OR IGNORE INTO snapshot_row VALUES (?)", named)


def _drop_unnamed(connection: Connection) -> set[Key]:
    """The snapshot named all there is: anything else is no longer the server's, or no longer ours to see.
    What carries mutations of ours is computed anew, without a row of the server's beneath."""
    removed = 0
    for root_id in connection.exec_driver_sql(_LEFT).scalars().all():
        removed += 1
        departures.leave(connection, root_id)
    covered = connection.exec_driver_sql(f"SELECT entity, row_id FROM shadow {_UNNAMED}")
    stale: set[Key] = {(name, row_id) for name, row_id in covered.all()}
    for key in stale:
        put_shadow(connection, key, None)
    for entity in reversed(ENTITIES):
        removed += connection.exec_driver_sql(
            f'DELETE FROM "{name_of(entity)}" WHERE id NOT IN (SELECT row_id FROM snapshot_row)'
            " AND id NOT IN (SELECT row_id FROM shadow)"
        ).rowcount
    connection.exec_driver_sql(f"DELETE FROM parked_row {_UNNAMED}")
    if facts.get(connection, Fact.TIMELINE):  # this was a whole replica before
        brake.check(connection, removed, None, lambda: counted(connection))
    return stale
