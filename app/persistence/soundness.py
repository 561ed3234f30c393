"""Tells rows this replica can hold from those it cannot, as they come off the wire.

Whole columns are looked at first, which costs little; only where something is amiss is each row. An
option that this release does not know is no fault: a newer server may have it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from app.domain.entity import Entity, fields
from app.domain.fields import Field, Kind
from app.domain.types import Stored, TagsType
from app.persistence.raw_rows import RawRow

MALFORMED, REQUIRED = "field.malformed", "field.required"
LIMIT = 2**63

Unsound = tuple[RawRow, str]
"""A row, and the code of what is wrong with it."""

Readable = Callable[[list[Any]], bool]
"""Can every value of a column, those left out aside, be read back? Of the right type they are."""

_NOTHING = type(None)
_DAY = r"[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z(?:[+-](?:0\d|1[0-4]):[0-5]\d)?"
_DAYS = re.compile(f"(?:{_DAY})*")
_INSTANTS = re.compile(f"(?:{_DAY}T{_TIME})*")


def sift(entity: type[Entity], rows: Sequence[RawRow]) -> tuple[Sequence[RawRow], list[Unsound]]:
    """(the rows that can be held, the others)."""
    if not rows or _are_sound(entity, rows):
        return rows, []
    faults = [_fault(entity, row) for row in rows]
    unsound = [(row, fault) for row, fault in zip(rows, faults, strict=True) if fault]
    return [row for row, fault in zip(rows, faults, strict=True) if not fault], unsound


def is_key(value: object) -> bool:
    """A UUID as it is stored."""
    return isinstance(value, str) and _keys([value])


def is_revision(value: object) -> bool:
    """A number the server could have counted to."""
    return type(value) is int and 0 < value < LIMIT


@dataclass(frozen=True)
class _Check:
    """What a column must be like."""

    type: type
    required: bool
    readable: Readable | None

    def fault(self, column: Sequence[Stored]) -> str | None:
        found = set(map(type, column))
        if _NOTHING in found:
            if self.required:
                return REQUIRED
            found.discard(_NOTHING)
            column = [value for value in column if value is not None]
        if found - {self.type}:
            return MALFORMED
        return MALFORMED if self.readable and not self.readable(list(column)) else None


def _are_sound(entity: type[Entity], rows: Sequence[RawRow]) -> bool:
    columns = zip(*rows, strict=True)
    return not any(check.fault(column) for check, column in zip(_checks(entity), columns, strict=True))


def _fault(entity: type[Entity], row: RawRow) -> str | None:
    faults = (check.fault((value,)) for check, value in zip(_checks(entity), row, strict=True))
    return next(filter(None, faults), None)


@cache
def _checks(entity: type[Entity]) -> tuple[_Check, ...]:
    """In the order of a raw row."""
    key, rev = _Check(str, True, _keys), _Check(int, True, _numbers)
    return (key, key, rev, *map(_check, fields(entity).values()))


def _check(spec: Field) -> _Check:
    if spec.kind in (Kind.WHOLE, Kind.QUANTITY, Kind.MONEY, Kind.FLAG):
        return _Check(int, spec.required, _numbers)
    readable: Mapping[Kind, Readable] = {
        Kind.REFERENCE: _keys, Kind.DAY: _days, Kind.INSTANT: _instants, Kind.TAGS: _tags,
    }  # fmt: skip
    return _Check(str, spec.required, readable.get(spec.kind))


def _keys(column: list[str]) -> bool:
    said = "".join(column)
    if set(map(len, column)) - {32} or said != said.lower():
        return False
    try:
        return len(bytes.fromhex(said)) == 16 * len(column)  # it would skip spaces
    except ValueError:
        return False


def _numbers(column: list[int]) -> bool:
    return min(column, default=0) >= -LIMIT and max(column, default=0) < LIMIT


def _days(column: list[str]) -> bool:
    said = "".join(column)
    return not set(map(len, column)) - {10} and _DAYS.fullmatch(said) is not None and _exist(column)


def _instants(column: list[str]) -> bool:
    lengths = set(map(len, column))
    alike = ("".join([said for said in column if len(said) == length]) for length in lengths)
    return not lengths - {24, 30} and all(map(_INSTANTS.fullmatch, alike)) and _exist(column)


def _exist(column: list[str]) -> bool:
    """There is no 30th of February."""
    try:
        return all(map(date.fromisoformat, {said[:10] for said in column if said[8:10] > "28"}))
    except ValueError:
        return False


def _tags(column: list[str]) -> bool:
    try:
        return all(isinstance(word, str) for said in set(column) for word in TagsType().from_stored(said))
    except (ValueError, TypeError, RecursionError):
        return False
