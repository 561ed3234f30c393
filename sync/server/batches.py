"""Runs one statement for many records, which the database's driver takes as they are.

Left to SQLAlchemy, each record is fitted to the statement anew, which takes longer than writing it. Only
for columns whose values need no conversion: all that hold stored forms.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, TextClause, Update

Statement = Insert | Update | Delete | TextClause


def run_many(connection: Connection, statement: Statement, records: Sequence[Mapping[str, Any]]) -> None:
    """The statement once for each record; all of them name the same columns and parameters."""
    if not records:
        return
    text, in_order = _prepared(statement, connection.dialect, tuple(records[0]))
    connection.exec_driver_sql(text, list(map(in_order, records)))


@lru_cache(maxsize=1_000)
def _prepared(
    statement: Statement, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
    """The text, and a record as the driver wants it: by place, or by name."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup if compiled.positional else None
    return compiled.string, itemgetter(*order) if order else dict
