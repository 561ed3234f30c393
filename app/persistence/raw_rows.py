"""Rows in stored form, read and written by prepared SQL: the way of the wire, without the ORM."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection

from app.domain.entity import Entity, fields, name_of, stored_type
from app.domain.types import Stored
from app.persistence.overlay import Version

RawRow = tuple[Stored, ...]
FIXED = ("id", "root_id", "rev")


@cache
def columns(entity: type[Entity]) -> tuple[str, ...]:
    """The columns of a raw row, in order: id, root_id, rev, then the fields."""
    return (*FIXED, *fields(entity))


@cache
def defaults(entity: type[Entity]) -> Mapping[str, Stored]:
    """What each field holds when the sender did not know it yet."""
    declared = {name: entity.__table__.columns[name].default for name in fields(entity)}
    return {
        name: stored_type(entity, name).to_stored(default.arg) if default is not None else None
        for name, default in declared.items()
    }


def raw(entity: type[Entity], row_id: str, version: Version) -> RawRow:
    """A version as a raw row."""
    values = {**defaults(entity), **version.values}
    return (row_id, version.root_id, version.rev, *(values[name] for name in fields(entity)))


def read(connection: Connection, entity: type[Entity], row_id: str) -> Version | None:
    """The visible row with this id, if there is one."""
    row = connection.exec_driver_sql(_select(entity), (row_id,)).one_or_none()
    return None if row is None else version_of(entity, row)


def read_many(connection: Connection, entity: type[Entity], row_ids: Iterable[str]) -> dict[str, RawRow]:
    """The visible rows with these ids, by id."""
    found = connection.exec_driver_sql(_select_many(entity), (orjson.dumps(list(row_ids)).decode(),))
    return {row[0]: tuple(row) for row in found}


def version_of(entity: type[Entity], row: Sequence[Any]) -> Version:
    """A raw row as a version."""
    return Version(row[1], row[2], dict(zip(fields(entity), row[3:], strict=True)))


def upsert(connection: Connection, entity: type[Entity], rows: Sequence[RawRow]) -> None:
    """Write whole rows, new or known."""
    if rows:
        connection.exec_driver_sql(_upsert(entity), list(rows))


def mark(connection: Connection, entity: type[Entity], revisions: Sequence[tuple[int, str]]) -> None:
    """Rows that are right as they are have these revisions of the server's, each said before its id."""
    if revisions:
        statement = f'UPDATE "{name_of(entity)}" SET rev = ? WHERE id = ?'
        connection.exec_driver_sql(statement, list(revisions))


def delete(connection: Connection, entity: type[Entity], row_ids: Iterable[str]) -> None:
    """Remove rows; those that are not there are no matter."""
    ids = [(row_id,) for row_id in row_ids]
    if ids:
        connection.exec_driver_sql(f'DELETE FROM "{name_of(entity)}" WHERE id = ?', ids)


@cache
def _select(entity: type[Entity]) -> str:
    listed = ", ".join(f'"{name}"' for name in columns(entity))
    return f'SELECT {listed} FROM "{name_of(entity)}" WHERE id = ?'


@cache
def _select_many(entity: type[Entity]) -> str:
    return _select(entity).removesuffix("= ?") + "IN (SELECT value FROM json_each(?))"


@cache
def _upsert(entity: type[Entity]) -> str:
    names = columns(entity)
    listed = ", ".join(f'"{name}"' for name in names)
    gaps = ", ".join("?" for _ in names)
    taken = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "id")
    return f'INSERT INTO "{name_of(entity)}" ({listed}) VALUES ({gaps}) ON CONFLICT(id) DO UPDATE SET {taken}'
