"""Runs one statement for many records, which the database's driver takes as they are.

Left to SQLAlchemy, each record is fitted to the statement anew, which takes longer than writing it. Only
for columns whose values need no conversion: all that hold stored forms.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Update

Statement = Insert | Update | Delete


def run_many(connection: Connection, statement: Statement, records: Sequence[Mapping[str, Any]]) -> None:
    """The statement once for each record; all of them name the same columns and parameters."""
    if not records:
        return
    text, order = _prepared(statement, connection.dialect, tuple(records[0]))
    if order is None:
        connection.exec_driver_sql(text, list(map(dict, records)))
    else:
        connection.exec_driver_sql(text, [tuple(record[name] for name in order) for record in records])


@lru_cache(maxsize=1_000)
def _prepared(
    statement: Statement, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, Sequence[str] | None]:
    """The text, and the order of its parameters where the driver knows them by place."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    return compiled.string, compiled.positiontup if compiled.positional else None
