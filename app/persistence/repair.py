"""Compares this replica with what the server says it should hold, and mends the rows that differ.

What is compared is the server's version of each row, as it lies in the tables or in the shadow; own
work is never part of it, and is laid over what was mended as over anything pulled.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import orjson

from app.domain.ambient import utc_now
from app.domain.changes import Changes
from app.domain.errors import SyncRefused
from app.domain.types import InstantType
from app.persistence import brake, facts, inbound, sync_journal
from app.persistence.clipping import commit
from app.persistence.facts import Fact
from app.persistence.fingerprint import counted
from app.persistence.held_rows import Roots, held_rows
from app.persistence.parking import parked
from app.persistence.rebase import recompute, shadowed
from app.persistence.replica import Replica
from app.persistence.tally import keep, kept
from sync.comparison import BUCKETS, Contents, Key, bucket_of
from sync.digest import Digest

EVERY = timedelta(minutes=15)
"""From one comparison of digests to the next."""

CHECK = "check"
"""Kind of its entries in the sync log."""


class Repair:
    """Every call commits alone."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def digest(self) -> Digest:
        """Of what we hold of the server's, as it was kept; counted where it was not."""
        with self._replica.look() as connection:
            found = kept(connection)
        return self.count_anew() if found is None else found

    def count_anew(self) -> Digest:
        """By the rows themselves, and kept from now on."""
        with self._replica.look() as connection:
            cursor, digest = facts.get(connection, Fact.CURSOR), counted(connection)
        with self._replica.absorb() as connection:
            if cursor == facts.get(connection, Fact.CURSOR):
                keep(connection, digest, cursor or "")
        return digest

    def is_worth_a_look(self, theirs: Digest) -> bool:
        """Do we hold other rows than the server says, and was that not looked into already?"""
        if theirs == self.digest():
            return False
        ours = self.count_anew()
        with self._replica.look() as connection:
            known = facts.get(connection, Fact.GAP)
        return theirs != ours and known != _gap(theirs, ours)

    def note_gap(self, theirs: Digest) -> None:
        """We looked; what is still different is a mistake in the digests, and no reason to look again."""
        ours = self.count_anew()
        with self._replica.absorb() as connection:
            facts.put(connection, Fact.GAP, _gap(theirs, ours) if theirs != ours else None)

    def roots(self, after: str, last: str, *, content: bool) -> Mapping[str, Digest]:
        """The digest of each root after `after` up to `last`, or to the end."""
        found: dict[str, list[int]] = defaultdict(list)
        with self._replica.look() as connection:
            for row in held_rows(connection, Roots.between(after, last), content=content):
                found[row.root].append(row.hash)
        return {root: Digest.sum(hashes) for root, hashes in found.items()}

    def buckets(self, root: str, *, content: bool) -> tuple[Digest, ...]:
        """The digests of the buckets of `root`, in order."""
        found: list[list[int]] = [[] for _ in range(BUCKETS)]
        with self._replica.look() as connection:
            for row in held_rows(connection, Roots.only(root), content=content):
                found[bucket_of(row.key[1])].append(row.hash)
        return tuple(map(Digest.sum, found))

    def rows(
        self, root: str, buckets: Collection[int], after: str, last: str, *, content: bool
    ) -> Mapping[Key, int]:
        """The hashes of rows of `root` in `buckets`, or in all, with ids after `after` up to `last`."""
        with self._replica.look() as connection:
            return {
                row.key: row.hash
                for row in held_rows(connection, Roots.only(root), content=content)
                if row.key[1] > after
                and (not last or row.key[1] <= last)
                and (not buckets or bucket_of(row.key[1]) in buckets)
            }

    def parked(self) -> list[Key]:
        """Rows that could not be held when they came."""
        with self._replica.look() as connection:
            return sorted(parked(connection))

    def mend(self, cursor: str, contents: Contents, gone: Collection[Key] = ()) -> Changes:
        """Take in rows as the server has them, and drop those it has not.

        Raises SyncRefused where another process has moved the replica on from `cursor`, RemovalHeld.
        """
        with self._replica.absorb() as connection:
            if cursor != facts.get(connection, Fact.CURSOR):
                raise SyncRefused("sync.interrupted")
            changes = inbound.mend(connection, contents.columns, contents.lines, gone)
            commit(connection)
        return changes

    def show_own_work_anew(self) -> None:
        """A visible row with own work over it is no more than computed."""
        with self._replica.absorb() as connection:
            recompute(connection, shadowed(connection))
            commit(connection)

    def checked_at(self) -> datetime | None:
        """When the contents were last compared."""
        with self._replica.look() as connection:
            found = facts.get(connection, Fact.CHECKED_AT)
        return InstantType().from_stored(found) if found else None

    def begin_checking(self, at: datetime) -> None:
        """Of a new replica: from now on the weeks are counted."""
        with self._replica.absorb() as connection:
            facts.put(connection, Fact.CHECKED_AT, str(InstantType().to_stored(at)))

    def note_check(self, at: datetime, counts: Mapping[str, int | str]) -> None:
        """The contents were compared; `counts` for the user to read."""
        with self._replica.absorb() as connection:
            facts.put(connection, Fact.CHECKED_AT, str(InstantType().to_stored(at)))
            sync_journal.note(connection, at, CHECK, counts)

    def allow_removal(self) -> None:
        """The user has said that the next pull or check may remove what it wants to."""
        with self._replica.absorb() as connection:
            brake.allow(connection)


def is_digest_due(compared_at: str | None) -> bool:
    """Is the next pull to say what we then hold in all? Only now and then: the server must look at
    everything we see for it."""
    return compared_at is None or abs(utc_now() - InstantType().from_stored(compared_at)) >= EVERY


def _gap(theirs: Digest, ours: Digest) -> str:
    return orjson.dumps((theirs - ours).to_wire()).decode()
