"""Makes a first load quick: indexes, and the triggers of the search, rest meanwhile and are built once.

What rests is noted in the transaction that puts it aside, so that whoever comes next builds it.
"""

import json

from sqlalchemy import Connection

from app.domain.entity import name_of
from app.domain.registry import ENTITIES
from app.persistence import facts, search_index
from app.persistence.facts import Fact

_WORTH_WHILE = 2
"""So many times the rows held must come, since those are indexed anew as well."""


def rest(connection: Connection, coming: int) -> None:
    """Before `coming` rows are loaded: put indexes aside, where they are most of what there will be."""
    if facts.get(connection, Fact.RESTING) is not None or coming <= _WORTH_WHILE * _held(connection):
        return
    resting = _indexes_and_triggers(connection)
    for kind, name, _ in resting:
        connection.exec_driver_sql(f'DROP {kind} "{name}"')
    facts.put(connection, Fact.RESTING, json.dumps(resting))


def wake(connection: Connection) -> None:
    """Build what rests, if anything does; all that came meanwhile is to be found."""
    noted = facts.get(connection, Fact.RESTING)
    if noted is None:
        return
    for kind, name, statement in json.loads(noted):
        connection.exec_driver_sql(f'DROP {kind} IF EXISTS "{name}"')  # a newer release may have made it
        connection.exec_driver_sql(statement)
    facts.put(connection, Fact.RESTING, None)
    search_index.queue_all(connection)


def _held(connection: Connection) -> int:
    counts = " + ".join(f'(SELECT count(*) FROM "{name_of(entity)}")' for entity in ENTITIES)
    return int(connection.exec_driver_sql(f"SELECT {counts}").scalar_one())


def _indexes_and_triggers(connection: Connection) -> list[tuple[str, str, str]]:
    """(kind, name, statement) of what entities' tables have, except what their keys need."""
    tables = ", ".join(f"'{name_of(entity)}'" for entity in ENTITIES)
    found = connection.exec_driver_sql(
        f"SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN ({tables})"
        " AND (type = 'index' OR type = 'trigger' AND name LIKE 'search\\_%' ESCAPE '\\') ORDER BY type"
    )
    return [(kind, name, statement) for kind, name, statement in found]
