"""What a replica needs where changes are carried by hand: its keys, the server's, and what is to go along."""

from uuid import UUID

from sqlalchemy import select

from app.domain.errors import RuleViolation
from app.persistence import facts
from app.persistence.bookkeeping import Outbox, OutboxState
from app.persistence.facts import Fact
from app.persistence.replica import Replica
from app.persistence.sending import outgoing
from sync.carried import Keys, PublicKeys
from sync.protocol import Written

_ALL = -1
_NO_LIMIT = 2**62


def keys_of(replica: Replica, device_id: UUID) -> Keys:
    """The laptop's own; they need not be kept, since the key of the replica yields them."""
    return Keys(replica.key_for(b"changes carried by hand " + device_id.bytes))


def meet(replica: Replica, server: PublicKeys) -> None:
    """Remember the server's keys, told over a line."""
    written = server.written()
    with replica.read() as session:
        if facts.get(session.connection(), Fact.SERVER_KEYS) == written:
            return
    with replica.absorb() as connection:
        facts.put(connection, Fact.SERVER_KEYS, written)


def server_keys(replica: Replica) -> PublicKeys:
    """Raises RuleViolation where laptop and server never met over a line."""
    with replica.read() as session:
        written = facts.get(session.connection(), Fact.SERVER_KEYS)
    if written is None:
        raise RuleViolation("carried.never_met")
    return PublicKeys.read(written)


def cursor(replica: Replica) -> str:
    """What the server knows us to hold."""
    with replica.read() as session:
        return facts.get(session.connection(), Fact.CURSOR) or ""


def unsent(replica: Replica, device_id: UUID) -> tuple[Written, ...]:
    """All that waits, numbered as it would be over a line: whichever arrives first, the other is known."""
    with replica.absorb() as connection:
        return outgoing(connection, device_id, _ALL, _NO_LIMIT)


def unanswered(replica: Replica) -> set[UUID]:
    """What has been numbered, and so may be under way."""
    query = select(Outbox.op_id).where(Outbox.state == OutboxState.PENDING, Outbox.n.is_not(None))
    with replica.read() as session:
        return set(session.scalars(query))
