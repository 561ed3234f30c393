"""Tables that describe the replica itself and never leave it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.domain.types import ChoiceType, InstantType, KeyType, LongTextType, TextType, WholeType


class Bookkeeping(DeclarativeBase):
    """Everything here is local: it is never synchronised and means nothing to another replica."""


class OutboxState(StrEnum):
    """Where one of our mutations stands."""

    PENDING = "pending"  # the server has not answered; unsent while `n` is empty
    WAITING = "waiting"  # held back behind a rejected mutation of the same row
    ACKED = "acked"  # applied by the server, overlaid until our cursor reaches `commit_seq`
    CONFLICT = "conflict"  # as ACKED, with at least one conflict opened
    REJECTED = "rejected"  # refused; stays over the row as a draft until fixed or reverted
    DONE = "done"  # part of the server's rows we hold; kept as journal


OVERLAID = (
    OutboxState.PENDING,
    OutboxState.WAITING,
    OutboxState.ACKED,
    OutboxState.CONFLICT,
    OutboxState.REJECTED,
)
"""States in which a mutation still shows on top of the server's row."""


class Outbox(Bookkeeping):
    """One business action of the user, in the order it was done.

    `body` is the JSON list of its operations in wire form. `n` and `device_id` are given when the
    mutation is first sent, so that one undone before leaves no gap in the sequence.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_sequence", "device_id", "n", unique=True),
        {"sqlite_autoincrement": True},
    )

    position: Mapped[int] = mapped_column(WholeType(), primary_key=True)
    op_id: Mapped[UUID] = mapped_column(KeyType(), unique=True)
    device_id: Mapped[UUID | None] = mapped_column(KeyType())
    n: Mapped[int | None] = mapped_column(WholeType())
    name: Mapped[str] = mapped_column(TextType(80))
    schema: Mapped[int] = mapped_column(WholeType())
    acted_at: Mapped[datetime] = mapped_column(InstantType())
    on_conflict: Mapped[str] = mapped_column(TextType(10), default="field")
    replaces: Mapped[UUID | None] = mapped_column(KeyType())
    body: Mapped[str] = mapped_column(LongTextType())
    state: Mapped[OutboxState] = mapped_column(
        ChoiceType(OutboxState), default=OutboxState.PENDING, index=True
    )
    commit_seq: Mapped[int | None] = mapped_column(WholeType())
    code: Mapped[str | None] = mapped_column(TextType(80))
    field: Mapped[str | None] = mapped_column(TextType(80))
    message: Mapped[str | None] = mapped_column(LongTextType())
    done_at: Mapped[datetime | None] = mapped_column(InstantType())


class OutboxRow(Bookkeeping):
    """Which rows a mutation touches."""

    __tablename__ = "outbox_row"
    __table_args__ = (Index("ix_outbox_row_of", "entity", "row_id"),)

    position: Mapped[int] = mapped_column(WholeType(), primary_key=True)
    entity: Mapped[str] = mapped_column(TextType(40), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(KeyType(), primary_key=True)


class Shadow(Bookkeeping):
    """The server's version of a row while mutations of ours lie over it.

    `payload` is a JSON object of the stored fields; empty where the server has no such row. A row
    is `clipped` where its visible version is cut back, because it points to one we do not hold.
    """

    __tablename__ = "shadow"

    entity: Mapped[str] = mapped_column(TextType(40), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(KeyType(), primary_key=True)
    root_id: Mapped[UUID] = mapped_column(KeyType(), index=True)
    rev: Mapped[int] = mapped_column(WholeType())
    payload: Mapped[str | None] = mapped_column(LongTextType())
    clipped: Mapped[int] = mapped_column(WholeType(), default=0, server_default="0")


class RowExtra(Bookkeeping):
    """What a newer server says of a row beyond what this release knows, until it is taught to.

    `columns` is a JSON object of the fields our table lacks or, of an entity we have no table for, of
    all fields.
    """

    __tablename__ = "row_extra"

    entity: Mapped[str] = mapped_column(TextType(40), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(KeyType(), primary_key=True)
    root_id: Mapped[UUID] = mapped_column(KeyType(), index=True)
    rev: Mapped[int] = mapped_column(WholeType())
    columns: Mapped[str] = mapped_column(LongTextType())


class DepartedRoot(Bookkeeping):
    """A customer that left this laptop: its name while edits of ours under it are still to be sent."""

    __tablename__ = "departed_root"

    root_id: Mapped[UUID] = mapped_column(KeyType(), primary_key=True)
    title: Mapped[str] = mapped_column(TextType(200))


class StagedPage(Bookkeeping):
    """Pulled pages, as they came, that wait for the last one, to be applied together."""

    __tablename__ = "staged_page"
    __table_args__ = ({"sqlite_autoincrement": True},)

    position: Mapped[int] = mapped_column(WholeType(), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary())


class ParkedRow(Bookkeeping):
    """A row as the server sent it that this replica cannot hold; it is asked for again.

    The version held before, if any, stays on show. `reason` is the code of an error.
    """

    __tablename__ = "parked_row"

    entity: Mapped[str] = mapped_column(TextType(40), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(KeyType(), primary_key=True)
    root_id: Mapped[UUID] = mapped_column(KeyType())
    rev: Mapped[int] = mapped_column(WholeType())
    reason: Mapped[str] = mapped_column(TextType(80))
    line: Mapped[str] = mapped_column(LongTextType())


class SnapshotSegment(Bookkeeping):
    """A segment of the snapshot being loaded: applied, or the `piece` of it that has come so far."""

    __tablename__ = "snapshot_segment"

    sha256: Mapped[str] = mapped_column(TextType(64), primary_key=True)
    piece: Mapped[bytes | None] = mapped_column(LargeBinary())


class SnapshotRow(Bookkeeping):
    """Rows named by a snapshot that replaces what the replica held; the others go at its end."""

    __tablename__ = "snapshot_row"

    row_id: Mapped[UUID] = mapped_column(KeyType(), primary_key=True)


class FileOwed(Bookkeeping):
    """Bytes added here that the server may still lack, remembered though their row may leave first."""

    __tablename__ = "file_owed"

    sha256: Mapped[str] = mapped_column(TextType(64), primary_key=True)
    attachment_id: Mapped[UUID] = mapped_column(KeyType())


class SearchQueue(Bookkeeping):
    """Rows whose search entry is out of date; written by triggers, emptied in batches."""

    __tablename__ = "search_queue"

    entity: Mapped[str] = mapped_column(TextType(40), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(KeyType(), primary_key=True)


class SyncFact(Bookkeeping):
    """Facts of the replica by name: who it belongs to, how far it has got."""

    __tablename__ = "sync_state"

    key: Mapped[str] = mapped_column(TextType(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text())


class SyncLog(Bookkeeping):
    """What each round of synchronisation did, for the user to read."""

    __tablename__ = "sync_log"
    __table_args__ = ({"sqlite_autoincrement": True},)

    position: Mapped[int] = mapped_column(WholeType(), primary_key=True)
    at: Mapped[datetime] = mapped_column(InstantType(), index=True)
    kind: Mapped[str] = mapped_column(TextType(40))
    counts: Mapped[str] = mapped_column(LongTextType())
