"""Every server test runs on SQLite and on a real PostgreSQL, each with a database of its own."""

import shutil
from collections.abc import Generator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from sync.server.database import Database
from sync.server.schema import migrate
from tests.postgres import Postgres, running_postgres
from tests.server.served import Served, serving
from tests.server.world import World

BACKENDS = ("sqlite", "postgresql")
_numbers = count()


@pytest.fixture(scope="session")
def postgres() -> Generator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy: migrating one for each test would take longer than the test."""
    path = tmp_path_factory.mktemp("server") / "template.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    _administer(postgres, "CREATE DATABASE template_of_ours")
    _migrated(postgres.url("template_of_ours"))
    return "template_of_ours"


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """The address of a migrated database without a tenant."""
    if request.param == "sqlite":
        path = tmp_path / "server.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    name = f"test_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session", params=BACKENDS)
def shared(request: pytest.FixtureRequest) -> Database:
    """A database for many tests, each with a tenant of its own: that is quick, and tenants never mix."""
    database: Database = request.getfixturevalue(f"shared_{request.param}")
    return database


@pytest.fixture
def world(shared: Database) -> World:
    """A maker with two territories and the people who work there."""
    return World(shared)


@pytest.fixture(scope="session")
def shared_sqlite(sqlite_template: Path) -> Generator[Database]:
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, sqlite_template.with_name('shared.db'))}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def shared_postgresql(postgres: Postgres, postgres_template: str) -> Generator[Database]:
    _administer(postgres, f"CREATE DATABASE shared TEMPLATE {postgres_template}")
    database = Database(postgres.url("shared"))
    yield database
    database.close()


@pytest.fixture(params=BACKENDS)
def served(request: pytest.FixtureRequest) -> Served:
    """A running HTTP server, shared by all tests; each begins a day later, so none hears of another."""
    server: Served = request.getfixturevalue(f"served_{request.param}")
    server.clock.turn(days=1)
    return server


@pytest.fixture(scope="session")
def served_sqlite(sqlite_template: Path) -> Generator[Served]:
    path = shutil.copy(sqlite_template, sqlite_template.with_name("served.db"))
    with serving(f"sqlite:///{path}", sqlite_template.parent) as server:
        yield server


@pytest.fixture(scope="session")
def served_postgresql(
    postgres: Postgres, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Served]:
    _administer(postgres, f"CREATE DATABASE served TEMPLATE {postgres_template}")
    with serving(postgres.url("served"), tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server, name = request.getfixturevalue("postgres"), f"empty_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name}")
    yield server.url(name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _migrated(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.close()


def _administer(server: Postgres, statement: str) -> None:
    engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
