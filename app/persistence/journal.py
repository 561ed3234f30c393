"""What the server acknowledged, kept for the day it forgets: a server put back from a backup, or a
stand-in that took over, may lack mutations it has answered.

Suspicion is cheap and may be wrong; the server is then asked which mutations it has.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy import Connection

from app.domain.types import InstantType
from app.persistence.bookkeeping import OutboxState
from app.persistence.facts import Fact
from app.persistence.rebase import keep_server_version
from sync.pages import Page
from sync.protocol import Op

KEPT = timedelta(days=60)
"""A mutation stays this long after the server's rows were seen to hold it."""

_ACCEPTED = (OutboxState.ACKED.value, OutboxState.CONFLICT.value, OutboxState.DONE.value)
_NOT_SEEN = (OutboxState.ACKED.value, OutboxState.CONFLICT.value)


def is_suspect(connection: Connection, known: Mapping[str, str], page: Page) -> bool:
    """Whether the server may lack what it has acknowledged, as its last page of a pull shows; `known`: all
    facts.

    Of what our cursor covers the cursor's nonce tells. What was acknowledged after it is missing where
    the server's head is below it, or where a device of ours has come less far there than it has.
    """
    timeline = known.get(Fact.TIMELINE)
    if timeline and page.header.timeline not in ("", timeline):
        return True
    found = connection.exec_driver_sql(
        "SELECT device_id, max(n), max(commit_seq) FROM outbox WHERE state IN (?, ?) GROUP BY device_id",
        _NOT_SEEN,
    )
    head = page.end.head or int(known.get(Fact.HEAD, 0))
    return any(
        commit_seq > head or (n is not None and _came_less_far(page.end.acked, device_id, n))
        for device_id, n, commit_seq in found
    )


def _came_less_far(acked: Mapping[UUID, int], device_id: str, n: int) -> bool:
    """A server that names any device names all of this user's."""
    return bool(acked) and acked.get(UUID(device_id), 0) < n


def acknowledged(connection: Connection) -> list[UUID]:
    """Everything in the journal that the server has taken, in the order it was done."""
    found = connection.exec_driver_sql(
        "SELECT op_id FROM outbox WHERE state IN (?, ?, ?) ORDER BY position", _ACCEPTED
    )
    return [UUID(row[0]) for row in found]


def take_up_again(connection: Connection, op_ids: Iterable[UUID]) -> list[int]:
    """Mutations the server lacks are unsent once more, each in its old place; their positions.

    The rows they touch keep what is on show: it is for the pull under way to say what lies below.
    """
    taken: list[int] = []
    for op_id in op_ids:
        found = connection.exec_driver_sql(
            "UPDATE outbox SET state = ?, n = NULL, device_id = NULL, commit_seq = NULL, code = NULL,"
            " field = NULL, message = NULL, done_at = NULL"
            " WHERE op_id = ? AND state IN (?, ?, ?) RETURNING position, body",
            (OutboxState.PENDING.value, op_id.hex, *_ACCEPTED),
        ).one_or_none()
        if found is None:
            continue
        taken.append(found.position)
        for op in map(Op.from_wire, orjson.loads(found.body)):
            keep_server_version(connection, (op.entity, op.id.hex), (op.root_id or op.id).hex)
    return taken


def trim(connection: Connection, now: datetime) -> int:
    """Forget what has been part of the server's rows for long enough; how many mutations.

    Time counts from the first look after they became so, by our clock alone: whatever `acted_at` says.
    """
    stored = InstantType().to_stored(now)
    connection.exec_driver_sql(
        "UPDATE outbox SET done_at = ? WHERE state = ? AND done_at IS NULL", (stored, OutboxState.DONE.value)
    )
    found = connection.exec_driver_sql(
        "DELETE FROM outbox WHERE state = ? AND done_at < ? RETURNING position",
        (OutboxState.DONE.value, InstantType().to_stored(now - KEPT)),
    )
    positions = [row[0] for row in found.all()]
    connection.exec_driver_sql(
        "DELETE FROM outbox_row WHERE position IN (SELECT value FROM json_each(?))",
        (orjson.dumps(positions).decode(),),
    )
    return len(positions)
