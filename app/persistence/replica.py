"""The local database as the rest of the program uses it. A committed write is always queued."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.clock import Clock, local_now
from app.domain.ids import new_id
from app.persistence.database import for_writing
from app.persistence.identity import Identity, read_identity, write_identity
from app.persistence.outgoing import Action
from app.persistence.write import Write


class Replica:
    """Safe to use from several threads; each block below is one transaction."""

    def __init__(self, engine: Engine, path: Path, clock: Clock = local_now) -> None:
        self.path = path
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
    def absorb(self) -> Generator[Connection]:
        """A transaction of the replica's own: what comes from the server is not sent back to it."""
        with self._writing.begin() as connection:
            yield connection

    @property
    def identity(self) -> Identity | None:
        """Who is signed in on this replica; None before the first sign-in."""
        with self._engine.connect() as connection:
            return read_identity(connection)

    def belong_to(self, identity: Identity) -> None:
        """Remember who is signed in."""
        with self.absorb() as connection:
            write_identity(connection, identity)

    def close(self) -> None:
        """Give up every connection; the last one out tidies the write-ahead log away."""
        self._engine.dispose()
