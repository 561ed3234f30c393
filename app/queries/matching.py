"""The condition that a row was meant by what the user typed: in Chinese, pinyin or initials."""

from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from app.domain.entity import Entity, fields
from app.queries.windows import contains


def matching(session: Session, entity: type[Entity], text: str) -> ColumnElement[bool]:
    columns: list[Any] = [getattr(entity, name) for name, spec in fields(entity).items() if spec.searchable]
    return or_(*(contains(column, text) for column in columns))
