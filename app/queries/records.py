"""Any record as a form wants it, and the rows a reference may point to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.domain.entity import Entity, fields, name_of
from app.domain.fields import Kind
from app.domain.organisation import User
from app.domain.products import Product
from app.domain.registry import CATALOGUE_ENTITIES, entity_named
from app.persistence.replica import Replica
from app.queries.marks import Mark, marks
from app.queries.matching import matching
from app.queries.titles import shortened, title_column, titles, word_for
from app.queries.windows import contains, window

BATCH = 500
# What tells two rows of one name apart.
_SUBTITLES = {
    "customer": "city",
    "contact": "job_title",
    "site": "street",
    "asset": "serial_no",
    "product": "code",
    "spare_part": "code",
    "service_order": "subject",
    "as_built_item": "serial_no",
    "user": "login",
}


@dataclass(frozen=True)
class Choice:
    """A row a reference may point to."""

    id: UUID
    title: str
    subtitle: str | None


@dataclass(frozen=True)
class Record:
    """`values` are Python values by field; `titles` name what the references among them point to."""

    id: UUID
    kind: str
    title: str
    values: Mapping[str, Any]
    titles: Mapping[str, str]
    mark: Mark


class Records:
    """Reads what needs no query of its own."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def values(self, entity: type[Entity], row_id: UUID) -> Record | None:
        """None where the record is not on this laptop."""
        with self._replica.read() as session:
            row = session.get(entity, row_id)
            if row is None:
                return None
            values = {name: getattr(row, name) for name in fields(entity)}
            return Record(
                id=row_id,
                kind=word_for(entity),
                title=titles(session, entity, [row_id]).get(row_id, word_for(entity)),
                values=values,
                titles=_reference_titles(session, entity, values),
                mark=marks(session, [row_id]).get(row_id, Mark.NONE),
            )

    def several(
        self, entity: type[Entity], ids: Sequence[UUID]
    ) -> tuple[list[Mapping[str, Any]], Mapping[UUID, str]]:
        """Values of these records, in this order, and what their references point to is called.

        Meant for a whole list: it is read in batches.
        """
        named: dict[UUID, str] = {}
        found: dict[UUID, Mapping[str, Any]] = {}
        for batch in (ids[start : start + BATCH] for start in range(0, len(ids), BATCH)):
            with self._replica.read() as session:
                rows = session.scalars(select(entity).where(entity.id.in_(batch))).all()
                found |= {row.id: {name: getattr(row, name) for name in fields(entity)} for row in rows}
                named |= _targets(session, entity, rows)
        return [found[row_id] for row_id in ids if row_id in found], named

    def choices(
        self, target: str, text: str = "", *, customer_id: UUID | None = None, limit: int = 30
    ) -> list[Choice]:
        """Rows of entity `target` for a reference; of one customer, if the record belongs to it."""
        entity = entity_named(target)
        column = title_column(entity)
        if column is None:
            return []
        subtitle = subtitle_column(entity)
        listed = [column] if subtitle is None else [column, subtitle]
        with self._replica.read() as session:
            conditions: list[ColumnElement[bool]] = []
            if customer_id is not None and target != "customer" and entity not in CATALOGUE_ENTITIES:
                conditions.append(entity.root_id == customer_id)
            if text.strip():
                indexed = any(spec.searchable for spec in fields(entity).values())
                conditions.append(matching(entity, text) if indexed else contains(column, text))
            if entity is User:
                conditions.append(User.active.is_(True))
            if entity is Product:
                conditions.append(Product.discontinued.is_(False))
            ids = window(entity, conditions, column, descending=False, offset=0, limit=limit)
            found: Any = session.execute(
                select(entity.id, *listed).where(entity.id.in_(ids)).order_by(column)
            )
            return [
                Choice(row[0], shortened(row[1]), row[2] if subtitle is not None else None) for row in found
            ]

    def title(self, target: str, row_id: UUID) -> str | None:
        """What a referenced row is called; None where it is not on this laptop."""
        with self._replica.read() as session:
            return titles(session, target, [row_id]).get(row_id)


def _targets(session: Session, entity: type[Entity], rows: Sequence[Entity]) -> dict[UUID, str]:
    named: dict[UUID, str] = {}
    for name, spec in fields(entity).items():
        if spec.target:
            wanted = {value for row in rows if (value := getattr(row, name)) is not None}
            named |= titles(session, spec.target, wanted)
    return named


def subtitle_column(entity: type[Entity]) -> Any:
    """The column that tells rows of one name apart, if there is one."""
    name = _SUBTITLES.get(name_of(entity))
    return None if name is None else getattr(entity, name)


def _reference_titles(session: Session, entity: type[Entity], values: Mapping[str, Any]) -> Mapping[str, str]:
    named: dict[str, str] = {}
    for name, spec in fields(entity).items():
        value = values[name]
        if spec.kind is Kind.REFERENCE and spec.target and value is not None:
            title = titles(session, spec.target, [value]).get(value)
            if title is not None:
                named[name] = title
    return named
