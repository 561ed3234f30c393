"""The digest of what this replica holds of the server's, to be compared with the server's own."""

from collections.abc import Mapping

from sqlalchemy import Connection

from app.domain.entity import name_of
from app.domain.registry import ENTITIES
from app.persistence.replica import Replica
from sync.digest import Digest


def fingerprint(replica: Replica) -> Mapping[str, Digest]:
    """By entity, over the server's versions of all rows; own work that lies over them does not count."""
    with replica.read() as session:
        connection = session.connection()
        return {name_of(entity): _of(connection, name_of(entity)) for entity in ENTITIES}


def total(digests: Mapping[str, Digest]) -> Digest:
    """All entities together."""
    return sum(digests.values(), Digest())


def _of(connection: Connection, name: str) -> Digest:
    plain = connection.exec_driver_sql(
        f'SELECT id, rev FROM "{name}" AS row WHERE NOT EXISTS'
        " (SELECT 1 FROM shadow WHERE entity = ? AND row_id = row.id)",
        (name,),
    )
    covered = connection.exec_driver_sql(
        "SELECT row_id, rev FROM shadow WHERE entity = ? AND payload IS NOT NULL", (name,)
    )
    return Digest.of(name, ((row[0], row[1]) for found in (plain, covered) for row in found))
