"""Which of our mutations go to the server next, and what its answers mean for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row

from app.persistence import facts
from app.persistence.bookkeeping import OutboxState
from app.persistence.departures import tell_handed_on
from app.persistence.facts import Fact
from app.persistence.rebase import Key, rows_of, run_many
from sync.protocol import HANDED_ON, Result, Status, Written

MAX_BYTES = 1_000_000
"""A batch stays below this unless one mutation alone is larger."""

SET_ASIDE = "sync.quarantined"
"""Of what made the server fail; it may be taken after all, once the server has been mended."""

_AFTER = {Status.APPLIED: OutboxState.ACKED, Status.CONFLICT: OutboxState.CONFLICT}


@dataclass(frozen=True)
class Settled:
    """What answers changed here. `ambiguous`: our numbers do not mean to the server what they mean
    to us, because one of us was restored from a copy."""

    rows: frozenset[Key]
    ambiguous: bool


def outgoing(
    connection: Connection, device_id: UUID, limit: int, most_bytes: int = MAX_BYTES
) -> tuple[Written, ...]:
    """The next mutations in order, numbered. Repeats what was sent before and got no answer."""
    hold_back(connection)
    found = connection.exec_driver_sql(
        "SELECT position, op_id, n, name, acted_at, on_conflict, replaces, body FROM outbox"
        " WHERE state = ? ORDER BY n IS NULL, n, position LIMIT ?",
        (OutboxState.PENDING.value, limit),
    )
    known_n = last_n = last_number(connection)
    batch: list[Written] = []
    numbered: list[tuple[int, str, int]] = []
    size = 0
    for row in found.all():
        size += len(row.body)
        if batch and size > most_bytes:
            break
        n = row.n
        if n is None:
            n = last_n = last_n + 1
            numbered.append((n, device_id.hex, row.position))
        batch.append(_written(row, device_id, n))
    run_many(connection, "UPDATE outbox SET n = ?, device_id = ? WHERE position = ?", numbered)
    if last_n != known_n:  # else nothing was written, and the disk need not be waited for
        facts.put(connection, Fact.LAST_N, str(last_n))
    return tuple(batch)


def _written(row: Row[tuple[object, ...]], device_id: UUID, n: int) -> Written:
    return Written(
        op_id=UUID(row.op_id),
        device_id=device_id,
        n=n,
        name=row.name,
        acted_at=row.acted_at,
        on_conflict=row.on_conflict,
        replaces=UUID(row.replaces) if row.replaces else None,
        ops=row.body,
    )


def settle(connection: Connection, results: Iterable[Result]) -> Settled:
    """Note what became of mutations; an answer heard before changes nothing."""
    listed = list(results)
    answers = {result.op_id.hex: result for result in listed if result.status.consumed}
    found = connection.exec_driver_sql(
        "SELECT position, op_id FROM outbox"
        " WHERE op_id IN (SELECT value FROM json_each(?)) AND n IS NOT NULL"
        " AND (state = ? OR (state = ? AND code = ?))",
        (
            orjson.dumps(list(answers)).decode(),
            OutboxState.PENDING.value, OutboxState.REJECTED.value, SET_ASIDE,
        ),
    )  # fmt: skip
    settled_now = [(position, answers[op_id]) for position, op_id in found]
    noted = [(*_said(result), position) for position, result in settled_now]
    run_many(
        connection,
        "UPDATE outbox SET state = ?, commit_seq = ?, code = ?, field = ?, message = ? WHERE position = ?",
        noted,
    )
    if not all(result.status.accepted for result in answers.values()):
        hold_back(connection)
    tell_handed_on(connection, [position for position, result in settled_now if result.code == HANDED_ON])
    rows = rows_of(connection, [position for *_, position in noted])
    return Settled(frozenset(rows), ambiguous=not all(result.status.consumed for result in listed))


def _said(result: Result) -> tuple[str, int, str | None, str | None, str | None]:
    state = _AFTER.get(result.status, OutboxState.REJECTED)
    code = None if result.status.accepted else result.code or result.status.value
    return state.value, result.seq, code, result.field, result.message


def settled(connection: Connection) -> int:
    """The number up to which we know the answers."""
    found = connection.exec_driver_sql(
        "SELECT coalesce((SELECT min(n) - 1 FROM outbox WHERE state = ? AND n IS NOT NULL),"
        " (SELECT CAST(value AS INTEGER) FROM sync_state WHERE key = ?), 0)",
        (OutboxState.PENDING.value, Fact.LAST_N),
    )
    return int(found.scalar_one())


def under_way(connection: Connection, head: int) -> set[Key]:
    """Rows with mutations of ours that the server's rows do not hold, where we hold these up to `head`."""
    found = connection.exec_driver_sql(
        "SELECT entity, row_id FROM outbox JOIN outbox_row USING (position)"
        " WHERE state IN (?, ?, ?) OR (state IN (?, ?) AND coalesce(commit_seq > ?, 1))",
        (
            OutboxState.PENDING.value, OutboxState.WAITING.value, OutboxState.REJECTED.value,
            OutboxState.ACKED.value, OutboxState.CONFLICT.value, head,
        ),
    )  # fmt: skip
    return {(row[0], row[1]) for row in found}


