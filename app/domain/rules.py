"""What any record must satisfy, wherever it comes from: a form, an import or a push."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.entity import Entity, fields, stored_type
from app.domain.errors import RuleViolation
from app.domain.fields import Field, Kind

LIMIT = 2**63 // 10**4  # what fits a 64-bit integer with four decimal places
_TYPES: Mapping[Kind, type | tuple[type, ...]] = {
    Kind.TEXT: str,
    Kind.LONG_TEXT: str,
    Kind.WHOLE: int,
    Kind.QUANTITY: (Decimal, int),
    Kind.MONEY: (Decimal, int),
    Kind.FLAG: bool,
    Kind.DAY: date,
    Kind.INSTANT: datetime,
    Kind.CHOICE: StrEnum,
    Kind.TAGS: (frozenset, set),
    Kind.REFERENCE: UUID,
}


def check(entity: type[Entity], values: Mapping[str, Any]) -> None:
    """Refuse values no field of `entity` would accept; raises RuleViolation naming the field."""
    known = fields(entity)
    for name, value in values.items():
        if name not in known:
            raise RuleViolation("field.unknown", field=name)
        _check_value(name, known[name], value)


def check_complete(entity: type[Entity], values: Mapping[str, Any]) -> None:
    """Refuse a whole record that lacks a required field, or holds a value no field would accept."""
    check_required(entity, values)
    check(entity, values)


def check_required(entity: type[Entity], values: Mapping[str, Any]) -> None:
    """Refuse a whole record that lacks a required field."""
    for name, spec in fields(entity).items():
        if spec.required and values.get(name) is None:
            raise RuleViolation("field.required", field=name, label=spec.label)


def check_stored(entity: type[Entity], values: Mapping[str, Any]) -> dict[str, Any]:
    """Check values in stored form, as they come off the wire; the Python values."""
    for name, value in values.items():
        if name not in fields(entity):
            raise RuleViolation("field.unknown", field=name)
        if isinstance(value, bool) or not (value is None or isinstance(value, str | int)):
            raise RuleViolation("field.malformed", field=name, label=fields(entity)[name].label)
    python: dict[str, Any] = {}
    for name, value in values.items():
        try:
            python[name] = None if value is None else stored_type(entity, name).from_stored(value)
        except (ValueError, TypeError, AttributeError, InvalidOperation, OverflowError) as problem:
            raise RuleViolation("field.malformed", field=name, label=fields(entity)[name].label) from problem
    check(entity, python)
    return python


def check_edge(spec: Field, now: object, then: object) -> None:
    """Refuse a state change for which there is no edge."""
    if now is not None and now != then and str(then) not in spec.edges.get(str(now), frozenset()):
        raise RuleViolation("state.no_edge", label=spec.label, now=now, then=then)


def _check_value(name: str, spec: Field, value: Any) -> None:
    if value is None or value == "":
        if spec.required:
            raise RuleViolation("field.required", field=name, label=spec.label)
        return
    wanted = _TYPES[spec.kind]
    if not isinstance(value, wanted) or (isinstance(value, bool) and spec.kind is not Kind.FLAG):
        raise RuleViolation("field.malformed", field=name, label=spec.label)
    if isinstance(value, str):
        _check_text(name, spec, value)
    elif isinstance(value, int | Decimal) and not -LIMIT < value < LIMIT:
        raise RuleViolation("field.too_large", field=name, label=spec.label)
    elif spec.positive and isinstance(value, int | Decimal) and value <= 0:
        raise RuleViolation("field.not_positive", field=name, label=spec.label)
    elif isinstance(value, datetime) and value.tzinfo is None:
        raise RuleViolation("field.malformed", field=name, label=spec.label)


def _check_text(name: str, spec: Field, value: str) -> None:
    if "\x00" in value:  # PostgreSQL stores no NUL, and nobody types one
        raise RuleViolation("field.malformed", field=name, label=spec.label)
    if spec.max_length is not None and len(value) > spec.max_length:
        raise RuleViolation("field.too_long", field=name, label=spec.label, limit=spec.max_length)
    if spec.required and not value.strip():
        raise RuleViolation("field.required", field=name, label=spec.label)
