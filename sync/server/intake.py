"""Values off the wire, brought to the one form they are stored in, or refused.

Whatever a laptop sends is treated as if a stranger had written it: a value of another type, a text
no database could hold, or a set that is none would otherwise fail much later, inside someone's merge.
"""

import re
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from app.domain.entity import Entity, fields, name_of, to_stored
from app.domain.errors import RuleViolation
from app.domain.fields import Field, Kind, Policy
from app.domain.rules import check_required, check_stored
from app.domain.types import InstantType, Stored, TagsType
from sync.protocol import MalformedMessage, Patch, Values, grouped
from sync.server.tables import TABLES

_AS_STORED = re.compile(
    r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?!-00:00)[+-](0\d|1[0-4]):[0-5]\d", re.ASCII
)
"""An instant of this century that need not be read and written to be in stored form."""


def accepted_values(entity: type[Entity], values: Values) -> dict[str, Stored]:
    """Some fields of a row in their stored form; raises RuleViolation naming the field."""
    for name, value in values.items():
        _check_type(entity, name, value)
    try:
        stored = to_stored(entity, check_stored(entity, values))
    except RecursionError as problem:  # brackets within brackets in what should be a set of words
        raise RuleViolation("field.malformed") from problem
    for name, value in stored.items():
        if isinstance(value, str) and not _storable(value):
            raise _malformed(entity, name)
    return stored


def new_row(entity: type[Entity], values: Values) -> dict[str, Stored]:
    """All fields of a new row, those left out with their defaults."""
    accepted = accepted_values(entity, values)
    defaults = {
        name: column.type.to_stored(column.default.arg)  # type: ignore[attr-defined]
        for name in fields(entity)
        if (column := entity.__table__.columns[name]).default is not None
    }
    return {name: accepted.get(name, defaults.get(name)) for name in fields(entity)}


def accepted_patch(entity: type[Entity], patch: Patch) -> Patch:
    """The patch with its new values in stored form; each part may speak of its own fields only."""
    known = fields(entity)
    for name in patch.names():
        if name not in known:
            raise RuleViolation("field.unknown", field=name)
    for name in patch.delta:
        _require(entity, name, known[name].policy is Policy.DELTA)
    for name in (*patch.add, *patch.remove):
        _require(entity, name, known[name].policy is Policy.SET)
    for name in patch.set:
        group = known[name].group
        _require(entity, name, not group or grouped(entity, group).keys() <= patch.set.keys())
    for name, said in (*patch.add.items(), *patch.remove.items()):
        _require(entity, name, _storable(str(TagsType().to_stored(said))))
    return replace(patch, set=accepted_values(entity, patch.set))


def check_whole(entity: type[Entity], values: Values, stood: Values = MappingProxyType({})) -> None:
    """A row as it would stand after the merge; raises RuleViolation. What `stood` there was checked when
    it came."""
    check_required(entity, values)
    check_stored(entity, {name: value for name, value in values.items() if value != stood.get(name)})


def accepted_instant(text: str) -> str:
    """An instant someone's clock showed, in stored form; raises MalformedMessage."""
    try:
        if _AS_STORED.fullmatch(text) and datetime.fromisoformat(text[:23]):
            return text
        return str(InstantType().to_stored(InstantType().from_stored(text)))
    except (ValueError, TypeError, OverflowError) as problem:
        raise MalformedMessage("acted_at") from problem


def _check_type(entity: type[Entity], name: str, value: Stored) -> None:
    spec = fields(entity).get(name)
    if spec is None:
        raise RuleViolation("field.unknown", field=name)
    if value is None:
        return
    wanted = TABLES[entity].c[name].type.python_type
    fits = isinstance(value, wanted) and not isinstance(value, bool)
    if not fits or (spec.kind is Kind.FLAG and value not in (0, 1)):
        raise _malformed(entity, name)
    if spec.kind is Kind.TAGS:
        _require(entity, name, _are_words(str(value)))


def _are_words(stored: str) -> bool:
    try:
        return all(isinstance(word, str) for word in TagsType().from_stored(stored))
    except (ValueError, TypeError, RecursionError):
        return False


def _storable(text: str) -> bool:
    """Half of a surrogate pair can be written in JSON but in no database."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _require(entity: type[Entity], name: str, condition: bool) -> None:
    if not condition:
        raise _malformed(entity, name)


def _malformed(entity: type[Entity], name: str) -> RuleViolation:
    spec: Field | None = fields(entity).get(name)
    return RuleViolation("field.malformed", field=name, label=spec.label if spec else name_of(entity))
