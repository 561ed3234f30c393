"""How every use case fetches, makes and edits a row: cleaned, checked, and only where it differs."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.entity import Entity, fields, name_of
from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.domain.options import Option
from app.domain.rules import check, check_edge

E = TypeVar("E", bound=Entity)


def fetch(session: Session, entity: type[E], row_id: UUID) -> E:
    """The row; raises RuleViolation where it has been deleted or has left this laptop."""
    row = session.get(entity, row_id)
    if row is None:
        raise RuleViolation("record.gone", entity=name_of(entity), id=row_id)
    return row


def add(session: Session, entity: type[E], values: Mapping[str, Any], row_id: UUID | None = None) -> E:
    """A new row of `values`; what they leave out takes its default, or is refused if required."""
    given = cleaned(values)
    check(entity, given)
    row = entity(id=row_id or new_id(), **given)
    session.add(row)
    session.flush()  # checked and with its defaults from here on
    return row


def edit(row: Entity, edited: Mapping[str, Any]) -> None:
    """Set what differs, so that nothing else can clash with other people's edits."""
    values = cleaned(edited)
    check(type(row), values)
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def advance(row: Entity, state: Option) -> None:
    """Move the state of `row` along an edge; raises RuleViolation where there is none, or it is there."""
    spec, now = fields(type(row))["state"], getattr(row, "state")  # noqa: B009 - not every entity has one
    if now == state:
        raise RuleViolation("state.no_edge", label=spec.label, now=now, then=state)
    check_edge(spec, now, state)
    setattr(row, "state", state)  # noqa: B010


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Text without blanks around it; an emptied field is empty, not blank."""
    return {name: (value.strip() or None) if type(value) is str else value for name, value in values.items()}
