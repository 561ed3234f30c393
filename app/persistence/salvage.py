"""Brings work that was never sent out of a damaged replica into the copy restored in its place."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import orjson
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

from app.domain.errors import AppError
from app.persistence.bookkeeping import OutboxState
from app.persistence.clipping import commit
from app.persistence.database import translated, unlock
from app.persistence.rebase import Key, keep_server_version, recompute
from app.persistence.replica import Replica
from app.persistence.sending import hold_back
from sync.protocol import MalformedMessage, Op

_UNSENT = (OutboxState.PENDING.value, OutboxState.WAITING.value, OutboxState.REJECTED.value)
_COLUMNS = "op_id, name, schema, acted_at, on_conflict, replaces, body, state, code, field, message"
Found = tuple[object, ...]

log = logging.getLogger(__name__)


def salvage(damaged: Path, key: bytes, replica: Replica) -> int:
    """Queue again what `replica` does not know of the unsent mutations in `damaged`; how many.

    Pages that cannot be read cost the mutations on them and no others. The server knows a mutation by
    its id, so one that had reached it after all is not done twice.
    """
    found = list(_readable(damaged, key))
    with replica.absorb() as connection:
        known = set(connection.exec_driver_sql("SELECT op_id FROM outbox").scalars())
        saved = [row for row in found if row[0] not in known]
        touched: dict[Key, str] = {}
        for row in saved:
            touched |= _queue(connection, row)
        for row_key, root_id in touched.items():
            keep_server_version(connection, row_key, root_id)
        recompute(connection, touched)
        hold_back(connection)
        commit(connection)
    log.warning("%s of %s unsent changes saved from a damaged replica", len(saved), len(found))
    return len(saved)


def _readable(damaged: Path, key: bytes) -> Iterator[Found]:
    """Every unsent mutation that can still be read, oldest first."""
    marks = ", ".join("?" for _ in _UNSENT)
    try:
        with translated(), contextlib.closing(unlock(damaged, key)) as raw:
            listed = f"SELECT position FROM outbox WHERE state IN ({marks}) ORDER BY position"
            for (position,) in raw.execute(listed, _UNSENT).fetchall():
                with contextlib.suppress(sqlcipher.Error):
                    one = raw.execute(f"SELECT {_COLUMNS} FROM outbox WHERE position = ?", (position,))
                    if (row := one.fetchone()) and _operations(row):
                        yield tuple(row)
    except (AppError, sqlcipher.Error) as problem:
        log.warning("the damaged replica cannot be read further: %s", type(problem).__name__)


def _operations(row: Found) -> list[Op]:
    """What a mutation did; none where its text is damaged."""
    try:
        return [Op.from_wire(op) for op in orjson.loads(str(row[6]))]
    except (ValueError, MalformedMessage):
        return []


def _queue(connection: Connection, row: Found) -> dict[Key, str]:
    """Put a mutation at the end of the outbox, without a number; the rows it touches, with their root."""
    refused = row[7] == OutboxState.REJECTED.value
    state = OutboxState.REJECTED.value if refused else OutboxState.PENDING.value
    inserted = connection.exec_driver_sql(
        f"INSERT INTO outbox ({_COLUMNS}) VALUES ({', '.join('?' for _ in row)})", (*row[:7], state, *row[8:])
    )
    keys = {(op.entity, op.id.hex): op.root_id.hex for op in _operations(row) if op.root_id}
    connection.exec_driver_sql(
        "INSERT INTO outbox_row (position, entity, row_id) VALUES (?, ?, ?)",
        [(inserted.lastrowid, *row_key) for row_key in keys],
    )
    return keys
