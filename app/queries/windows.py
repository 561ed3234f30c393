"""Windows of long lists: every order is an index's, so that the last page opens like the first."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column

from app.domain.entity import Entity, name_of


def window(
    query: Select[Any], entity: type[Entity], by: Any, *, descending: bool, offset: int, limit: int
) -> Select[Any]:
    """`query` in the order of an indexed column; rows that are equal there keep a fixed order."""
    # SQLite keeps the row number in every index: as a tie-breaker it costs no sorting.
    tie: ColumnElement[Any] = literal_column(f'"{name_of(entity)}".rowid')
    order: Sequence[Any] = (by.desc(), tie.desc()) if descending else (by, tie)
    return query.order_by(*order).offset(offset).limit(limit)


def midnight(day: date, zone: tzinfo | None) -> datetime:
    """The moment `day` begins where the user is."""
    return datetime.combine(day, time.min, zone)


def day_after(day: date) -> date:
    return day + timedelta(days=1)


def contains(column: Any, text: str) -> Any:
    """Whether `text` occurs in a column; % and _ are characters, not wildcards."""
    return column.icontains(text.strip(), autoescape=True)
