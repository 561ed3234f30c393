"""Slows down whoever guesses passwords: each failure makes the next attempt wait longer.

An account never waits long, or strangers could lock its owner out; an address waits longer, but
has more attempts, since a whole office may share it. The table is ours, so that a restart forgets
nothing and several workers agree.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, text

from sync.server.refusals import Refusal

FORGET_AFTER = 3600.0  # seconds without an attempt


@dataclass(frozen=True)
class Patience:
    """`free` failures cost nothing; then the wait doubles from one second up to `longest`."""

    kind: str
    free: int
    longest: float

    def wait_after(self, failures: int) -> float:
        return 0.0 if failures <= self.free else min(2.0 ** (failures - self.free - 1), self.longest)


ACCOUNT = Patience("login", free=3, longest=30.0)
ADDRESS = Patience("address", free=30, longest=900.0)

# One statement, so that attempts made at the same moment are counted one by one. Each counts as a
# failure until it has succeeded: parallel guesses find the door already closing.
_COUNT = text(
    "INSERT INTO sign_in_attempt AS a (subject, failures, blocked_until, last_at) "
    "VALUES (:subject, 1, 0, :now) ON CONFLICT (subject) DO UPDATE SET "
    "failures = CASE WHEN a.last_at < :forgotten THEN 1 ELSE a.failures + 1 END, last_at = :now "
    "WHERE a.blocked_until <= :now RETURNING failures"
)
_BLOCK = text("UPDATE sign_in_attempt SET blocked_until = :until WHERE subject = :subject")
_REMAINING = text("SELECT blocked_until FROM sign_in_attempt WHERE subject = :subject")
_FORGIVE = text("DELETE FROM sign_in_attempt WHERE subject = :subject")
_UNCOUNT = text("UPDATE sign_in_attempt SET failures = failures - 1 WHERE subject = :subject")


def count_attempt(connection: Connection, login: str, address: str, now: float) -> None:
    """Count an attempt before its password is looked at; raises Refusal 429 during a wait."""
    for patience, name in ((ADDRESS, address), (ACCOUNT, login)):
        subject = _subject(patience, name)
        counted = connection.execute(
            _COUNT, {"subject": subject, "now": now, "forgotten": now - FORGET_AFTER}
        ).scalar()
        if counted is None:
            until = connection.execute(_REMAINING, {"subject": subject}).scalar_one()
            raise Refusal(429, "auth.throttled", retry_after=max(1, round(until - now)))
        if wait := patience.wait_after(counted):
            connection.execute(_BLOCK, {"subject": subject, "until": now + wait})


def forgive(connection: Connection, login: str, address: str) -> None:
    """The password was right: the account starts afresh, and the address has one failure less."""
    connection.execute(_FORGIVE, {"subject": _subject(ACCOUNT, login)})
    connection.execute(_UNCOUNT, {"subject": _subject(ADDRESS, address)})


def _subject(patience: Patience, name: str) -> str:
    return hashlib.sha256(f"{patience.kind}:{name}".encode()).hexdigest()
