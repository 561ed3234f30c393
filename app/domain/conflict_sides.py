"""What a conflict asks about, and what each side says, read from the record that travels."""

import json
from collections.abc import Mapping
from typing import Any

from app.domain.conflicts import Conflict, ConflictKind
from app.domain.entity import Entity, fields, from_stored
from app.domain.fields import Field
from app.domain.registry import entity_named
from app.domain.types import Stored

WHOLE_ROW = (ConflictKind.DELETED_HERE, ConflictKind.DELETED_THERE)


def asked_fields(conflict: Conflict) -> dict[str, Field]:
    """The fields to decide on together: one, those of a group, or all a refused edit named.

    None where the question is whether the row shall exist at all.
    """
    if conflict.kind in WHOLE_ROW:
        return {}
    known = fields(entity_named(conflict.entity))
    if conflict.field is None:
        said = said_by(conflict, conflict.mine)
        return {name: spec for name, spec in known.items() if name in said}
    grouped = {name: spec for name, spec in known.items() if spec.group == conflict.field}
    return grouped or {name: spec for name, spec in known.items() if name == conflict.field}


def said_by(conflict: Conflict, text: str | None) -> dict[str, Stored]:
    """One side by field, whether it was written as a single value or as an object of several."""
    value = None if text is None else json.loads(text)
    if isinstance(value, dict):
        return value
    return {} if conflict.field is None else {conflict.field: value}


def python_values(entity: type[Entity], stored: Mapping[str, Stored]) -> dict[str, Any]:
    """Values of the fields that this version knows."""
    return from_stored(entity, {name: value for name, value in stored.items() if name in fields(entity)})