def retire(connection: Connection, head: int) -> set[Key]:
    """Mutations the server has applied, and whose effect we hold as its rows, become journal.

    Returns their rows, which are to be recomputed.
    """
    found = connection.exec_driver_sql(
        "UPDATE outbox SET state = ? WHERE state IN (?, ?) AND commit_seq <= ? RETURNING position",
        (OutboxState.DONE.value, OutboxState.ACKED.value, OutboxState.CONFLICT.value, head),
    )
    return rows_of(connection, [row[0] for row in found.all()])


def hold_back(connection: Connection) -> None:
    """Unsent mutations wait behind a refused one of the same row, directly or through another row.

    Computed anew from the order of the outbox, so that fixing or reverting the refused one frees
    exactly what waited for it.
    """
    unusual = connection.exec_driver_sql(
        "SELECT 1 FROM outbox WHERE state IN (?, ?) LIMIT 1",
        (OutboxState.REJECTED.value, OutboxState.WAITING.value),
    )
    if unusual.first() is None:
        return
    found = connection.exec_driver_sql(
        "SELECT position, state, entity, row_id FROM outbox JOIN outbox_row USING (position)"
        " WHERE state IN (?, ?) OR (state = ? AND n IS NULL) ORDER BY position",
        (OutboxState.REJECTED.value, OutboxState.WAITING.value, OutboxState.PENDING.value),
    )
    states: dict[int, str] = {}
    touched: dict[int, list[Key]] = {}
    for position, state, entity, row_id in found.all():
        states[position] = state
        touched.setdefault(position, []).append((entity, row_id))
    blocked: set[Key] = set()
    for position, state in states.items():
        behind = not blocked.isdisjoint(touched[position])
        wanted = state
        if state != OutboxState.REJECTED:
            wanted = OutboxState.WAITING.value if behind else OutboxState.PENDING.value
        if wanted != OutboxState.PENDING:
            blocked.update(touched[position])
        if wanted != state:
            connection.exec_driver_sql("UPDATE outbox SET state = ? WHERE position = ?", (wanted, position))


def unnumber(connection: Connection) -> int:
    """Our numbers mean nothing any more: the unanswered are numbered anew, from one; how many wait."""
    waiting = connection.exec_driver_sql(
        "UPDATE outbox SET n = NULL, device_id = NULL WHERE state = ?", (OutboxState.PENDING.value,)
    )
    facts.put(connection, Fact.LAST_N, None)
    return waiting.rowcount


def last_number(connection: Connection) -> int:
    """The last number this device gave to a mutation."""
    return int(facts.get(connection, Fact.LAST_N) or 0)
