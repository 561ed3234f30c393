"""Plain edits of any record; whatever has rules of its own is a use case of its subject."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.domain.changes import Changes
from app.domain.entity import Entity, fields, name_of
from app.domain.errors import RuleViolation
from app.domain.registry import ENTITIES
from app.persistence.replica import Replica
from app.services.rows import add, cleaned, fetch


class Records:
    """Create, edit and delete what needs no more than the declared facts about its fields."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def create(self, entity: type[Entity], values: Mapping[str, Any]) -> tuple[UUID, Changes]:
        with self._replica.write(f"{name_of(entity)}.create") as write:
            row_id = add(write.session, entity, values).id
        return row_id, write.changes

    def save(
        self,
        entity: type[Entity],
        row_id: UUID,
        edited: Mapping[str, Any],
        seen: Mapping[str, Any] | None = None,
    ) -> Changes:
        """Change the `edited` fields of a row and no others.

        `seen` are the values the form showed: what a sync changed meanwhile is then kept or asked
        about, as it would be had the edit been made on another laptop.
        """
        with self._replica.write(f"{name_of(entity)}.edit") as write:
            write.edit(fetch(write.session, entity, row_id), cleaned(edited), seen or {})
        return write.changes

    def delete(self, entity: type[Entity], row_id: UUID) -> Changes:
        """Raises RuleViolation while other records point to the row."""
        with self._replica.write(f"{name_of(entity)}.delete") as write:
            row = fetch(write.session, entity, row_id)
            for user in _users(write.session, entity, row_id):
                raise RuleViolation("record.in_use", entity=name_of(entity), by=name_of(user))
            write.session.delete(row)
        return write.changes


def _users(session: Session, entity: type[Entity], row_id: UUID) -> Iterator[type[Entity]]:
    for other in ENTITIES:
        for name, spec in fields(other).items():
            if spec.target == name_of(entity):
                reference = other.__table__.columns[name]
                if session.scalar(select(exists().where(reference == row_id))):
                    yield other
