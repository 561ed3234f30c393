"""The database beneath a simulated server: SQLite or PostgreSQL, put back from bytes and looked into.

A copy of either is an SQLite file, so that both may begin with the same.
"""

import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.errors import SerializationFailure
from sqlalchemy import Table, create_engine
from sqlalchemy.pool import StaticPool

from sync.server.tables import METADATA

Tables = Mapping[str, list[tuple[Any, ...]]]
"""All rows of each table, in a fixed order."""


class Backend(Protocol):
    """Where one server keeps everything; nobody else may be connected while it is put back."""

    url: str

    def put(self, content: bytes) -> None:
        """Begin anew with what is in a copy."""

    def take(self) -> bytes:
        """A copy."""

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What a query finds, beside everything under test; `?` stands for a value."""

    def dangling(self) -> list[tuple[Any, ...]]:
        """Rows that point nowhere."""

    def collision(self) -> Exception:
        """What is raised where another transaction was first."""

    def close(self) -> None:
        """Let go of it."""


def tables_in(backend: Backend) -> Tables:
    """Everything, to be compared."""
    return {
        table.name: sorted(backend.rows(f"SELECT {_names(table)} FROM {_named(table)}"), key=repr)
        for table in METADATA.sorted_tables
    }


class SqliteFile:
    """A file of its own."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self._path = path
        self._look: sqlite3.Connection | None = None

    def put(self, content: bytes) -> None:
        self.close()
        for side in ("-wal", "-shm"):
            self._path.with_name(self._path.name + side).unlink(missing_ok=True)
        self._path.write_bytes(content)

    def take(self) -> bytes:
        return self._inspector().serialize()

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return self._inspector().execute(query, values).fetchall()

    def dangling(self) -> list[tuple[Any, ...]]:
        return self.rows("PRAGMA foreign_key_check")

    def collision(self) -> Exception:
        return _Collision("could not serialize access")

    def close(self) -> None:
        if self._look:
            self._look.close()
            self._look = None

    def _inspector(self) -> sqlite3.Connection:
        if self._look is None:
            self._look = sqlite3.connect(self._path, isolation_level=None)
        return self._look


class _Collision(sqlite3.OperationalError):
    """As PostgreSQL raises it."""

    sqlstate = "40001"


class PostgresDatabase:
    """A database of a running PostgreSQL, with the server's tables in it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._look: psycopg.Connection[tuple[Any, ...]] | None = None

    def put(self, content: bytes) -> None:
        """Rows lie in another order than in the copy: whoever needs an order must ask for it."""
        copy = _opened(content)
        looking = self._inspector()
        with looking.transaction(), looking.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # references may wait for rows
            for table in METADATA.sorted_tables:
                cursor.execute(f"DELETE FROM {_named(table)}".encode())
                names = _names(table)
                found = copy.execute(f"SELECT {names} FROM {_named(table)} ORDER BY rowid DESC").fetchall()
                with cursor.copy(f"COPY {_named(table)} ({names}) FROM STDIN".encode()) as into:
                    for row in found:
                        into.write_row(row)
        copy.close()

    def take(self) -> bytes:
        copy = _opened(_no_rows())
        for name, rows in tables_in(self).items():
            table = METADATA.tables[name]
            places = ", ".join("?" for _ in table.columns)
            copy.executemany(f"INSERT INTO {_named(table)} ({_names(table)}) VALUES ({places})", rows)
        content = copy.serialize()
        copy.close()
        return content

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return self._inspector().execute(query.replace("?", "%s").encode(), values or None).fetchall()

    def dangling(self) -> list[tuple[Any, ...]]:
        """None: PostgreSQL looks at every commit."""
        return []

    def collision(self) -> Exception:
        return SerializationFailure("could not serialize access")

    def close(self) -> None:
        if self._look:
            self._look.close()
            self._look = None

    def _inspector(self) -> "psycopg.Connection[tuple[Any, ...]]":
        if self._look is None:
            address = self.url.replace("postgresql+psycopg", "postgresql")
            self._look = psycopg.connect(address, autocommit=True)
        return self._look


def _named(table: Table) -> str:
    return f'"{table.name}"'


def _names(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


def _opened(content: bytes) -> sqlite3.Connection:
    """In memory, where there is no write-ahead log, whatever the file says."""
    opened = sqlite3.connect(":memory:", isolation_level=None)
    opened.deserialize(content[:18] + b"\x01\x01" + content[20:])
    return opened


@cache
def _no_rows() -> bytes:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    METADATA.create_all(engine)
    raw: Any = engine.raw_connection()
    content: bytes = raw.driver_connection.serialize()
    raw.close()
    engine.dispose()
    return content
