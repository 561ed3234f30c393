"""How a row stands with the server: the mark that every list shows beside it."""

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum, auto
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.domain.conflicts import Conflict, ConflictState
from app.domain.entity import Entity, name_of
from app.persistence.bookkeeping import OVERLAID, Outbox, OutboxRow, OutboxState, Shadow


class Mark(StrEnum):
    """The gravest thing there is to say about a row."""

    NONE = auto()
    UNSYNCED = auto()
    REFUSED = auto()
    CONFLICT = auto()


R = TypeVar("R")
Marks = dict[UUID, Mark]
_GRAVITY = list(Mark)


def marks(session: Session, ids: Collection[UUID]) -> Marks:
    """The marks of single rows; those without one are left out."""
    touched = select(OutboxRow.row_id, Outbox.state).join(Outbox, Outbox.position == OutboxRow.position)
    conflicts = select(Conflict.row_id).where(Conflict.row_id.in_(ids))
    return _marks(session, touched.where(OutboxRow.row_id.in_(ids)), conflicts) if ids else {}


def root_marks(session: Session, ids: Collection[UUID]) -> Marks:
    """The marks of whole customers: of the row itself and everything below it."""
    touched = (
        select(Shadow.root_id, Outbox.state)
        .join(OutboxRow, (OutboxRow.entity == Shadow.entity) & (OutboxRow.row_id == Shadow.row_id))
        .join(Outbox, Outbox.position == OutboxRow.position)
    )
    conflicts = select(Conflict.root_id).where(Conflict.root_id.in_(ids))
    return _marks(session, touched.where(Shadow.root_id.in_(ids)), conflicts) if ids else {}


def marked(session: Session, row: Callable[..., R], found: Collection[Any]) -> list[R]:
    """A `row` of each tuple found: its values, the first of them the id, and its mark."""
    known = marks(session, [values[0] for values in found])
    return [row(*values, mark=known.get(values[0], Mark.NONE)) for values in found]


def gravest(found: Iterable[Mark]) -> Mark:
    return max(found, key=_GRAVITY.index, default=Mark.NONE)


def unsynced_roots() -> Select[UUID]:
    """Roots with anything of ours that the server's rows do not contain yet."""
    below = (OutboxRow.entity == Shadow.entity) & (OutboxRow.row_id == Shadow.row_id)
    return _overlaid(select(Shadow.root_id).join(OutboxRow, below))


def unsynced_rows(entity: type[Entity]) -> Select[UUID]:
    """Rows of `entity` with an edit of ours that the server's do not contain yet."""
    return _overlaid(select(OutboxRow.row_id).where(OutboxRow.entity == name_of(entity)))


def _overlaid(query: Select[UUID]) -> Select[UUID]:
    return query.join(Outbox, Outbox.position == OutboxRow.position).where(Outbox.state.in_(OVERLAID))


def _marks(session: Session, touched: Select[UUID, OutboxState], conflicts: Select[UUID]) -> Marks:
    found: Marks = {}
    for row_id, state in session.execute(touched.where(Outbox.state.in_(OVERLAID))):
        mark = Mark.REFUSED if state is OutboxState.REJECTED else Mark.UNSYNCED
        found[row_id] = gravest((mark, found.get(row_id, Mark.NONE)))
    still_open = conflicts.where(Conflict.state == ConflictState.OPEN)
    return found | dict.fromkeys(session.scalars(still_open), Mark.CONFLICT)
