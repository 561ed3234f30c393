"""Brings the server's database to this program's schema, and knows when it must not.

A database that a newer program has migrated is left alone: an older one would write what the newer
does not expect.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.domain.errors import AppError
from sync.server.database import Database

_LOCK = 7_230_117  # any number, the same for every server process of this program


class WrongSchema(AppError):
    """`schema.newer`: this program is too old for the database. `schema.older`: migrate it first."""


def migrate(database: Database) -> None:
    """All outstanding migrations in one transaction, or none; raises WrongSchema for a newer database."""
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _found(connection)
        command.upgrade(configuration(connection), "head")


def require_current(database: Database) -> None:
    """Raises WrongSchema unless the database is exactly as this program expects it."""
    with database.read() as connection:
        found = _found(connection)
    if found != _newest():
        raise WrongSchema("schema.older", found=found)


def _found(connection: Connection) -> str | None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise WrongSchema("schema.newer", found=found)
    return found


def _newest() -> str | None:
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration())


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; there is no ini file, since nothing in it would be ours to choose."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
