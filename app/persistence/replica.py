"""The local database as the rest of the program uses it. A committed write is always queued."""

import hmac
from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.clock import Clock, local_now
from app.domain.errors import ReplicaDamaged, ReplicaLocked
from app.domain.ids import new_id
from app.persistence import migrate, search_index
from app.persistence.backups import backups, fits, is_sound, newest_sound
from app.persistence.database import for_loading, for_writing, keep_ballast, open_engine
from app.persistence.identity import Identity, read_identity, write_identity
from app.persistence.outgoing import Action
from app.persistence.write import Write

if TYPE_CHECKING:
    from app.persistence.blobs import BlobStore


class Replica:
    """Safe to use from several threads; each block below is one transaction."""

    def __init__(self, engine: Engine, path: Path, key: bytes, clock: Clock = local_now) -> None:
        self.path = path
        self._key = key
        self._engine = engine
        self._writing = for_writing(engine)
        self._clock = clock

    @contextmanager
    def write(
        self, name: str, *, on_conflict: str = "field", replaces: UUID | None = None
    ) -> Generator[Write]:
        """One business action of the user, which becomes one mutation named `name`."""
        action = Action(new_id(), name, self._clock(), on_conflict, replaces)
        with Session(self._writing) as session, session.begin():
            yield Write(session, action)

    @contextmanager
    def read(self) -> Generator[Session]:
        """A view of one moment, whatever is written meanwhile."""
        with Session(self._engine, autoflush=False) as session:
            yield session

    @contextmanager
    def look(self) -> Generator[Connection]:
        """As `read`, for who asks in SQL."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def absorb(self) -> Generator[Connection]:
        """A transaction of the replica's own: what comes from the server is not sent back to it."""
        with self._writing.begin() as connection:
            yield connection

    def key_for(self, purpose: bytes) -> bytes:
        """A key of its own for `purpose`, the same whenever it is asked for."""
        return hmac.digest(self._key, purpose, "sha256")

    @contextmanager
    def load(self) -> Generator[Connection]:
        """As `absorb`, for very much at once. No row is looked up that another points to: whoever writes sees
        to it that none points nowhere. A power cut may take back the last of it, never part of it."""
        with self._writing.connect() as connection:
            settings = for_loading(connection.connection)
            with settings, connection.begin():
                yield connection

    @cached_property
    def blobs(self) -> "BlobStore":
        """The photos and files that belong to attachments, sealed beside the database."""
        from app.persistence.blobs import BlobStore  # the ciphers, which a start can do without

        return BlobStore(self.path.with_name("blobs"), self._key)

    @property
    def identity(self) -> Identity | None:
        """Who is signed in on this replica; None before the first sign-in."""
        with self.look() as connection:
            return read_identity(connection)

    def belong_to(self, identity: Identity) -> None:
        """Remember who is signed in."""
        with self.absorb() as connection:
            write_identity(connection, identity)

    def close(self) -> None:
        """Give up every connection; the last one out tidies the write-ahead log away."""
        self._engine.dispose()


def open_replica(path: Path, key: bytes, clock: Clock = local_now) -> Replica:
    """The desktop's way in, under its lock: makes, checks and migrates the replica as needed.

    Raises ReplicaLocked for a wrong key, ReplicaDamaged where `recover` is due, AppError where a newer
    release has written it, DiskFull.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if _is_blank(path) and backups(path):
        raise ReplicaDamaged("replica.damaged")
    if (_was_left_open(path) or _suspicion(path).exists()) and not is_sound(path, key):
        raise _locked_or_damaged(path, key)
    _suspicion(path).unlink(missing_ok=True)
    try:
        migrate.bring_up_to_date(path, key)
        replica = Replica(open_engine(path, key, spends_ballast=True), path, key, clock)
        with replica.read() as session:
            searchable = search_index.is_current(session.connection())
    except ReplicaLocked as locked:
        raise _locked_or_damaged(path, key) from locked
    if not searchable:
        with replica.absorb() as connection:
            search_index.install(connection)
    keep_ballast(path)
    return replica


def join_replica(path: Path, key: bytes, clock: Clock = local_now) -> Replica:
    """The second process's way in, to a replica that the desktop has prepared."""
    return Replica(open_engine(path, key), path, key, clock)


def distrust(path: Path) -> None:
    """A page of the replica could not be read: whoever opens it next looks at every one first."""
    _suspicion(path).touch()


def _suspicion(path: Path) -> Path:
    return path.with_suffix(".suspect")


def _is_blank(path: Path) -> bool:
    """Nothing is there. SQLite would make a new database of it and say nothing."""
    return not path.exists() or path.stat().st_size == 0


def _was_left_open(path: Path) -> bool:
    """The last process did not close the database; its log is still there."""
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0


def _locked_or_damaged(path: Path, key: bytes) -> ReplicaLocked | ReplicaDamaged:
    """A damaged first page looks like a wrong key, unless the key opens a backup."""
    if fits(path, key) or newest_sound(path, key):
        return ReplicaDamaged("replica.damaged")
    return ReplicaLocked("replica.wrong_key")
