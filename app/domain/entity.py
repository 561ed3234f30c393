"""The base of everything that is synchronised."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.domain.fields import INFO_KEY, Field, Kind
from app.domain.ids import new_id
from app.domain.types import KeyType, Stored, StoredType, WholeType

CATALOGUE = UUID("00000000-0000-7000-8000-00000000ca7a")
"""The root of everything that all users of a tenant share."""


class Entity(DeclarativeBase):
    """A synchronised row.

    `root_id` is the customer, user or catalogue the row belongs to; `rev` is the server's revision
    this copy rests on, 0 for a row the server has not seen.
    """

    id: Mapped[UUID] = mapped_column(KeyType(), primary_key=True, default=new_id)
    root_id: Mapped[UUID] = mapped_column(KeyType(), index=True)
    rev: Mapped[int] = mapped_column(WholeType(), default=0)


@cache
def fields(entity: type[Entity]) -> Mapping[str, Field]:
    """Every declared field of `entity`, in the order of declaration."""
    columns = ((c.key, cast("Field | None", c.info.get(INFO_KEY))) for c in entity.__table__.columns)
    return {key: spec for key, spec in columns if spec}


def name_of(entity: type[Entity] | Entity) -> str:
    """The code name of an entity ("service_order"), as in the glossary, on the wire and in SQL."""
    return cast("str", entity.__tablename__)


@cache
def stored_type(entity: type[Entity], name: str) -> StoredType:
    """The type that stores field `name`."""
    return cast("StoredType", entity.__table__.columns[name].type)


def to_stored(entity: type[Entity], values: Mapping[str, Any]) -> dict[str, Stored]:
    """Python values as the wire and the database hold them."""
    return {
        name: None if value is None else stored_type(entity, name).to_stored(value)
        for name, value in values.items()
    }


def from_stored(entity: type[Entity], values: Mapping[str, Stored]) -> dict[str, Any]:
    """Stored values as Python ones; raises ValueError where one is malformed."""
    return {
        name: None if value is None else stored_type(entity, name).from_stored(value)
        for name, value in values.items()
    }


def stored_values(row: Entity) -> dict[str, Stored]:
    """All declared fields of `row`, in stored form."""
    entity = type(row)
    return to_stored(entity, {name: getattr(row, name) for name in fields(entity)})


def parents(entity: type[Entity]) -> Iterator[tuple[str, str]]:
    """(field, entity it points to) of the references this entity hangs below."""
    for name, spec in fields(entity).items():
        if spec.kind is Kind.REFERENCE and spec.parent:
            yield name, cast("str", spec.target)
