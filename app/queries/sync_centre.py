"""What waits, what needs the user, and what synchronisation did, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.customers import Customer
from app.domain.entity import Entity, from_stored
from app.domain.registry import entity_named
from app.language import tr
from app.persistence.bookkeeping import DepartedRoot, Outbox, OutboxState, SyncLog
from app.persistence.replica import Replica
from app.persistence.unsent_files import unsent_files
from app.queries.actions import action_words
from app.queries.conflicts import ConflictRow, conflict_rows
from app.queries.titles import shortened, title_field, titles, word_for
from sync.protocol import Op, OpKind

WAITING = (OutboxState.PENDING, OutboxState.WAITING)
MOST = 200


@dataclass(frozen=True)
class Change:
    """One action of the user's. `title` names the record and what was done to it, `subtitle` the
    customer; `can_undo` while the server does not have it; `rows` are the records it touches. The customer
    may have `departed` from this laptop, and the change is sent all the same."""

    op_id: UUID
    entity: type[Entity]
    row_id: UUID
    title: str
    subtitle: str
    at: datetime
    state: OutboxState
    can_undo: bool
    rows: int
    departed: bool = False


@dataclass(frozen=True)
class Draft:
    """A change the server refused: why, and the values to start a correction from."""

    change: Change
    code: str
    field: str | None
    message: str | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class LogEntry:
    at: datetime
    kind: str
    counts: Mapping[str, Any]


@dataclass(frozen=True)
class SyncCentre:
    """`waiting_count` may exceed the changes listed."""

    waiting: tuple[Change, ...]
    waiting_count: int
    drafts: tuple[Draft, ...]
    conflicts: tuple[ConflictRow, ...]
    log: tuple[LogEntry, ...]


@dataclass(frozen=True)
class ToExport:
    """What a file to be carried by hand would hold, at the most."""

    changes: int
    files: int
    bytes: int


class SyncCentres:
    """Reads of the sync panel and the sync centre."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def overview(self) -> SyncCentre:
        """Oldest first for what waits, newest first for the log."""
        identity = self._replica.identity
        me = identity.user_id if identity else None
        with self._replica.read() as session:
            refused = _mutations(session, (OutboxState.REJECTED,))
            return SyncCentre(
                waiting=tuple(changes(session, _mutations(session, WAITING))),
                waiting_count=_count(session, WAITING),
                drafts=tuple(_drafts(session, refused)),
                conflicts=tuple(conflict_rows(session, me)),
                log=tuple(_log(session)),
            )

    def to_export(self) -> ToExport:
        """Changes that can be sent, and files the server does not have."""
        with self._replica.read() as session:
            changes = _count(session, (OutboxState.PENDING,))
        files = unsent_files(self._replica)
        return ToExport(changes, len(files), sum(file.size for file in files))

    def journal(self, limit: int = MOST) -> list[Change]:
        """What was sent and done, newest first."""
        with self._replica.read() as session:
            found = session.scalars(select(Outbox).order_by(Outbox.position.desc()).limit(limit))
            return changes(session, found.all())


def changes(session: Session, mutations: Iterable[Outbox]) -> list[Change]:
    """Mutations in words."""
    return [_change(session, mutation) for mutation in mutations]


def _mutations(session: Session, states: tuple[OutboxState, ...]) -> list[Outbox]:
    listed = select(Outbox).where(Outbox.state.in_(states)).order_by(Outbox.position).limit(MOST)
    return list(session.scalars(listed))


def _count(session: Session, states: tuple[OutboxState, ...]) -> int:
    return session.scalar(select(func.count(Outbox.position)).where(Outbox.state.in_(states))) or 0


def _change(session: Session, mutation: Outbox) -> Change:
    ops = [Op.from_wire(op) for op in orjson.loads(mutation.body)]
    subject = _subject(mutation.name, ops)
    entity = entity_named(subject.entity)
    named = tr("{kind} {title}", kind=word_for(entity), title=_title(session, entity, subject))
    done = action_words(mutation.name, entity, subject)
    departed = session.get(DepartedRoot, subject.root_id) if subject.root_id else None
    return Change(
        op_id=mutation.op_id,
        entity=entity,
        row_id=subject.id,
        title=f"{named.strip()} · {done}",
        subtitle=departed.title if departed else _customer(session, subject),
        at=mutation.acted_at,
        state=mutation.state,
        can_undo=mutation.n is None or mutation.state is OutboxState.REJECTED,
        rows=len(ops),
        departed=departed is not None,
    )


def _subject(name: str, ops: list[Op]) -> Op:
    """The operation a mutation is named after; it may touch other rows first."""
    about = name.partition(".")[0]
    return next((op for op in ops if op.entity == about), ops[0])


def _title(session: Session, entity: type[Entity], op: Op) -> str:
    if known := titles(session, entity, [op.id]).get(op.id):
        return known
    value = op.values.get(title_field(entity) or "")
    return shortened(value) if isinstance(value, str) else ""


def _customer(session: Session, op: Op) -> str:
    if op.root_id is None or op.entity == "customer":
        return ""
    return titles(session, Customer, [op.root_id]).get(op.root_id, "")


def _drafts(session: Session, refused: list[Outbox]) -> list[Draft]:
    return [
        Draft(
            change=change,
            code=mutation.code or "rejected",
            field=mutation.field,
            message=mutation.message,
            values=_values(mutation),
        )
        for mutation, change in zip(refused, changes(session, refused), strict=True)
    ]


def _values(mutation: Outbox) -> Mapping[str, Any]:
    op = Op.from_wire(orjson.loads(mutation.body)[0])
    said = op.patch.set if op.kind is OpKind.PATCH and op.patch else op.values
    return from_stored(entity_named(op.entity), said)


def _log(session: Session) -> list[LogEntry]:
    found = session.scalars(select(SyncLog).order_by(SyncLog.position.desc()).limit(100))
    return [LogEntry(entry.at, entry.kind, orjson.loads(entry.counts)) for entry in found]
