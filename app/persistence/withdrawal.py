"""Takes back mutations of ours that the server does not have: unsent, waiting or refused ones."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection

from app.domain.changes import Changes
from app.persistence.bookkeeping import OutboxState
from app.persistence.clipping import commit
from app.persistence.rebase import Key, changes_of, recompute, rows_of
from app.persistence.replica import Replica
from app.persistence.sending import hold_back

_OURS_ALONE = (
    f"(state IN ('{OutboxState.REJECTED}', '{OutboxState.WAITING}')"
    f" OR (state = '{OutboxState.PENDING}' AND n IS NULL))"
)


def take_back(replica: Replica, op_ids: Iterable[UUID]) -> Changes:
    """Undo mutations the server does not have, in a transaction of its own; what is shown anew."""
    with replica.absorb() as connection:
        rows = withdraw(connection, op_ids)
        commit(connection)
    return changes_of(rows)


def withdraw(connection: Connection, op_ids: Iterable[UUID]) -> frozenset[Key]:
    """Take these mutations back, and with a new record what was built on it; the rows shown anew.

    One that is on its way or accepted stays: it can only be undone by a further mutation.
    """
    rows: set[Key] = set()
    left = list(op_ids)
    while left:
        found = connection.exec_driver_sql(
            f"SELECT position, body FROM outbox WHERE op_id = ? AND {_OURS_ALONE}", (left.pop().hex,)
        ).one_or_none()
        if found is None:
            continue
        ops = orjson.loads(found.body)
        rows |= rows_of(connection, [found.position])
        for later, op_id, body in _later(connection, found.position):
            if any(op["op"] == "create" and op["id"] in body for op in ops):
                left.append(UUID(op_id))
            else:
                _correct(connection, later, body, ops)
        connection.exec_driver_sql("DELETE FROM outbox_row WHERE position = ?", (found.position,))
        connection.exec_driver_sql("DELETE FROM outbox WHERE position = ?", (found.position,))
    hold_back(connection)
    recompute(connection, rows)
    return frozenset(rows)


def _later(connection: Connection, position: int) -> list[tuple[int, str, str]]:
    found = connection.exec_driver_sql(
        f"SELECT position, op_id, body FROM outbox WHERE position > ? AND {_OURS_ALONE}", (position,)
    )
    return [(row.position, row.op_id, row.body) for row in found.all()]


def _correct(connection: Connection, position: int, body: str, withdrawn: list[dict[str, Any]]) -> None:
    """What the user saw when he made a later edit must not be a value that never came to be."""
    ops = orjson.loads(body)
    for gone in withdrawn:
        for op in ops:
            if gone["op"] == op["op"] == "patch" and gone["id"] == op["id"]:
                _see_through(op["patch"], gone["patch"])
    corrected = orjson.dumps(ops).decode()
    if corrected != body:
        connection.exec_driver_sql("UPDATE outbox SET body = ? WHERE position = ?", (corrected, position))


def _see_through(patch: dict[str, Any], gone: dict[str, Any]) -> None:
    for name, new in gone.get("set", {}).items():
        if name in patch.get("was", {}) and patch["was"][name] == new:
            patch["was"][name] = gone["was"][name]
