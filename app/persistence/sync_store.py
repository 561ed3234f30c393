"""The replica as the sync engine uses it. Every call commits alone, so a round may end anywhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from uuid import UUID

from sqlalchemy import Connection

from app.domain.changes import Changes
from app.domain.errors import SignInNeeded
from app.domain.ids import new_id
from app.persistence import facts
from app.persistence.clipping import commit
from app.persistence.facts import Fact
from app.persistence.identity import Identity, read_identity, write_identity
from app.persistence.inbound import apply
from app.persistence.rebase import changes_of, recompute, rows_of
from app.persistence.replica import Replica
from app.persistence.sending import outgoing, reopen_lost, retire, settle, settled, unnumber
from sync.pages import End, Page, read_page
from sync.protocol import Mutation, Result


@dataclass(frozen=True)
class Position:
    """What the server is asked to go on from: its token, and our last mutation known to be settled.
    `first`: we hold nothing yet, and would like to have first what is needed soonest."""

    token: str
    settled: int
    first: bool


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

    def position(self) -> Position:
        """Where the next pull, or the next page of one under way, begins."""
        with self._replica.read() as session:
            connection = session.connection()
            token = facts.get(connection, Fact.POSITION) or facts.get(connection, Fact.CURSOR)
            first = not token and facts.get(connection, Fact.WHOLE) is None
            return Position(token or "", settled(connection), first)

    def stage(self, page: Page) -> None:
        """Keep a page, and where the next one begins, until the pull is complete."""
        with self._replica.absorb() as connection:
            connection.exec_driver_sql("INSERT INTO staged_page (body) VALUES (?)", (page.body,))
            facts.put(connection, Fact.POSITION, page.end.cursor)

    def apply(self, last: Page) -> Changes:
        """Bring a pull on show, now that its last page is here, in one transaction with the new cursor,
        which after a first part is where every pull begins."""
        end = last.end
        if not last.rows and self._is_news_to_nobody(end):
            return Changes()
        with self._replica.absorb() as connection:
            pages = chain(_staged(connection), [last])
            changes = apply(connection, pages, end, whole=facts.get(connection, Fact.WHOLE) is not None)
            self._check_acked(connection, end.acked)
            facts.put(connection, Fact.CURSOR, end.cursor or None)
            if not end.again:
                facts.put(connection, Fact.HEAD, str(end.head))
            # After a first part the whole begins at nothing, and names what came with the part again.
            facts.put(connection, Fact.WHOLE, "1" if end.first else None)
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
            answered = settle(connection, results)
            head = int(facts.get(connection, Fact.HEAD) or 0)
            retired = retire(connection, head)
            recompute(connection, retired)  # the others are still laid over the server's rows
            if answered.ambiguous:
                self._rename_device(connection)
            commit(connection)
        return changes_of(retired | answered.rows)

    def _is_news_to_nobody(self, end: End) -> bool:
        """Nothing to write down: the usual answer when a laptop asks whether there is anything."""
        position = self.position()
        acked = end.acked.get(self.identity().device_id, position.settled)
        return end.cursor == position.token and acked >= position.settled

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


def _staged(connection: Connection) -> Iterator[Page]:
    """The staged pages, one in memory at a time."""
    found = connection.exec_driver_sql("SELECT position FROM staged_page ORDER BY position")
    for (position,) in found.all():
        body = connection.exec_driver_sql("SELECT body FROM staged_page WHERE position = ?", (position,))
        yield read_page(bytes(body.scalar_one()))


def _unstage(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM staged_page")
    facts.put(connection, Fact.POSITION, None)
