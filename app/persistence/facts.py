"""Facts of the replica by name, as text."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Connection


class Fact(StrEnum):
    """How far synchronisation has got; who the replica belongs to is kept beside these."""

    CURSOR = "cursor"  # the server's token for everything applied here
    POSITION = "position"  # the token of the next page, while a pull is under way
    HEAD = "head"  # the commit our rows stand at
    LAST_N = "last_n"  # the last number this device gave to a mutation
    SNAPSHOT = "snapshot"  # the cursor of the snapshot being loaded, from which pulls will go on
    WHOLE = "whole"  # that snapshot, or the next, replaces what we hold
    RESTING = "resting"  # indexes and triggers that were put aside for the load, as a JSON list
    TIMELINE = "timeline"  # the server's history that our rows are of
    SUSPECT = "suspect"  # why the server may lack what it acknowledged, until it was asked
    DIGEST = "digest"  # of what we hold of the server's, and the cursor at which that was so
    GAP = "gap"  # how our digest differed from the server's when looking closer found nothing
    REMOVAL = "removal"  # the user has said that the next pull may remove what it wants to
    COMPARED_AT = "compared_at"  # when the server last said what we hold in all
    CHECKED_AT = "checked_at"  # when the contents of this replica were last compared with the server's
    SERVER_CLOCK = "server_clock"  # how far it is ahead of ours, and the latest it is known to have shown
    UNWANTED_FILES = "unwanted_files"  # of customers that left, as a JSON list of hashes
    SYNCED_AT = "synced_at"  # when a round last ended well
    SERVER_KEYS = "server_keys"  # what the server signs receipts with, and is sealed for it
    REFRESH = "refresh"  # the nonce of a sign-in renewal whose answer may have been lost


def get(connection: Connection, fact: str) -> str | None:
    """The fact, if it is known."""
    found = connection.exec_driver_sql("SELECT value FROM sync_state WHERE key = ?", (fact,))
    value = found.scalar_one_or_none()
    return None if value is None else str(value)


def known(connection: Connection) -> Mapping[str, str]:
    """All of them, for who needs several."""
    found = connection.exec_driver_sql("SELECT key, value FROM sync_state")
    return {row[0]: row[1] for row in found}


def put(connection: Connection, fact: str, value: str | None) -> None:
    """Note the fact; None forgets it."""
    if value is None:
        connection.exec_driver_sql("DELETE FROM sync_state WHERE key = ?", (fact,))
        return
    connection.exec_driver_sql(
        "INSERT INTO sync_state (key, value) VALUES (?, ?)"
        " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (fact, value),
    )
