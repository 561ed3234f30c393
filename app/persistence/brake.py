"""Stops a pull that would remove a large part of the replica, unless the server's digest bears it out.

What left our scope says so; rows said to be deleted in such numbers are more likely a mistake. The
pull is taken back, nothing is lost by waiting, and the user may say that it shall go on.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from app.domain.entity import name_of
from app.domain.errors import SyncRefused
from app.domain.registry import ENTITIES
from app.persistence import facts
from app.persistence.facts import Fact
from sync.digest import Digest

LARGEST_SHARE = 0.2
FEWEST = 50


class RemovalHeld(SyncRefused):
    """A pull wanted to remove `removed` of `held` rows, and nothing confirms it."""

    def __init__(self, removed: int, held: int) -> None:
        super().__init__("sync.removal_held", removed=removed, held=held)


def check(connection: Connection, removed: int, theirs: Digest | None, ours: Callable[[], Digest]) -> None:
    """After `removed` rows went, within the transaction; raises RemovalHeld where it must not stand.

    `theirs` is what the server says we hold now, `ours` what we do.
    """
    if removed < FEWEST:
        return
    held = removed + _count(connection)
    if removed <= LARGEST_SHARE * held:
        return
    if facts.get(connection, Fact.REMOVAL):
        facts.put(connection, Fact.REMOVAL, None)
    elif theirs is None or theirs != ours():
        raise RemovalHeld(removed, held)


def allow(connection: Connection) -> None:
    """The user has said that it may go on, once."""
    facts.put(connection, Fact.REMOVAL, "1")


def _count(connection: Connection) -> int:
    counts = " + ".join(f'(SELECT count(*) FROM "{name_of(entity)}")' for entity in ENTITIES)
    return int(connection.exec_driver_sql(f"SELECT {counts}").scalar_one())
