"""Windows of long lists: every order is an index's, so that the last page opens like the first."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal_column, select

from app.domain.entity import Entity, name_of


def window(
    entity: type[Entity],
    wanted: Sequence[ColumnElement[bool]],
    by: Any,
    *,
    descending: bool,
    offset: int,
    limit: int,
) -> Select[UUID]:
    """Ids of the `wanted` rows in the order of an indexed column; equal ones keep a fixed order."""
    # SQLite keeps the row number in every index. As a tie-breaker it costs no sorting; and a filter
    # that yields row numbers from its own index is held against the index of the order without
    # reading a row: 12 ms where filtering, reading and sorting took 390.
    row = f'"{name_of(entity)}".rowid'
    number: ColumnElement[Any] = literal_column(row)
    query = select(entity.id).select_from(entity)
    if wanted:
        matching = select(number).select_from(entity).where(*wanted).correlate(None)
        # The plus keeps SQLite from starting at the filter, which would mean sorting.
        tested: ColumnElement[Any] = literal_column(f"+{row}")
        query = query.where(tested.in_(matching))
    order = (by.desc(), number.desc()) if descending else (by, number)
    return query.order_by(*order).offset(offset).limit(limit)


def tested_last(column: Any) -> ColumnElement[Any]:
    """The column without its index, since another condition is the better one to begin with.

    Most of what is on an engineer's laptop is his own: "mine" narrows hardly anything down.
    """
    return literal_column(f'+"{column.class_.__tablename__}"."{column.key}"', column.type)


def midnight(day: date, zone: tzinfo | None) -> datetime:
    """The moment `day` begins where the user is."""
    return datetime.combine(day, time.min, zone)


def day_after(day: date) -> date:
    return day + timedelta(days=1)


def contains(column: Any, text: str) -> Any:
    """Whether `text` occurs in a column; % and _ are characters, not wildcards."""
    return column.icontains(text.strip(), autoescape=True)
