"""The replica as the sync engine uses it. Every call commits alone, so a round may end anywhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection

from app.domain.changes import Changes
from app.domain.errors import SignInNeeded
from app.domain.ids import new_id
from app.domain.registry import entity_named
from app.persistence import facts
from app.persistence.clipping import commit
from app.persistence.facts import Fact
from app.persistence.identity import Identity, read_identity, write_identity
from app.persistence.inbound import apply
from app.persistence.rebase import Key, recompute, rows_of, uuid_keys
from app.persistence.replica import Replica
from app.persistence.sending import outgoing, reopen_lost, retire, settle, unnumber
from app.persistence.withdrawal import withdraw
from sync.pages import Page, read_page
from sync.protocol import Mutation, Result


class SyncStore:
    """`make_id` names a device anew where its numbers became ambiguous."""

    def __init__(self, replica: Replica, make_id: Callable[[], UUID] = new_id) -> None:
        self._replica = replica
        self._make_id = make_id

    def identity(self) -> Identity:
        """Raises SignInNeeded where nobody ever signed in here."""
        identity = self._replica.identity
        if identity is None:
            raise SignInNeeded("auth.never_signed_in")
        return identity

    def position(self) -> str | None:
        """The token to pull with; None: from the very beginning."""
        with self._replica.read() as session:
            connection = session.connection()
            return facts.get(connection, Fact.POSITION) or facts.get(connection, Fact.CURSOR)

    def stage(self, page: Page) -> None:
        """Keep a page, and where the next one begins, until the pull is complete."""
        with self._replica.absorb() as connection:
            connection.exec_driver_sql("INSERT INTO staged_page (body) VALUES (?)", (page.body,))
            facts.put(connection, Fact.POSITION, page.end.cursor)

    def apply(self) -> Changes:
        """Bring a complete pull on show, in one transaction with the new cursor."""
        with self._replica.absorb() as connection:
            bodies = _Staged(connection)
            end = read_page(bodies.last()).end
            changes = apply(connection, bodies, whole=facts.get(connection, Fact.WHOLE) is not None)
            self._check_acked(connection, end.acked)
            facts.put(connection, Fact.CURSOR, end.cursor)
            if not end.again:
                facts.put(connection, Fact.HEAD, str(end.head))
            facts.put(connection, Fact.WHOLE, None)
            _unstage(connection)
            commit(connection)
        return changes

    def unstage(self) -> None:
        """Forget pages of a pull that cannot be completed; the next one starts at the cursor."""
        with self._replica.absorb() as connection:
            _unstage(connection)

    def start_over(self) -> None:
        """Our cursor means nothing to the server: pull everything, and then drop what was not named.

        What is on show stays until then; own mutations stay in any case.
        """
        with self._replica.absorb() as connection:
            _unstage(connection)
            facts.put(connection, Fact.CURSOR, None)
            facts.put(connection, Fact.WHOLE, "1")

    def outgoing(self, limit: int) -> tuple[Mutation, ...]:
        """The next mutations to send, oldest first."""
        device_id = self.identity().device_id
        with self._replica.absorb() as connection:
            return outgoing(connection, device_id, limit)

    def settle(self, results: Iterable[Result]) -> Changes:
        """Note what became of mutations. Ambiguous numbers give the device a new identity."""
        with self._replica.absorb() as connection:
            settled = settle(connection, results)
            head = int(facts.get(connection, Fact.HEAD) or 0)
            rows = retire(connection, head) | settled.rows
            recompute(connection, rows)
            if settled.forked or settled.gap:
                self._rename_device(connection)
            commit(connection)
        return _changes(rows)

    def withdraw(self, op_ids: Iterable[UUID]) -> Changes:
        """Take back mutations the server does not have."""
        with self._replica.absorb() as connection:
            rows = withdraw(connection, op_ids)
            commit(connection)
        return _changes(rows)

    def _check_acked(self, connection: Connection, acked: Mapping[UUID, int]) -> None:
        """A server restored from an older copy lost mutations it had acknowledged: they go again."""
        identity = read_identity(connection)
        if identity is None or identity.device_id not in acked:
            return
        lost = reopen_lost(connection, identity.device_id, acked[identity.device_id])
        if lost:
            recompute(connection, rows_of(connection, lost))
            self._rename_device(connection)

    def _rename_device(self, connection: Connection) -> None:
        identity = read_identity(connection)
        if identity is not None:
            write_identity(connection, replace(identity, device_id=self._make_id()))
        unnumber(connection)


class _Staged:
    """The staged pages, one in memory at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        found = connection.exec_driver_sql("SELECT position FROM staged_page ORDER BY position")
        self._positions = [row[0] for row in found]

    def __iter__(self) -> Iterator[bytes]:
        return map(self._body, self._positions)

    def last(self) -> bytes:
        return self._body(self._positions[-1])

    def _body(self, position: int) -> bytes:
        found = self._connection.exec_driver_sql(
            "SELECT body FROM staged_page WHERE position = ?", (position,)
        )
        return bytes(found.scalar_one())


def _unstage(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM staged_page")
    facts.put(connection, Fact.POSITION, None)


def _changes(rows: Iterable[Key]) -> Changes:
    keys = frozenset(rows)
    return Changes(frozenset(entity_named(name) for name, _ in keys), uuid_keys(keys))
