"""The condition that a row is meant by what was typed into a list's filter: text, pinyin or initials."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, text

from app.domain.entity import Entity, fields, name_of
from app.persistence.search_index import docs_of
from app.persistence.search_text import asked, in_body, in_line
from app.queries.windows import contains

_INDEXED = (
    "{table}.id IN (SELECT row_id FROM search_doc WHERE doc IN"
    " (SELECT rowid FROM search_name WHERE search_name MATCH :{table}_names AND rowid BETWEEN {docs}"
    " UNION SELECT rowid FROM search_body WHERE search_body MATCH :{table}_bodies AND rowid BETWEEN {docs}))"
)
_QUEUED = "{table}.id IN (SELECT row_id FROM search_queue WHERE entity = '{table}')"


def matching(entity: type[Entity], typed: str) -> ColumnElement[bool]:
    """As the search finds it; rows not indexed yet are compared with what was typed, as they are."""
    runs = asked(typed)
    if not runs:
        return false()
    table = name_of(entity)
    docs = "{} AND {}".format(*docs_of(entity))
    questions = {
        f"{table}_names": " AND ".join(map(in_line, runs)),
        f"{table}_bodies": " AND ".join(map(in_body, runs)),
    }
    indexed = text(_INDEXED.format(table=table, docs=docs)).bindparams(**questions)
    queued = text(_QUEUED.format(table=table))
    columns: list[Any] = [getattr(entity, name) for name, spec in fields(entity).items() if spec.searchable]
    seen = (or_(*(contains(column, run) for column in columns)) for run in typed.split())
    return or_(and_(queued, *seen), and_(text(f"NOT {_QUEUED.format(table=table)}"), indexed))
