"""Makes a first pull quick: indexes are built once it is in, which takes half of keeping them meanwhile."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection

from app.domain.entity import name_of
from app.domain.registry import ENTITIES
from app.persistence import search_index

_WORTH_WHILE = 2
"""So many times the rows held must come, since those are indexed anew as well."""


@contextmanager
def loading(connection: Connection, coming: int) -> Generator[None]:
    """Within this block and its transaction, about `coming` rows are written.

    Where they are most of what there will be, indexes and triggers rest meanwhile.
    """
    if coming <= _WORTH_WHILE * _held(connection):
        yield
        return
    resting = _indexes_and_triggers(connection)
    for kind, name, _ in resting:
        connection.exec_driver_sql(f'DROP {kind} "{name}"')
    yield
    search_index.queue_all(connection)
    for _, _, statement in resting:
        connection.exec_driver_sql(statement)


def _held(connection: Connection) -> int:
    counts = " + ".join(f'(SELECT count(*) FROM "{name_of(entity)}")' for entity in ENTITIES)
    return int(connection.exec_driver_sql(f"SELECT {counts}").scalar_one())


def _indexes_and_triggers(connection: Connection) -> list[tuple[str, str, str]]:
    """(kind, name, statement) of all that entities' tables have, except what their keys need."""
    tables = ", ".join(f"'{name_of(entity)}'" for entity in ENTITIES)
    found = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_schema"
        f" WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN ({tables})"
    )
    return [(kind, name, statement) for kind, name, statement in found]
