"""Brings a replica of an older release up to date: backed up before, in one transaction, restored on failure.

Alembic is imported only where a migration is due, since it costs half of a cold start.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from app.domain.errors import AppError
from app.persistence import bulk_load, search_index, unknown_fields
from app.persistence.backups import back_up, restore
from app.persistence.database import for_writing, open_engine

if TYPE_CHECKING:
    from alembic.config import Config

_STEPS = Path(__file__).parent / "migrations"

RELEASES = tuple(sorted(step.name[:4] for step in (_STEPS / "versions").glob("0*.py")))
"""Every step there is, oldest first; known by their files, since Alembic is not loaded to ask."""

log = logging.getLogger(__name__)


def version(connection: Connection) -> str | None:
    """The last step applied; None for an empty database."""
    known = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").scalar()
    if not known:
        return None
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


def check_version(connection: Connection) -> bool:
    """Is the replica up to date? Raises AppError where a newer release has written it."""
    found = version(connection)
    if found is not None and found not in RELEASES:
        raise AppError("replica.newer", found=found, known=RELEASES[-1])
    return found == RELEASES[-1]


def bring_up_to_date(path: Path, key: bytes) -> None:
    """Apply the steps that are missing. On failure the replica is as it was before.

    Raises AppError where the replica is of a newer release or a step fails, DiskFull.
    """
    engine = open_engine(path, key)
    try:
        with engine.connect() as connection:
            if check_version(connection):
                return
            found = version(connection)
        backup = back_up(path, key, f"before-{RELEASES[-1]}") if found else None
        try:
            _migrate(engine)
        except BaseException as error:
            engine.dispose()
            if backup:
                restore(path, backup)
            if isinstance(error, AppError) or not isinstance(error, Exception):
                raise
            raise AppError("replica.migration_failed", found=found, known=RELEASES[-1]) from error
        log.info("replica migrated from %s to %s", found, RELEASES[-1])
    finally:
        engine.dispose()


def upgrade(connection: Connection) -> None:
    """Apply the steps that are missing, inside the transaction of `connection`."""
    from alembic import command

    command.upgrade(configuration(connection), "head")


def configuration(connection: Connection) -> "Config":
    """Alembic's settings; there is no ini file, since nothing in it would be ours to choose."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(engine: Engine) -> None:
    with for_writing(engine).connect() as connection:
        # A step may rebuild a table that others point to; this setting cannot change inside a transaction.
        connection.connection.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if version(connection):
                bulk_load.wake(connection)  # a step may count on what was put aside for a load
            upgrade(connection)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise AppError("replica.migration_failed", found=version(connection), known=RELEASES[-1])
            unknown_fields.adopt(connection)
            search_index.install(connection)
