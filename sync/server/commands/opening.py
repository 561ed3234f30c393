"""Opens the database a command works on."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from app.domain.errors import RuleViolation
from sync.server.database import Database
from sync.server.parts import only_tenant
from sync.server.schema import require_current
from sync.server.settings import ServerSettings

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="Where the data is: sqlite:///file.db or postgresql://…. Default: ROUNDTRIP_DATABASE.",
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Opened:
    """The database, and the tenant in it."""

    settings: ServerSettings
    database: Database
    tenant: str


def settings_for(address: str | None) -> ServerSettings:
    """The operator's settings, with the database of the command line if one was given."""
    settings = ServerSettings()
    given = address or settings.database.get_secret_value()
    return settings.model_copy(update={"database": SecretStr(_with_driver(given))})


@contextmanager
def connected(settings: ServerSettings) -> Generator[Database]:
    """The database as it is, perhaps still empty; the folder of an SQLite file is made."""
    address = settings.database.get_secret_value()
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    database = Database(address)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def opened(address: str | None) -> Generator[Opened]:
    """A database that is set up; raises RuleViolation where it is not."""
    settings = settings_for(address)
    with connected(settings) as database:
        require_current(database)
        yield Opened(settings, database, only_tenant(database))


def _with_driver(address: str) -> str:
    """Operators write postgresql://…, and the driver is our affair."""
    try:
        url = make_url(address)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError) as problem:
        raise RuleViolation("server.bad_address", address=address.partition(":")[0] + ":…") from problem
    return url.render_as_string(hide_password=False)
