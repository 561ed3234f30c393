"""The questions the server could not settle: a list by record, and one record's card."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.conflict_sides import ORDER_AND_BELOW, asked_fields, is_reserved, said_by
from app.domain.conflicts import Conflict, ConflictKind, ConflictState
from app.domain.customers import Customer
from app.domain.entity import Entity, fields, from_stored
from app.domain.fields import Field, Kind
from app.domain.organisation import Role, User
from app.domain.registry import entity_named
from app.domain.service_orders import ServiceOrder
from app.language import tr
from app.persistence.bookkeeping import Outbox
from app.persistence.replica import Replica
from app.queries.actions import field_labels, field_words
from app.queries.titles import shortened, title_field, titles, word_for
from sync.protocol import Op

MOST_SETTLED = 100


@dataclass(frozen=True)
class ConflictRow:
    """One record with open questions; `labels` are the translated names of what they are about."""

    entity: type[Entity]
    row_id: UUID
    kind_words: str
    title: str
    customer_name: str
    labels: tuple[str, ...]
    conflict_ids: tuple[UUID, ...]
    is_mine: bool
    author_name: str
    their_author_name: str
    oldest_at: datetime

    @property
    def count(self) -> int:
        return len(self.conflict_ids)


@dataclass(frozen=True)
class Value:
    """One field on one side: its Python value, and the title of the row a reference points to."""

    value: Any
    title: str | None = None


@dataclass(frozen=True)
class Question:
    """One thing to decide. A group has several fields, decided as one; a question about a whole row
    has none, and asks whether it shall exist. `mine` is the side of `author_name` and his device."""

    id: UUID
    kind: ConflictKind
    label: str
    fields: Mapping[str, Field]
    base: Mapping[str, Value]
    mine: Mapping[str, Value]
    theirs: Mapping[str, Value]
    author_name: str
    device_id: UUID
    acted_at: datetime
    received_at: datetime
    their_author_name: str
    their_acted_at: datetime | None
    reserved: bool


@dataclass(frozen=True)
class Settled:
    """A question that was answered, or settled itself; `by_name` is empty then. `can_undo`: ask again."""

    id: UUID
    title: str
    label: str
    mine: str | None
    result: str | None
    by_name: str
    at: datetime
    can_undo: bool


@dataclass(frozen=True)
class ConflictCard:
    """`merged` are the labels of fields that only one side changed and that merged by themselves. A
    `reserved` question is for the office to answer, and we are not the office."""

    entity: type[Entity]
    row_id: UUID
    kind_words: str
    title: str
    customer_name: str
    is_mine: bool
    questions: tuple[Question, ...]
    merged: tuple[str, ...]

    @property
    def reserved(self) -> bool:
        return any(question.reserved for question in self.questions)


class Conflicts:
    """Reads of the conflict inbox."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def count(self) -> int:
        """Open questions."""
        with self._replica.read() as session:
            asked = select(func.count(Conflict.id)).where(Conflict.state == ConflictState.OPEN)
            return session.scalar(asked) or 0

    def page(self) -> list[ConflictRow]:
        """Records with open questions, the oldest first."""
        identity = self._replica.identity
        with self._replica.read() as session:
            return conflict_rows(session, identity.user_id if identity else None)

    def card(self, entity: type[Entity], row_id: UUID) -> ConflictCard | None:
        """The open questions of a record; None where there are none left."""
        identity = self._replica.identity
        with self._replica.read() as session:
            found = list(session.scalars(_open().where(Conflict.row_id == row_id)))
            if not found:
                return None
            me = identity.user_id if identity else None
            row = _row(session, found, _people(session, found), me)
            return ConflictCard(
                entity=entity,
                row_id=row_id,
                kind_words=row.kind_words,
                title=row.title,
                customer_name=row.customer_name,
                is_mine=row.is_mine,
                questions=tuple(_question(session, conflict, me) for conflict in found),
                merged=_merged(session, entity, found),
            )

    def settled(self) -> list[Settled]:
        """The last that were settled, the newest first."""
        identity = self._replica.identity
        with self._replica.read() as session:
            me = identity.user_id if identity else None
            asked = (
                select(Conflict)
                .where(Conflict.state != ConflictState.OPEN, Conflict.resolved_at.is_not(None))
                .order_by(Conflict.resolved_at.desc())
                .limit(MOST_SETTLED)
            )
            return [_settled(session, conflict, me) for conflict in session.scalars(asked)]

    def of_root(self, root_id: UUID) -> list[ConflictRow]:
        """Records below a customer that have open questions."""
        identity = self._replica.identity
        with self._replica.read() as session:
            return conflict_rows(session, identity.user_id if identity else None, root_id)


def conflict_rows(session: Session, me: UUID | None, root_id: UUID | None = None) -> list[ConflictRow]:
    wanted = _open() if root_id is None else _open().where(Conflict.root_id == root_id)
    found = sorted(session.scalars(wanted), key=lambda conflict: (conflict.entity, conflict.row_id.hex))
    people = _people(session, found)
    rows = [
        _row(session, list(group), people, me)
        for _, group in groupby(found, key=lambda conflict: (conflict.entity, conflict.row_id))
    ]
    return sorted(rows, key=lambda row: row.oldest_at)


