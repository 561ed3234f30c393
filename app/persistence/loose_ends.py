"""Cuts back rows that point nowhere, among rows written without a look at what they point to.

The references of many rows are mostly the same few, so that asking once for all costs little.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import orjson
from sqlalchemy import Connection

from app.domain.entity import Entity, fields, name_of
from app.domain.fields import Kind
from app.domain.registry import ENTITIES
from app.persistence.clipping import cut_back
from app.persistence.raw_rows import FIXED, RawRow

Ids = set[str]


def tie(connection: Connection, written: Mapping[type[Entity], Sequence[RawRow]]) -> None:
    """After this every foreign key of the `written` rows is sound, and of those that point to them."""
    there = {name_of(entity): {str(row[0]) for row in rows} for entity, rows in written.items()}
    hidden: dict[type[Entity], Ids] = {}
    for entity, rows in written.items():
        for place, column, target in _links(entity):
            named = {row[place] for row in rows} - there.get(target, set())
            absent = _absent(connection, target, {str(row_id) for row_id in named if row_id is not None})
            loose = [str(row[0]) for row in rows if row[place] in absent] if absent else []
            _cut(connection, entity, column, loose, hidden)
    while hidden:
        gone, row_ids = hidden.popitem()
        for entity, column, loose in _pointing_to(connection, gone, row_ids):
            _cut(connection, entity, column, loose, hidden)


def _cut(
    connection: Connection, entity: type[Entity], column: str, loose: Sequence[str],
    hidden: dict[type[Entity], Ids],
) -> None:  # fmt: skip
    for row_id in loose:
        if cut_back(connection, (name_of(entity), row_id), column):
            hidden.setdefault(entity, set()).add(row_id)


def _absent(connection: Connection, target: str, row_ids: Ids) -> Ids:
    if not row_ids:
        return set()
    found = connection.exec_driver_sql(
        f'SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM "{target}")',
        (orjson.dumps(list(row_ids)).decode(),),
    )
    return {row[0] for row in found}


def _pointing_to(
    connection: Connection, gone: type[Entity], row_ids: Ids
) -> Iterator[tuple[type[Entity], str, list[str]]]:
    """Rows that were hidden may have been pointed to, also by rows that were here before."""
    listed = orjson.dumps(list(row_ids)).decode()
    for entity in ENTITIES:
        for _, column, target in _links(entity):
            if target != name_of(gone):
                continue
            found = connection.exec_driver_sql(
                f'SELECT id FROM "{name_of(entity)}" WHERE "{column}" IN (SELECT value FROM json_each(?))',
                (listed,),
            )
            yield entity, column, [row[0] for row in found]


@cache
def _links(entity: type[Entity]) -> tuple[tuple[int, str, str], ...]:
    """(place in a raw row, column, what it points to) of each reference."""
    return tuple(
        (place, name, spec.target)
        for place, (name, spec) in enumerate(fields(entity).items(), len(FIXED))
        if spec.kind is Kind.REFERENCE and spec.target
    )
