"""What a reader yields: rows ready to be stored, and lines that cannot be, each with its reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from app.domain.entity import CATALOGUE, Entity, fields, name_of
from app.domain.errors import RuleViolation
from app.domain.ids import imported_id
from app.domain.registry import CATALOGUE_ENTITIES
from app.domain.rules import check_complete


@dataclass(frozen=True, slots=True)
class Row:
    """A complete record in Python values, with an id that is the same on every run."""

    entity: type[Entity]
    id: UUID
    root_id: UUID
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line of a file that was left out; `reasons.words` says why in the user's language."""

    file: str
    line: int
    code: str
    facts: Mapping[str, object]
    raw: tuple[str, ...]


def row_id(source: str, entity: type[Entity], key: str) -> UUID:
    """The id under which record `key` of `source` is always imported."""
    return imported_id(source, f"{name_of(entity)}:{key}")


def customer_row(source: str, entity: type[Entity], key: str, values: Mapping[str, Any]) -> Row:
    """A row at or below a customer; raises RuleViolation where it breaks a rule."""
    own = row_id(source, entity, key)
    return Row(entity, own, values.get("customer_id", own), complete(entity, values))


def catalogue_row(source: str, entity: type[Entity], key: str, values: Mapping[str, Any]) -> Row:
    """A row that everybody shares; raises RuleViolation where it breaks a rule."""
    assert entity in CATALOGUE_ENTITIES
    return Row(entity, row_id(source, entity, key), CATALOGUE, complete(entity, values))


def below_row(parent: Row, source: str, entity: type[Entity], key: str, values: Mapping[str, Any]) -> Row:
    """A row in the tree of `parent`, such as an order's checklist item."""
    return Row(entity, row_id(source, entity, key), parent.root_id, complete(entity, values))


def rows_only(items: Iterable[Row | BadRow]) -> Iterator[Row]:
    """The good ones."""
    return (item for item in items if isinstance(item, Row))


def complete(entity: type[Entity], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` with the defaults of what it leaves out; raises RuleViolation where it breaks a rule."""
    values = {name: defaults(entity).get(name) for name in fields(entity)}
    values |= {name: None if value == "" else value for name, value in given.items()}
    check_complete(entity, values)
    return values


@cache
def defaults(entity: type[Entity]) -> Mapping[str, Any]:
    """The values a new record of `entity` starts with."""
    columns = ((name, entity.__table__.columns[name].default) for name in fields(entity))
    return {name: default.arg for name, default in columns if default is not None and default.is_scalar}


def refused(problem: RuleViolation, file: str, line: int, raw: Iterable[str]) -> BadRow:
    """The line that broke a rule."""
    return BadRow(file, line, problem.code, problem.facts, tuple(raw))