def _open() -> Any:
    return (
        select(Conflict)
        .where(Conflict.state == ConflictState.OPEN)
        .order_by(Conflict.received_at, Conflict.id)
        .limit(2_000)
    )


def _row(session: Session, found: list[Conflict], people: Mapping[UUID, str], me: UUID | None) -> ConflictRow:
    first = found[0]
    entity = entity_named(first.entity)
    their = next((c.their_author_id for c in found if c.their_author_id), None)
    return ConflictRow(
        entity=entity,
        row_id=first.row_id,
        kind_words=word_for(entity),
        title=_title(session, entity, first),
        customer_name=titles(session, Customer, [first.root_id]).get(first.root_id, ""),
        labels=tuple(_label(conflict) for conflict in found),
        conflict_ids=tuple(conflict.id for conflict in found),
        is_mine=any(conflict.author_id == me for conflict in found),
        author_name=people.get(first.author_id, ""),
        their_author_name=people.get(their, "") if their else "",
        oldest_at=min(conflict.received_at for conflict in found),
    )


def _settled(session: Session, conflict: Conflict, me: UUID | None) -> Settled:
    entity = entity_named(conflict.entity)
    by = conflict.resolved_by_id
    assert conflict.resolved_at is not None
    return Settled(
        id=conflict.id,
        title=_title(session, entity, conflict),
        label=_label(conflict),
        mine=conflict.mine,
        result=conflict.resolution,
        by_name=titles(session, User, [by]).get(by, "") if by else "",
        at=conflict.resolved_at,
        can_undo=conflict.state is ConflictState.RESOLVED and not _is_reserved(session, conflict, me),
    )


def _is_reserved(session: Session, conflict: Conflict, me: UUID | None) -> bool:
    card = session.get(User, me) if me else None
    if card is not None and card.role is not Role.ENGINEER:
        return False
    entity = entity_named(conflict.entity)
    return is_reserved(
        asked_fields(conflict).values(),
        _order_state(session, entity, conflict.row_id) if entity in ORDER_AND_BELOW else None,
    )


def _order_state(session: Session, entity: type[Entity], row_id: UUID) -> object:
    row = session.get(entity, row_id)
    if row is None or entity is ServiceOrder:
        return getattr(row, "state", None)
    order = session.get(ServiceOrder, getattr(row, "service_order_id"))  # noqa: B009 - all below one have it
    return order.state if order else None


def _question(session: Session, conflict: Conflict, me: UUID | None) -> Question:
    entity = entity_named(conflict.entity)
    people = _people(session, [conflict])
    asked = asked_fields(conflict)
    return Question(
        id=conflict.id,
        kind=conflict.kind,
        label=_label(conflict),
        fields=asked,
        base=_values(session, entity, conflict, conflict.base),
        mine=_values(session, entity, conflict, conflict.mine),
        theirs=_values(session, entity, conflict, conflict.theirs),
        author_name=people.get(conflict.author_id, ""),
        device_id=conflict.device_id,
        acted_at=conflict.acted_at,
        received_at=conflict.received_at,
        their_author_name=people.get(conflict.their_author_id, "") if conflict.their_author_id else "",
        their_acted_at=conflict.their_acted_at,
        reserved=_is_reserved(session, conflict, me),
    )


def _values(
    session: Session, entity: type[Entity], conflict: Conflict, text: str | None
) -> Mapping[str, Value]:
    """One side by field; a value that cannot be read is shown as it came."""
    shown: dict[str, Value] = {}
    for name, stored in said_by(conflict, text).items():
        spec = fields(entity).get(name)
        if spec is None:
            continue
        try:
            value = from_stored(entity, {name: stored})[name]
        except (ValueError, TypeError):
            value = stored
        title = None
        if spec.kind is Kind.REFERENCE and spec.target and isinstance(value, UUID):
            title = titles(session, spec.target, [value]).get(value)
        shown[name] = Value(value, title)
    return shown


def _label(conflict: Conflict) -> str:
    asked = asked_fields(conflict)
    if not asked:
        return tr(conflict.kind.label)
    return field_words(entity_named(conflict.entity), frozenset(asked))


def _title(session: Session, entity: type[Entity], conflict: Conflict) -> str:
    """A deleted row is named after what the conflict kept of it."""
    if known := titles(session, entity, [conflict.row_id]).get(conflict.row_id):
        return known
    name = title_field(entity)
    for text in (conflict.mine, conflict.theirs, conflict.base):
        value = said_by(conflict, text).get(name) if name else None
        if isinstance(value, str):
            return shortened(value)
    return ""


def _people(session: Session, found: Iterable[Conflict]) -> dict[UUID, str]:
    ids = {person for c in found for person in (c.author_id, c.their_author_id) if person}
    return titles(session, User, ids)


def _merged(session: Session, entity: type[Entity], found: list[Conflict]) -> tuple[str, ...]:
    """Known where the change was made; elsewhere the journal of that laptop is not at hand."""
    asked = {name for conflict in found for name in asked_fields(conflict)}
    bodies = session.scalars(select(Outbox.body).where(Outbox.op_id.in_([c.op_id for c in found])))
    ops = (Op.from_wire(op) for body in bodies for op in orjson.loads(body))
    said = {name for op in ops if op.id == found[0].row_id and op.patch for name in op.patch.names()}
    return tuple(field_labels(entity, said - asked))
