"""Alembic's entry: runs the steps on the connection it is given, inside that connection's transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.dialects import sqlite

import app.domain.registry  # noqa: F401 - every entity's table must be known
from app.domain.entity import Entity
from app.domain.types import StoredType
from app.persistence.bookkeeping import Bookkeeping

_ON_SQLITE = sqlite.dialect()
DERIVED = "search_"  # tables of the search index, which is rebuilt and not migrated


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A step names plain column types, since the program's own types may change later."""
    if kind == "type" and isinstance(item, StoredType):
        return f"sa.{_ON_SQLITE.type_compiler_instance.process(item)}"
    return False


def belongs(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or name == "search_queue" or not (name or "").startswith(DERIVED)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[Entity.metadata, Bookkeeping.metadata],
    render_as_batch=True,
    render_item=render,
    include_name=belongs,
)
context.run_migrations()
