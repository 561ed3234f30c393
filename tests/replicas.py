"""Replicas for tests: real encrypted files, with an owner and a small catalogue as if just pulled."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from app.clock import Clock, local_now
from app.domain.entity import Entity, stored_values
from app.domain.ids import imported_id
from app.domain.organisation import Role
from app.domain.registry import entity_named, own_root, parent_of
from app.persistence import raw_rows
from app.persistence.identity import Identity
from app.persistence.overlay import Version
from app.persistence.replica import Replica, join_replica, open_replica
from tests.builders import LI_WEI, the_catalogue

KEY = bytes(range(32))

ENGINEER = Identity(
    user_id=LI_WEI,
    device_id=imported_id("test", "laptop"),
    tenant_id=imported_id("test", "tenant"),
    role=Role.ENGINEER,
    display_name="李伟",
)


def a_replica(folder: Path, *, identity: Identity = ENGINEER, clock: Clock = local_now) -> Replica:
    """A replica in `folder` that belongs to `identity` and holds the catalogue of `tests/builders.py`.

    Close it when done; `join_replica(folder / "replica.db", KEY)` opens it again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "replica.db"
    path.write_bytes(_prepared())
    replica = join_replica(path, KEY, clock)
    replica.belong_to(identity)
    return replica


def pulled(replica: Replica, *rows: Entity, rev: int = 1) -> None:
    """Put rows into the replica as a pull does: they are the server's, and nothing is queued.

    Parents come before their children, in this call or an earlier one.
    """
    with replica.absorb() as connection:
        for row in rows:
            known = {name: value for name, value in stored_values(row).items() if value is not None}
            version = Version(_root_of(connection, row).hex, rev, known)
            raw_rows.upsert(connection, type(row), [raw_rows.raw(type(row), row.id.hex, version)])


def queued(replica: Replica) -> list[dict[str, Any]]:
    """The operations that wait, oldest first."""
    with replica.read() as session:
        bodies = session.execute(text("SELECT body FROM outbox ORDER BY position")).scalars()
        return [op for body in bodies for op in orjson.loads(body)]


def count(replica: Replica, table: str) -> int:
    """How many rows a table has."""
    with replica.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def edit(replica: Replica, entity: type[Entity], row_id: UUID, **values: Any) -> None:
    """Change fields of one row in an action of its own."""
    with replica.write("edit") as write:
        row = write.session.get_one(entity, row_id)
        for name, value in values.items():
            setattr(row, name, value)


def _root_of(connection: Connection, row: Entity) -> UUID:
    if root := own_root(type(row), row.id) or row.root_id:
        return root
    parent = parent_of(type(row))
    assert parent is not None
    field, entity_name = parent
    found = raw_rows.read(connection, entity_named(entity_name), getattr(row, field).hex)
    assert found is not None
    return UUID(found.root_id)


@cache
def _prepared() -> bytes:
    """The file all replicas of a test run start from; making one takes a second, copying it none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "replica.db"
        replica = open_replica(path, KEY)
        pulled(replica, *the_catalogue())
        replica.close()
        return path.read_bytes()
