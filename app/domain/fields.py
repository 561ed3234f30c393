"""What the program knows about one field of an entity, stated once.

Each constructor returns a mapped column that carries a `Field`; tables, payloads, merging,
validation, forms, lists, conflict labels, imports and exports all derive from it. Labels are
English message ids, translated where they are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, auto
from typing import Any, cast

from sqlalchemy import ForeignKey
from sqlalchemy.orm import InstrumentedAttribute, MappedColumn, mapped_column

from app.domain.options import Option
from app.domain.types import (
    ChoiceType,
    DayType,
    ExactType,
    FlagType,
    InstantType,
    KeyType,
    LongTextType,
    StoredType,
    TagsType,
    TextType,
    WholeType,
)

INFO_KEY = "field"
GROUP_LABELS: Mapping[str, str] = {
    "address": "Address",
    "window": "Time window",
    "annual_sales": "Annual sales",
    "cost": "Cost",
    "period": "Period",
}
"""What the fields of a group are called together; an entity may use a group, not rename it."""


class Kind(StrEnum):
    """How a field is typed, shown and edited."""

    TEXT = auto()
    LONG_TEXT = auto()
    WHOLE = auto()
    QUANTITY = auto()
    MONEY = auto()
    FLAG = auto()
    DAY = auto()
    INSTANT = auto()
    CHOICE = auto()
    TAGS = auto()
    REFERENCE = auto()


class Policy(StrEnum):
    """How two edits of one field are reconciled (the merge itself is sync/merge.py)."""

    CONFLICT = auto()
    GROUP = auto()
    DELTA = auto()
    MAX = auto()
    SET = auto()
    TEXT3 = auto()
    TRANSITION = auto()
    SERVER = auto()
    LAST = auto()


@dataclass(frozen=True, kw_only=True)
class Field:
    """Facts about a field; behaviour that depends on other fields is ordinary code."""

    label: str
    kind: Kind
    required: bool = False
    max_length: int | None = None
    in_list: bool = False
    searchable: bool = False
    personal: bool = False
    policy: Policy = Policy.CONFLICT
    group: str | None = None
    options: tuple[Option, ...] = ()
    edges: Mapping[str, frozenset[str]] = field(default_factory=dict)
    target: str | None = None
    parent: bool = False
    positive: bool = False


def _column(spec: Field, stored: StoredType, **column: Any) -> MappedColumn[Any]:
    if spec.group:
        spec = replace(spec, policy=Policy.GROUP)
    column.setdefault("nullable", not spec.required)
    return mapped_column(stored, info={INFO_KEY: spec}, **column)


def text(label: str, *, max_length: int = 200, index: bool = False, **facts: Any) -> MappedColumn[Any]:
    """A line of text."""
    spec = Field(label=label, kind=Kind.TEXT, max_length=max_length, **facts)
    return _column(spec, TextType(max_length), index=index)


def long_text(label: str, *, max_length: int = 20_000, **facts: Any) -> MappedColumn[Any]:
    """Several lines, merged line by line unless another policy is declared."""
    facts.setdefault("policy", Policy.TEXT3)
    spec = Field(label=label, kind=Kind.LONG_TEXT, max_length=max_length, **facts)
    return _column(spec, LongTextType())


def whole(label: str, **facts: Any) -> MappedColumn[Any]:
    """A whole number."""
    return _column(Field(label=label, kind=Kind.WHOLE, **facts), WholeType())


def quantity(label: str, **facts: Any) -> MappedColumn[Any]:
    """A decimal number of up to four places."""
    return _column(Field(label=label, kind=Kind.QUANTITY, **facts), ExactType())


def money(label: str, **facts: Any) -> MappedColumn[Any]:
    """An amount; its currency is the entity's `currency` field."""
    return _column(Field(label=label, kind=Kind.MONEY, **facts), ExactType())


def flag(label: str, *, default: bool = False, **facts: Any) -> MappedColumn[Any]:
    """Yes or no, never unknown."""
    return _column(Field(label=label, kind=Kind.FLAG, required=True, **facts), FlagType(), default=default)


def day(label: str, *, index: bool = False, **facts: Any) -> MappedColumn[Any]:
    """A calendar day, the same in every time zone."""
    return _column(Field(label=label, kind=Kind.DAY, **facts), DayType(), index=index)


def instant(label: str, *, index: bool = False, **facts: Any) -> MappedColumn[Any]:
    """A moment, with the offset of whoever recorded it."""
    return _column(Field(label=label, kind=Kind.INSTANT, **facts), InstantType(), index=index)


def choice(
    label: str, options: type[Option], *, default: Option | None = None, index: bool = False, **facts: Any
) -> MappedColumn[Any]:
    """One of a closed list of options."""
    spec = Field(label=label, kind=Kind.CHOICE, options=tuple(options), **facts)
    return _column(spec, ChoiceType(options), default=default, index=index)


def transition(
    label: str, options: type[Option], edges: Mapping[Any, frozenset[Any]], *, default: Option, **facts: Any
) -> MappedColumn[Any]:
    """A state that moves only along `edges`."""
    spec = Field(
        label=label,
        kind=Kind.CHOICE,
        options=tuple(options),
        edges=edges,
        required=True,
        policy=Policy.TRANSITION,
        **facts,
    )
    return _column(spec, ChoiceType(options), default=default, index=True)


def tags(label: str, **facts: Any) -> MappedColumn[Any]:
    """A set of words; two people's additions are both kept."""
    spec = Field(label=label, kind=Kind.TAGS, policy=Policy.SET, **facts)
    return _column(spec, TagsType())


def reference(label: str, target: str, **facts: Any) -> MappedColumn[Any]:
    """Points to a row of `target` ("customer"); `parent=True` says this row hangs below it."""
    spec = Field(label=label, kind=Kind.REFERENCE, target=target, **facts)
    # Deferred: a transaction may create child and parent in any order, and a pull applies many.
    link = ForeignKey(f"{target}.id", deferrable=True, initially="DEFERRED")
    return mapped_column(KeyType(), link, info={INFO_KEY: spec}, nullable=not spec.required, index=True)


def key(label: str, *, required: bool = True, index: bool = False, **facts: Any) -> MappedColumn[Any]:
    """An id that may point to a row of any entity, or to one this replica does not hold."""
    spec = Field(label=label, kind=Kind.REFERENCE, required=required, **facts)
    return _column(spec, KeyType(), index=index)


def field_of(attribute: InstrumentedAttribute[Any]) -> Field:
    """The facts about `Customer.name` and the like."""
    return cast("Field", attribute.info[INFO_KEY])
