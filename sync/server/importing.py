"""Brings rows of a set into the change log, each once: what is there already is left alone.

People may have edited an imported row, or deleted it; reading the set again must not undo that.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from sqlalchemy import Connection

from app.domain.entity import to_stored
from app.exchange.rows import BadRow, Row
from sync.server.change_log import Author, ChangeLog
from sync.server.database import Database

BATCH = 1000  # rows in one commit: large enough to be quick, small enough to let others write


@dataclass
class Imported:
    """What became of a set."""

    new: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)


def import_rows(
    database: Database, tenant: str, items: Iterable[Row | BadRow], progress: Callable[[], None]
) -> Imported:
    """Store what is new among `items`, in batches that each commit; `progress` is called after each."""
    done = Imported()
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        rows = [item for item in batch if isinstance(item, Row)]
        new = database.transact(partial(_store, tenant=tenant, rows=rows))
        done.new += new
        done.known += len(rows) - new
        done.bad += (item for item in batch if isinstance(item, BadRow))
        progress()
    return done


def _store(connection: Connection, tenant: str, rows: list[Row]) -> int:
    log = ChangeLog(connection, tenant, Author())
    log.load([key.hex for row in rows for key in (row.id, row.root_id)])
    new = 0
    for row in _unknown(log, rows):
        log.create(row.entity, row.id.hex, row.root_id.hex, to_stored(row.entity, row.values))
        new += 1
    log.commit()
    return new


def _unknown(log: ChangeLog, rows: Iterable[Row]) -> Iterator[Row]:
    """Rows the log has never seen, except below a customer that was deleted since."""
    for row in rows:
        root = log.row(row.root_id.hex)
        if log.row(row.id.hex) is None and not (root and root.deleted):
            yield row
