"""One database, SQLite or PostgreSQL, behind the same two kinds of transaction.

A writing transaction sees what others have committed at each statement and takes the lock of a row
before it decides; a reading one sees a single moment. On SQLite a writer has the file to itself.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

Result = TypeVar("Result")

ATTEMPTS = 5
# Serialisation, deadlock; two made the same key at once, or one pointed to what the other deleted.
_TRY_AGAIN = {"40001", "40P01", "23505", "23503"}
_PRAGMAS = (
    "busy_timeout = 30000",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cache_size = -16384",  # a push of hundreds of rows would spill what it has not committed
    "wal_autocheckpoint = 4000",  # and each would copy all it wrote once more
)


class Database:
    """Where the server keeps everything but files; safe to share between threads."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        sqlite = address.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if sqlite else _postgresql(url)
        self._closed = False
        event.listen(self.engine, "checkin", self._given_back)
        # SQLite lets writers try again and again, and whoever is unlucky waits for ever; here they queue.
        self._turn: AbstractContextManager[object] = threading.Lock() if sqlite else nullcontext()

    @contextmanager
    def read(self) -> Generator[Connection]:
        """One moment of the database, and nothing can be written."""
        with self.engine.connect() as connection:
            yield connection.execution_options(**self._reading)

    @contextmanager
    def write(self) -> Generator[Connection]:
        """All of the block is committed, or none of it."""
        with self._turn, self.engine.begin() as connection:
            yield connection

    def transact(self, work: Callable[[Connection], Result]) -> Result:
        """The result of `work` in a writing transaction, done anew where it collided with another."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.write() as connection:
                    return work(connection)
            except DBAPIError as problem:
                if attempt == ATTEMPTS or getattr(problem.orig, "sqlstate", None) not in _TRY_AGAIN:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Connections in use, as by a request that was broken off, are closed as they are given back."""
        self._closed = True
        self.engine.dispose()

    def _given_back(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        if self._closed:
            record.invalidate()

    @property
    def _reading(self) -> dict[str, Any]:
        if self.engine.dialect.name == "sqlite":
            return {"sqlite_begin": "BEGIN"}
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)


def _sqlite(url: str) -> Engine:
    # Whoever worked last has what is needed in its cache.
    engine = create_engine(url, pool_size=10, max_overflow=20, pool_use_lifo=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transactions would begin too late and leave DDL outside.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer that began as a reader could not wait for another: it would fail at once.
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine
