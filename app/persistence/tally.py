"""Keeps the digest of what this replica holds of the server's, as rows come and go.

It is noted with the cursor it belongs to; whoever moves the cursor without it, or loads everything
anew, makes it unknown, and it is counted from the rows when it is next wanted.
"""

from collections.abc import Iterable, Mapping

import orjson
from sqlalchemy import Connection

from app.domain.entity import name_of
from app.domain.registry import ENTITIES
from app.persistence import facts
from app.persistence.facts import Fact
from app.persistence.parking import Parked
from app.persistence.rebase import Key
from sync.digest import Digest

_NAMES = frozenset(name_of(entity) for entity in ENTITIES)


def kept(connection: Connection) -> Digest | None:
    """The digest of what we hold; None where it must be counted."""
    noted = facts.get(connection, Fact.DIGEST)
    if noted is None:
        return None
    digest, cursor = orjson.loads(noted)
    return Digest.from_wire(digest) if cursor == facts.get(connection, Fact.CURSOR) else None


def keep(connection: Connection, digest: Digest | None, cursor: str) -> None:
    """What we hold, now that we stand at `cursor`, has this digest."""
    noted = orjson.dumps([digest.to_wire(), cursor]).decode() if digest and cursor else None
    facts.put(connection, Fact.DIGEST, noted)


def doubt(connection: Connection) -> None:
    """What we hold has changed by our own reckoning: the next pull asks the server whether it agrees."""
    facts.put(connection, Fact.DIGEST, None)
    facts.put(connection, Fact.COMPARED_AT, None)


class Tally:
    """The digest while rows are written; `shadowed` and `parked` are kept up to date by the writer.

    Does nothing where the digest is unknown.
    """

    def __init__(self, connection: Connection, shadowed: set[Key], parked: Mapping[Key, Parked]) -> None:
        self._connection = connection
        self._shadowed = shadowed
        self._parked = parked
        self.digest = kept(connection)

    def forget(self) -> None:
        """It is no use to count any further."""
        self.digest = None

    def come(self, name: str, rows: Iterable[tuple[str, int]]) -> None:
        """Rows of one entity are about to be written, at these revisions."""
        if self.digest is None:
            return
        listed = list(rows)
        self.go(name, [row_id for row_id, _ in listed])
        self.digest += Digest.of(name, listed)

    def go(self, name: str, row_ids: Iterable[str]) -> None:
        """Rows of one entity are about to be removed, or replaced; not all of them need be here."""
        if self.digest is None:
            return
        ids = list(row_ids)
        aside = [(row_id, held.rev) for row_id in ids if (held := self._parked.get((name, row_id)))]
        listed = orjson.dumps(ids).decode()
        self.digest -= Digest.of(name, aside)
        self.digest -= self._of(name, "IN (SELECT value FROM json_each(?))", "row_id", listed)

    def leave(self, root_id: str) -> None:
        """A root is about to be removed, with all below it."""
        if self.digest is None:
            return
        for (name, row_id), held in self._parked.items():
            if held.root_id == root_id:
                self.digest -= Digest.of(name, [(row_id, held.rev)])
        for name in _NAMES:
            self.digest -= self._of(name, "= ?", "root_id", root_id)

    def _of(self, name: str, condition: str, column: str, value: str) -> Digest:
        """Of the server's versions of the rows that meet a condition, except parked ones."""
        if name not in _NAMES:
            return Digest()
        asked = "id" if column == "row_id" else column
        plain = self._connection.exec_driver_sql(
            f'SELECT id, rev FROM "{name}" WHERE "{asked}" {condition}', (value,)
        ).all()
        rows = [(row[0], row[1]) for row in plain if (name, row[0]) not in self._shadowed]
        if self._shadowed:
            covered = self._connection.exec_driver_sql(
                "SELECT row_id, rev FROM shadow"
                f" WHERE entity = ? AND payload IS NOT NULL AND {column} {condition}",
                (name, value),
            )
            rows += [(row[0], row[1]) for row in covered]
        return Digest.of(name, [row for row in rows if (name, row[0]) not in self._parked])
