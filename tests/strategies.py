"""Hypothesis strategies derived from the domain's declarations: any valid value, any valid record."""

import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from app.domain.entity import Entity, fields
from app.domain.fields import Field, Kind

# What people type: Chinese, Latin with accents, digits, punctuation, emoji; never NUL or half characters.
LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x00") | st.sampled_from(
    "客户设备往返é’\n\t🙂" + string.ascii_letters + string.digits
)
WHOLE = st.integers(-(10**9), 10**9)
EXACT = st.integers(-(10**14), 10**14).map(lambda n: Decimal(n).scaleb(-4))
DAYS = st.dates()
KEYS = st.uuids()
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.builds(
    lambda moment, offset: moment.replace(
        microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC
    ).astimezone(offset),
    st.datetimes(datetime(1900, 1, 2), datetime(2900, 1, 1)),
    OFFSETS,
)

TAGS = st.frozensets(st.text(LETTERS, min_size=1, max_size=12), max_size=4)
BY_KIND: Mapping[Kind, st.SearchStrategy[Any]] = {
    Kind.WHOLE: WHOLE,
    Kind.QUANTITY: EXACT,
    Kind.MONEY: EXACT,
    Kind.FLAG: st.booleans(),
    Kind.DAY: DAYS,
    Kind.INSTANT: INSTANTS,
    Kind.TAGS: TAGS,
    Kind.REFERENCE: KEYS,
}


def values(spec: Field) -> st.SearchStrategy[Any]:
    """Values the field `spec` accepts; None too where it is not required."""
    some = _some(spec)
    return some if spec.required else st.none() | some


def records(entity: type[Entity]) -> st.SearchStrategy[Mapping[str, Any]]:
    """Complete, valid records of `entity`."""
    return st.fixed_dictionaries({name: values(spec) for name, spec in fields(entity).items()})


def texts(spec: Field) -> st.SearchStrategy[str]:
    limit = min(spec.max_length or 200, 200)
    return st.text(LETTERS, min_size=1, max_size=limit).filter(lambda text: bool(text.strip()))


def _some(spec: Field) -> st.SearchStrategy[Any]:
    if spec.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return texts(spec)
    if spec.kind is Kind.CHOICE:
        return st.sampled_from(spec.options)
    some = BY_KIND[spec.kind]
    return some.filter(lambda number: number > 0) if spec.positive else some
