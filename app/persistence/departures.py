"""Roots that leave this laptop: their rows go at once, what is still to be sent stays and keeps its name.

Their files go when nothing here or on its way speaks of them any more.
"""

from collections.abc import Iterable, Sequence

import orjson
from sqlalchemy import Connection

from app.domain.ambient import utc_now
from app.domain.entity import name_of
from app.domain.notes import Attachment
from app.domain.registry import ENTITIES
from app.persistence import facts
from app.persistence.bookkeeping import OutboxState
from app.persistence.facts import Fact
from app.persistence.replica import Replica
from app.persistence.sync_journal import HANDED_ON, note

_UNSENT = (OutboxState.PENDING.value, OutboxState.WAITING.value, OutboxState.REJECTED.value)
_HAS_UNSENT = (
    "SELECT 1 FROM shadow JOIN outbox_row USING (entity, row_id) JOIN outbox USING (position)"
    " WHERE shadow.root_id = ? AND state IN (?, ?, ?)"
)


def leave(connection: Connection, root_id: str) -> set[str]:
    """Remove a root and all below it; the entities that lost rows. Mutations of ours are still sent."""
    _keep_name(connection, root_id)
    _mark_files(connection, root_id)
    lost = set()
    for entity in reversed(ENTITIES):
        name = name_of(entity)
        if connection.exec_driver_sql(f'DELETE FROM "{name}" WHERE root_id = ?', (root_id,)).rowcount:
            lost.add(name)
    # Marked as cut back, they are shown again should the root return.
    connection.exec_driver_sql(
        "UPDATE shadow SET rev = 0, payload = NULL, clipped = 1 WHERE root_id = ?", (root_id,)
    )
    return lost


def forget_sent(connection: Connection) -> None:
    """A customer whose last edit from here has arrived is forgotten, name and all."""
    departed = connection.exec_driver_sql("SELECT root_id FROM departed_root").scalars().all()
    for root_id in departed:
        if not _has_unsent(connection, root_id):
            connection.exec_driver_sql("DELETE FROM departed_root WHERE root_id = ?", (root_id,))


def tell_handed_on(connection: Connection, positions: Sequence[int]) -> None:
    """These mutations came too late: others are asked about them, and their author is to read so."""
    if not positions:
        return
    named = connection.exec_driver_sql(
        "SELECT DISTINCT title FROM departed_root JOIN shadow USING (root_id)"
        " JOIN outbox_row USING (entity, row_id)"
        " WHERE position IN (SELECT value FROM json_each(?)) ORDER BY title",
        (orjson.dumps(list(positions)).decode(),),
    )
    customers = ", ".join(named.scalars())
    counts = {"changes": len(positions)} | ({"customers": customers} if customers else {})
    note(connection, utc_now().astimezone(), HANDED_ON, counts)


def drop_files(replica: Replica) -> None:
    """Remove files of what has left, except those that other records or the outbox still speak of."""
    with replica.absorb() as connection:
        listed = facts.get(connection, Fact.UNWANTED_FILES)
        if listed is None:
            return
        marked = set(orjson.loads(listed))
        waiting = {sha256 for sha256 in marked if _is_on_its_way(connection, sha256)}
        replica.blobs.forget(marked - waiting - _named(connection, marked))
        _mark(connection, waiting)


def _keep_name(connection: Connection, root_id: str) -> None:
    found = connection.exec_driver_sql("SELECT name FROM customer WHERE id = ?", (root_id,)).scalar()
    if found is not None and _has_unsent(connection, root_id):
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO departed_root (root_id, title) VALUES (?, ?)", (root_id, found)
        )


def _has_unsent(connection: Connection, root_id: str) -> bool:
    return connection.exec_driver_sql(_HAS_UNSENT, (root_id, *_UNSENT)).first() is not None


def _mark_files(connection: Connection, root_id: str) -> None:
    found = connection.exec_driver_sql(
        f'SELECT sha256, thumbnail FROM "{name_of(Attachment)}" WHERE root_id = ?', (root_id,)
    )
    leaving = {sha256 for row in found.all() for sha256 in row if sha256}
    if leaving:
        _mark(connection, leaving | set(orjson.loads(facts.get(connection, Fact.UNWANTED_FILES) or "[]")))


def _mark(connection: Connection, files: Iterable[str]) -> None:
    listed = sorted(files)
    facts.put(connection, Fact.UNWANTED_FILES, orjson.dumps(listed).decode() if listed else None)


def _named(connection: Connection, files: set[str]) -> set[str]:
    table, listed = name_of(Attachment), orjson.dumps(sorted(files)).decode()
    among = "IN (SELECT value FROM json_each(?))"
    found = connection.exec_driver_sql(
        f'SELECT sha256 FROM "{table}" WHERE sha256 {among}'
        f' UNION SELECT thumbnail FROM "{table}" WHERE thumbnail {among}',
        (listed, listed),
    )
    return set(found.scalars())


def _is_on_its_way(connection: Connection, sha256: str) -> bool:
    """Everything made here is sent, wherever its customer has gone."""
    found = connection.exec_driver_sql(
        "SELECT 1 FROM outbox WHERE state <> ? AND instr(body, ?)"
        " UNION ALL SELECT 1 FROM file_owed WHERE sha256 = ? LIMIT 1",
        (OutboxState.DONE.value, sha256, sha256),
    )
    return found.first() is not None
