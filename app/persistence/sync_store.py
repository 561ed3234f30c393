"""The replica as the sync engine uses it. Every call commits alone, so a round may end anywhere."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import Connection

from app.domain.ambient import utc_now
from app.domain.changes import Changes
from app.domain.errors import SignInNeeded, SyncRefused
from app.domain.ids import new_id
from app.persistence import facts
from app.persistence.clipping import commit
from app.persistence.facts import Fact
from app.persistence.identity import Identity, read_identity, write_identity
from app.persistence.inbound import apply
from app.persistence.journal import acknowledged, is_suspect, take_up_again, trim
from app.persistence.rebase import changes_of, recompute, rows_of
from app.persistence.repair import Repair, is_digest_due
from app.persistence.replica import Replica
from app.persistence.sending import last_number, outgoing, retire, settle, settled, unnumber
from app.persistence.snapshot_load import SnapshotLoad
from app.persistence.snapshot_load import forget as forget_snapshot
from app.persistence.sync_journal import BEGUN_ANEW, RENAMED, RESTORED, note
from sync.pages import End, Page, read_page
from sync.protocol import Result, Written


@dataclass(frozen=True)
class Position:
    """What the server is asked to go on from: its token, and our last mutation known to be settled."""

    token: str
    settled: int


@dataclass(frozen=True)
class Outset:
    """How things stand before a pull: where it begins, and whether the server is first to be asked what it
    still has, or a snapshot to be loaded; `is_digest_due`: the server is to say what we then hold in all."""

    position: Position
    is_suspect: bool
    is_snapshot_due: bool
    is_digest_due: bool


@dataclass(frozen=True)
class Missing:
    """What the server lacks of our journal, now that it was asked; and from when the backup is that it
    goes on from, where it knows."""

    op_ids: Collection[UUID] = ()
    restored_from: str | None = None


class SyncStore:
    """`make_id` names a device anew where its numbers became ambiguous.

    Where another process pulls into the same replica, one of the two is refused (SyncRefused), so that
    pages of two pulls never mix.
    """

    def __init__(self, replica: Replica, make_id: Callable[[], UUID] = new_id) -> None:
        self._replica = replica
        self._make_id = make_id
        self._asked: str | None = None  # where the page begins that we wait for
        self.snapshot = SnapshotLoad(replica)
        self.repair = Repair(replica)

    def identity(self) -> Identity:
        """Raises SignInNeeded where nobody ever signed in here."""
        with self._replica.look() as connection:
            return _identity(connection)

    def outset(self) -> Outset:
        """All that a pull needs to know before it begins."""
        with self._replica.look() as connection:
            known = facts.known(connection)
            position = _position(connection, known)
            self._asked = position.token
            return Outset(
                position=position,
                is_suspect=Fact.SUSPECT in known,
                is_snapshot_due=Fact.CURSOR not in known,
                is_digest_due=is_digest_due(known.get(Fact.COMPARED_AT)),
            )

    def position(self) -> Position:
        """Where the next pull, or the next page of one under way, begins."""
        with self._replica.look() as connection:
            position = _position(connection, facts.known(connection))
        self._asked = position.token
        return position

    def cursor(self) -> str:
        """Where the last finished pull ended."""
        with self._replica.look() as connection:
            return facts.get(connection, Fact.CURSOR) or ""

    def stage(self, page: Page) -> None:
        """Keep a page, and where the next one begins, until the pull is complete."""
        with self._replica.absorb() as connection:
            self._check_we_are_alone(connection)
            connection.exec_driver_sql("INSERT INTO staged_page (body) VALUES (?)", (page.body,))
            facts.put(connection, Fact.POSITION, page.end.cursor)
        self._asked = page.end.cursor

    def apply(self, last: Page) -> Changes:
        """Bring a pull on show, now that its last page is here, in one transaction with the new cursor."""
        end = last.end
        if not last.rows and self._is_news_to_nobody(end):
            return Changes()
        with self._replica.absorb() as connection:
            self._check_we_are_alone(connection)
            pages = chain(_staged(connection), [last])
            changes = apply(connection, pages, end)
            if self._others_use_our_numbers(connection, end):
                self._rename_device(connection)
            if last.header.timeline:
                facts.put(connection, Fact.TIMELINE, last.header.timeline)
            facts.put(connection, Fact.CURSOR, end.cursor or None)
            if end.head and not end.again:
                facts.put(connection, Fact.HEAD, str(end.head))
            _unstage(connection)
            commit(connection)
        self._asked = end.cursor
        return changes

    def suspects(self, last: Page | None = None) -> bool:
        """Must the server be asked what it still has, before anything of it is applied?"""
        with self._replica.look() as connection:
            known = facts.known(connection)
            return Fact.SUSPECT in known or (last is not None and is_suspect(connection, known, last))

    def acknowledged(self) -> list[UUID]:
        """The mutations the server has taken, as our journal has them, oldest first."""
        with self._replica.look() as connection:
            return acknowledged(connection)

    def take_up_again(self, missing: Missing, timeline: str = "") -> Changes:
        """The server was asked: what it lacks is unsent once more, in its old place and under a new id of
        this device, and stays on show. That nothing was amiss the user need not read."""
        with self._replica.absorb() as connection:
            again = take_up_again(connection, missing.op_ids)
            if again:
                self._rename_device(connection)
            known = facts.get(connection, Fact.TIMELINE)
            another = bool(known and timeline and known != timeline)
            if again or another or facts.get(connection, Fact.SUSPECT) == RESTORED:
                backup = {"restored_from": missing.restored_from} if missing.restored_from else {}
                note(connection, _now(), RESTORED, {"again": len(again), **backup})
            facts.put(connection, Fact.SUSPECT, None)
            if timeline:
                facts.put(connection, Fact.TIMELINE, timeline)
            return changes_of(rows_of(connection, again))

    def trim_journal(self, now: datetime) -> None:
        """Forget what nobody will need again."""
        with self._replica.absorb() as connection:
            trim(connection, now)

    def unstage(self) -> None:
        """Forget pages of a pull that cannot be completed; the next one starts at the cursor."""
        with self._replica.absorb() as connection:
            self._check_we_are_alone(connection)
            _unstage(connection)
        self._asked = None

    def start_over(self, *, another_history: bool = False) -> None:
        """Our cursor means nothing to the server: load a snapshot, and then drop what it did not name.

        What is on show stays until then; own mutations stay in any case. In `another_history` commits
        are numbered anew, and the server may lack what it has acknowledged.
        """
        with self._replica.absorb() as connection:
            self._check_we_are_alone(connection)  # who has begun anew already has a better cursor
            _unstage(connection)
            facts.put(connection, Fact.CURSOR, None)
            forget_snapshot(connection)
            facts.put(connection, Fact.WHOLE, "1")
            if another_history:
                for fact in (Fact.HEAD, Fact.TIMELINE):
                    facts.put(connection, fact, None)
                facts.put(connection, Fact.SUSPECT, RESTORED)
            else:
                note(connection, _now(), BEGUN_ANEW, {})
        self._asked = None

    def outgoing(self, limit: int) -> tuple[Written, ...]:
        """The next mutations to send, oldest first."""
        with self._replica.absorb() as connection:
            return outgoing(connection, _identity(connection).device_id, limit)

    def settle(self, results: Iterable[Result]) -> Changes:
        """Note what became of mutations. Ambiguous numbers give the device a new identity."""
        with self._replica.absorb() as connection:
            answered = settle(connection, results)
            head = int(facts.get(connection, Fact.HEAD) or 0)
            retired = retire(connection, head)
            recompute(connection, retired)  # the others are still laid over the server's rows
            if answered.ambiguous:
                facts.put(connection, Fact.SUSPECT, facts.get(connection, Fact.SUSPECT) or RENAMED)
                self._rename_device(connection)
            commit(connection)
        return changes_of(retired | answered.rows)

    def _check_we_are_alone(self, connection: Connection) -> None:
        token = _token(facts.known(connection))
        if self._asked is not None and token != self._asked:
            raise SyncRefused("sync.interrupted")

    def _is_news_to_nobody(self, end: End) -> bool:
        """Nothing to write down: the usual answer when a laptop asks whether there is anything."""
        with self._replica.look() as connection:
            position = _position(connection, facts.known(connection))
            acked = position.settled
            if end.acked:
                acked = end.acked.get(_identity(connection).device_id, acked)
        return end.cursor == position.token and acked >= position.settled

    def _others_use_our_numbers(self, connection: Connection, end: End) -> bool:
        """The server has had more of this device than we ever sent: we are a copy, or there is one."""
        identity = read_identity(connection)
        return identity is not None and end.acked.get(identity.device_id, 0) > last_number(connection)

    def _rename_device(self, connection: Connection) -> None:
        """The sign-in follows when the server is next spoken to."""
        identity = read_identity(connection)
        if identity is not None:
            write_identity(connection, replace(identity, device_id=self._make_id()))
        note(connection, _now(), RENAMED, {"again": unnumber(connection)})


def _identity(connection: Connection) -> Identity:
    identity = read_identity(connection)
    if identity is None:
        raise SignInNeeded("auth.never_signed_in")
    return identity


def _position(connection: Connection, known: Mapping[str, str]) -> Position:
    return Position(_token(known), settled(connection))


def _token(known: Mapping[str, str]) -> str:
    return known.get(Fact.POSITION) or known.get(Fact.CURSOR, "")


def _staged(connection: Connection) -> Iterator[Page]:
    """The staged pages, one in memory at a time."""
    found = connection.exec_driver_sql("SELECT position FROM staged_page ORDER BY position")
    for (position,) in found.all():
        body = connection.exec_driver_sql("SELECT body FROM staged_page WHERE position = ?", (position,))
        yield read_page(bytes(body.scalar_one()))


def _now() -> datetime:
    return utc_now().astimezone()


def _unstage(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM staged_page")
    facts.put(connection, Fact.POSITION, None)
