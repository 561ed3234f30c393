"""The encrypted SQLite file: how it is opened, and what its errors mean."""

import contextlib
import shutil
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, ExceptionContext, QueuePool, create_engine, event

from app.domain.errors import AppError, Busy, DiskFull, ReplicaDamaged, ReplicaLocked, RuleViolation

BUSY_MS = 60_000  # whoever saves while a first pull is applied waits for it, not on the thread of the window
BALLAST_BYTES = 4 * 2**20
_IMMEDIATE = "immediate"

_MEANINGS: Mapping[int, Callable[[], AppError]] = {
    sqlcipher.SQLITE_FULL: lambda: DiskFull("replica.disk_full"),
    sqlcipher.SQLITE_BUSY: lambda: Busy("replica.busy"),
    sqlcipher.SQLITE_LOCKED: lambda: Busy("replica.busy"),
    sqlcipher.SQLITE_CORRUPT: lambda: ReplicaDamaged("replica.damaged"),
    sqlcipher.SQLITE_NOTADB: lambda: ReplicaLocked("replica.wrong_key"),
}

_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL loses acknowledged commits in a power cut
    "fullfsync = ON",  # macOS only; elsewhere it changes nothing
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "temp_store = MEMORY",  # temporary files would hold customer data in the clear
    "cache_size = -16000",
)


def unlock(path: Path, key: bytes, *, timeout_ms: int = BUSY_MS) -> Any:
    """A raw connection that reads with `key`; whether it is the right one shows at the first read."""
    # isolation_level None: the driver starts no transaction of its own, so a migration is one.
    raw = sqlcipher.connect(
        str(path), isolation_level=None, check_same_thread=False, timeout=timeout_ms / 1000
    )
    raw.execute("PRAGMA cipher_log_level = NONE")
    # PRAGMA key takes no parameter; 64 hexadecimal digits need no quoting and no key derivation.
    raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return raw


def connect(path: Path, key: bytes) -> Any:
    """A raw connection with our settings to the database at `path`, made if there is none.

    Raises ReplicaLocked where `key` does not open it.
    """
    with translated():
        raw = unlock(path, key)
        try:
            for setting in _SETTINGS:
                raw.execute(f"PRAGMA {setting}")
        except sqlcipher.Error:
            raw.close()
            raise
    return raw


def open_engine(path: Path, key: bytes, *, spends_ballast: bool = False) -> Engine:
    """An engine whose transactions read one moment, or write exclusively if bound by `for_writing`.

    The key is in no URL, so it can appear in no log. On a full disk only the user's own process
    `spends_ballast`: what is downloaded must not take the room held back for his last edit.
    """
    # The URL alone would mean a database in memory, whose pool gives a thread one connection only.
    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=lambda: connect(path, key), poolclass=QueuePool, pool_size=4
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(_IMMEDIATE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    @event.listens_for(engine, "handle_error")
    def _translate(context: ExceptionContext) -> None:
        error = context.original_exception
        meaning = meaning_of(error)
        if spends_ballast and isinstance(meaning, DiskFull):
            free_ballast(path)
        if meaning is not None:
            raise meaning from error

    return engine


def for_writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take the write lock when they begin."""
    return engine.execution_options(**{_IMMEDIATE: True})


@contextlib.contextmanager
def for_loading(raw: Any) -> Generator[None]:
    """A connection that leaves out, within this block, what costs more than the rows themselves."""
    settings = {
        "foreign_keys": ("OFF", "ON"),
        "synchronous": ("NORMAL", "FULL"),
        "wal_autocheckpoint": (8000, 1000),
    }
    for name, (meanwhile, _) in settings.items():
        raw.execute(f"PRAGMA {name} = {meanwhile}")
    try:
        yield
    finally:
        raw.rollback()  # a commit that failed leaves its transaction, inside which settings do not change
        for name, (_, usually) in settings.items():
            raw.execute(f"PRAGMA {name} = {usually}")


def meaning_of(error: BaseException) -> AppError | None:
    """The one place that knows SQLite's errors; None for one that is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if "FOREIGN KEY" in str(error):
        return RuleViolation("record.in_use")
    meaning = _MEANINGS.get(code & 0xFF)  # the low byte is the primary code
    return meaning() if meaning else None


@contextlib.contextmanager
def translated() -> Generator[None]:
    """For the few places that speak to SQLite without an engine."""
    try:
        yield
    except sqlcipher.Error as error:
        raise meaning_of(error) or error from error


def keep_ballast(path: Path) -> None:
    """Hold some room back, so that a full disk still lets the user save his last edit."""
    ballast = _ballast(path)
    if not ballast.exists() and shutil.disk_usage(path.parent).free > 16 * BALLAST_BYTES:
        ballast.write_bytes(bytes(BALLAST_BYTES))


def free_ballast(path: Path) -> None:
    """Give the room back that was held for this moment."""
    _ballast(path).unlink(missing_ok=True)


def lock_replica(path: Path) -> FileLock:
    """Hold `path` for one desktop until the returned lock is released or the process ends.

    Raises Busy where another copy of the program has it. The sync process, the desktop's own second
    writer, has a lock of its own, so that there is never a third.
    """
    lock = FileLock(path.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as held:
        raise Busy("replica.in_use") from held
    return lock


def _ballast(path: Path) -> Path:
    return path.with_suffix(".ballast")
