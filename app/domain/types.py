"""Column types whose stored form is the wire form, the same text or integer on every database.

A row can therefore travel from the server's log into a laptop's table without conversion, and a
digest over stored values means the same on SQLite, SQLCipher and PostgreSQL.
"""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Dialect, Integer, SmallInteger, String, Text
from sqlalchemy.types import TypeDecorator

Stored = str | int | None
SCALE = 4  # decimal places kept of money and quantities


class StoredType(TypeDecorator[Any]):
    """A type that says how a Python value is stored, usable without a database."""

    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        raise NotImplementedError

    def from_stored(self, value: Any) -> Any:
        raise NotImplementedError

    def process_bind_param(self, value: Any, dialect: Dialect) -> Stored:
        return None if value is None else self.to_stored(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.from_stored(value)


class TextType(StoredType):
    """Text, as it is."""

    impl = String
    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        return str(value)

    def from_stored(self, value: Any) -> str:
        return str(value)


class LongTextType(TextType):
    """Text without a practical limit in the column; the field states one."""

    impl = Text
    cache_ok = True


class WholeType(StoredType):
    """A whole number of up to 64 bits."""

    impl = BigInteger().with_variant(Integer, "sqlite")
    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        return int(value)

    def from_stored(self, value: Any) -> int:
        return int(value)


class KeyType(StoredType):
    """A UUID as 32 hexadecimal digits."""

    impl = String(32)
    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        return value.hex if isinstance(value, UUID) else UUID(value).hex

    def from_stored(self, value: Any) -> UUID:
        return UUID(value)


class FlagType(StoredType):
    """Yes or no, as 1 or 0."""

    impl = SmallInteger
    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        return int(bool(value))

    def from_stored(self, value: Any) -> bool:
        return bool(value)


class DayType(StoredType):
    """A calendar day, as 2026-11-22."""

    impl = String(10)
    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        return str(value.isoformat())

    def from_stored(self, value: Any) -> date:
        return date.fromisoformat(value)


class InstantType(StoredType):
    """An instant as UTC text followed by its author's offset: 2026-11-22T08:15:00.000Z+08:00.

    The text sorts by time, keeps what the author's clock showed, and reads back as an aware
    datetime in the author's offset. Milliseconds are kept, finer digits are cut.
    """

    impl = String(30)
    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        minutes = int(value.utcoffset().total_seconds()) // 60
        sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
        utc = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}"
        return f"{utc}Z{sign}{minutes // 60:02d}:{minutes % 60:02d}"

    def from_stored(self, value: Any) -> datetime:
        utc, offset = value[:23], value[24:]
        minutes = int(offset[1:3]) * 60 + int(offset[4:6]) if offset else 0
        zone = timezone(timedelta(minutes=-minutes if offset.startswith("-") else minutes))
        return datetime.fromisoformat(utc).replace(tzinfo=UTC).astimezone(zone)


class ExactType(StoredType):
    """A decimal number as a whole count of ten-thousandths: exact, sortable and summable in SQL."""

    impl = BigInteger().with_variant(Integer, "sqlite")
    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        return int(Decimal(value).scaleb(SCALE).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))

    def from_stored(self, value: Any) -> Decimal:
        return Decimal(value).scaleb(-SCALE)


class ChoiceType(StoredType):
    """One option of an enumeration, by its value; an option this version does not know stays text."""

    impl = String(30)
    cache_ok = True

    def __init__(self, options: type[StrEnum]) -> None:
        super().__init__()
        self.options = options

    def to_stored(self, value: Any) -> Stored:
        return str(value)

    def from_stored(self, value: Any) -> StrEnum | str:
        try:
            return self.options(value)
        except ValueError:
            return str(value)


class TagsType(StoredType):
    """A set of words as sorted JSON, so that equal sets are equal texts."""

    impl = Text
    cache_ok = True

    def to_stored(self, value: Any) -> Stored:
        return json.dumps(sorted(set(value)), ensure_ascii=False, separators=(",", ":"))

    def from_stored(self, value: Any) -> frozenset[str]:
        return frozenset(json.loads(value))
