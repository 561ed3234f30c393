"""Brings the server's database up to date, whole or not at all, on SQLite and PostgreSQL alike."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from app.domain.errors import RuleViolation
from sync.server.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

RELEASES = ("0001",)
"""Every step there is, oldest first."""

_STEPS = Path(__file__).parent / "migrations"
_LOCK = 0x526F756E64  # one number for all who migrate; any would do


def version(connection: Connection) -> str | None:
    """The last step applied; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def check_version(database: Database) -> None:
    """Raises RuleViolation where the database is empty, older or newer than this program."""
    with database.read() as connection:
        found = version(connection)
    if found is None:
        raise RuleViolation("server.not_set_up")
    _refuse_newer(found)
    if found != RELEASES[-1]:
        raise RuleViolation("server.not_migrated")


def bring_up_to_date(connection: Connection) -> None:
    """Apply the steps that are missing, in the transaction of `connection`; two at once take turns."""
    from alembic import command  # costs more than the rest of a command together

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if found := version(connection):
        _refuse_newer(found)
    command.upgrade(configuration(connection), "head")


def configuration(connection: Connection) -> "Config":
    """Alembic's settings; there is no ini file, since nothing in it would be ours to choose."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _refuse_newer(found: str) -> None:
    if found not in RELEASES:
        raise RuleViolation("server.newer_database")
