"""The digest of what this replica holds of the server's, counted from the rows themselves.

What counts is the server's version of a row: own work that lies over it does not, and a row that is
parked counts as it was sent.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from app.domain.entity import name_of
from app.domain.registry import ENTITIES
from app.persistence.replica import Replica
from sync.digest import Digest


def fingerprint(replica: Replica) -> Mapping[str, Digest]:
    """By entity."""
    with replica.read() as session:
        connection = session.connection()
        return {name: Digest.of(name, _held(connection, name)) for name in _names(connection)}


def total(digests: Mapping[str, Digest]) -> Digest:
    """All entities together."""
    return sum(digests.values(), Digest())


def counted(connection: Connection) -> Digest:
    """Of all there is."""
    return total({name: Digest.of(name, _held(connection, name)) for name in _names(connection)})


def _names(connection: Connection) -> list[str]:
    aside = connection.exec_driver_sql("SELECT DISTINCT entity FROM parked_row ORDER BY entity")
    return list(dict.fromkeys([*map(name_of, ENTITIES), *(row[0] for row in aside)]))


_KNOWN = frozenset(map(name_of, ENTITIES))


def _held(connection: Connection, name: str) -> Iterator[tuple[str, int]]:
    parked = connection.exec_driver_sql("SELECT row_id, rev FROM parked_row WHERE entity = ?", (name,))
    aside = {row[0]: row[1] for row in parked}
    yield from aside.items()
    if name not in _KNOWN:
        return
    plain = connection.exec_driver_sql(
        f'SELECT id, rev FROM "{name}" AS row WHERE NOT EXISTS'
        " (SELECT 1 FROM shadow WHERE entity = ? AND row_id = row.id)",
        (name,),
    )
    covered = connection.exec_driver_sql(
        "SELECT row_id, rev FROM shadow WHERE entity = ? AND payload IS NOT NULL", (name,)
    )
    for found in (plain, covered):
        yield from ((row[0], row[1]) for row in found if row[0] not in aside)
