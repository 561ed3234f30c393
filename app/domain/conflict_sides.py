"""What a conflict asks about, and what each side says, read from the record that travels."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.conflicts import Conflict, ConflictKind
from app.domain.entity import Entity, fields, from_stored
from app.domain.fields import Field, Kind
from app.domain.registry import ENTITIES, entity_named, parent_of
from app.domain.service_orders import OrderState, ServiceOrder
from app.domain.types import Stored

ORDER_AND_BELOW: frozenset[type[Entity]] = frozenset(
    {ServiceOrder, *(entity for entity in ENTITIES if (parent_of(entity) or ("", ""))[1] == "service_order")}
)
_WHOLE_ROW = (ConflictKind.DELETED_HERE, ConflictKind.DELETED_THERE)
_SIGNED = (OrderState.SIGNED, OrderState.COMPLETED)


def is_reserved(asked: Iterable[Field], order_state: object) -> bool:
    """Is it for the office to answer? Money is, and whatever the customer has put his name under."""
    return order_state in _SIGNED or any(spec.kind is Kind.MONEY for spec in asked)


def asks_whether_it_shall_be(conflict: Conflict) -> bool:
    """The question is about the whole row: shall it exist?"""
    return conflict.kind in _WHOLE_ROW or "null" in (
        (conflict.mine, conflict.theirs) if conflict.field is None else ()
    )


def asked_fields(conflict: Conflict) -> dict[str, Field]:
    """The fields to decide on together: one, those of a group, or all a filed edit named.

    None where the question is whether the row shall exist at all.
    """
    if asks_whether_it_shall_be(conflict):
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
