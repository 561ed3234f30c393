"""The condition that a row is meant by what was typed into a list's filter: text, pinyin or initials."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, text

from app.domain.entity import Entity, fields, name_of
from app.persistence.search_text import asked, may_be_pinyin, phrase, pinyin_phrase
from app.queries.windows import contains

_INDEXED = (
    "{table}.id IN (SELECT row_id FROM search_doc WHERE entity = '{table}' AND doc IN"
    " (SELECT rowid FROM search_name WHERE search_name MATCH :{table}_names"
    " UNION SELECT rowid FROM search_body WHERE search_body MATCH :{table}_bodies))"
)
_QUEUED = "{table}.id IN (SELECT row_id FROM search_queue WHERE entity = '{table}')"


def matching(entity: type[Entity], typed: str) -> ColumnElement[bool]:
    """As the search finds it; rows not indexed yet are compared with what was typed, as they are."""
    runs = asked(typed)
    if not runs:
        return false()
    table = name_of(entity)
    questions = {
        f"{table}_names": _all(table, " AND ".join(map(_sound_or_sight, runs))),
        f"{table}_bodies": _all(table, " AND ".join(f"body : {phrase(run)}" for run in runs)),
    }
    indexed = text(_INDEXED.format(table=table)).bindparams(**questions)
    queued = text(_QUEUED.format(table=table))
    columns: list[Any] = [getattr(entity, name) for name, spec in fields(entity).items() if spec.searchable]
    seen = (or_(*(contains(column, run) for column in columns)) for run in typed.split())
    return or_(and_(queued, *seen), and_(text(f"NOT {_QUEUED.format(table=table)}"), indexed))


def _all(table: str, expression: str) -> str:
    return f'entity : "{table}" AND ({expression})'


def _sound_or_sight(run: str) -> str:
    seen = f"name : {phrase(run)}"
    return f"({seen} OR pinyin : {pinyin_phrase(run)})" if may_be_pinyin(run) else seen
