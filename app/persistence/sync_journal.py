"""What is told about synchronisation: how things stand, and what past rounds did."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.conflicts import ConflictState
from app.domain.types import InstantType
from app.persistence import facts
from app.persistence.bookkeeping import OutboxState
from app.persistence.facts import Fact
from app.persistence.replica import Replica

ROUND = "round"
RESTORED, RENAMED, BEGUN_ANEW, HANDED_ON = "restored", "renamed", "begun_anew", "handed_on"
"""Kinds of entries: a round that moved something; the server went on from a backup; this laptop took
another id; the server had forgotten where we stand; work of ours came too late and others are asked."""
HEARD = timedelta(minutes=1)
"""So much older may the last good round seem after the process has ended."""

KEPT = 2_000
"""Entries of the journal; about a month of working days."""


@dataclass(frozen=True)
class Standing:
    """Counts of what waits, what was refused, and which conflicts are open; the last good round."""

    pending: int
    attention: int
    conflicts: int
    synced_at: datetime | None
    head: int


class SyncJournal:
    """Read by people; nothing is decided by it, except that a lost renewal is asked for again."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._met: datetime | None = None
        self._written: datetime | None = None

    def standing(self) -> Standing:
        """As it is now."""
        with self._replica.look() as connection:
            known = facts.known(connection)
            found = connection.exec_driver_sql("SELECT state, count(*) FROM outbox GROUP BY state")
            states = {row[0]: row[1] for row in found}
            open_conflicts = connection.exec_driver_sql(
                "SELECT count(*) FROM conflict WHERE state = ?", (ConflictState.OPEN.value,)
            ).scalar_one()
            synced_at = known.get(Fact.SYNCED_AT)
            return Standing(
                pending=states.get(OutboxState.PENDING.value, 0) + states.get(OutboxState.WAITING.value, 0),
                attention=states.get(OutboxState.REJECTED.value, 0),
                conflicts=open_conflicts,
                synced_at=self._met or (InstantType().from_stored(synced_at) if synced_at else None),
                head=int(known.get(Fact.HEAD, 0)),
            )

    def note_round(self, at: datetime, counts: Mapping[str, int]) -> None:
        """A round ended well; `counts` of one that moved something are kept for the user to read.

        Of one that moved nothing the disk need not hear at once: most do not.
        """
        self._met = at
        if not counts and self._written and timedelta(0) <= at - self._written < HEARD:
            return
        self._written = at
        stored = str(InstantType().to_stored(at))
        with self._replica.absorb() as connection:
            facts.put(connection, Fact.SYNCED_AT, stored)
            if counts:
                note(connection, at, ROUND, counts)

    def recall_renewal(self) -> str | None:
        """The renewal of the sign-in that was last begun."""
        with self._replica.look() as connection:
            return facts.get(connection, Fact.REFRESH)

    def remember_renewal(self, renewal: str) -> None:
        """Keep it until the next one begins."""
        with self._replica.absorb() as connection:
            facts.put(connection, Fact.REFRESH, renewal)


def note(connection: Connection, at: datetime, kind: str, counts: Mapping[str, int | str]) -> None:
    """An entry for the user to read; the oldest make room for it."""
    connection.exec_driver_sql(
        "INSERT INTO sync_log (at, kind, counts) VALUES (?, ?, ?)",
        (InstantType().to_stored(at), kind, json.dumps(dict(counts))),
    )
    connection.exec_driver_sql(
        "DELETE FROM sync_log WHERE position <= (SELECT max(position) FROM sync_log) - ?", (KEPT,)
    )
