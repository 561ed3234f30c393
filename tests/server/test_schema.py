"""The server's tables come from migrations, and those agree with what the program declares."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import sync.server.account_tables  # noqa: F401  # declares its tables beside the others
from app.domain.entity import fields, name_of
from app.domain.registry import ENTITIES
from sync.server.database import Database
from sync.server.schema import WrongSchema, migrate, require_current
from sync.server.tables import METADATA, TABLES


def test_models_and_migrations_agree(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)

    assert differences == []


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    database = Database(empty_url)

    migrate(database)
    migrate(database)

    require_current(database)
    database.close()


def test_a_migration_that_fails_leaves_nothing_behind(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(empty_url)

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
    with pytest.raises(RuntimeError):
        migrate(database)

    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()


def test_a_database_of_a_newer_program_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    for attempt in (migrate, require_current):
        with pytest.raises(WrongSchema, match=r"schema\.newer"):
            attempt(database)


def test_a_database_without_tables_is_to_be_migrated_first(empty_url: str) -> None:
    database = Database(empty_url)

    with pytest.raises(WrongSchema, match=r"schema\.older"):
        require_current(database)
    database.close()


@pytest.mark.parametrize("entity", ENTITIES, ids=name_of)
def test_every_field_has_its_column_and_every_key_begins_with_the_tenant(entity: type) -> None:
    table = TABLES[entity]

    assert set(table.columns.keys()) == {"tenant_id", "id", "root_id", "rev", *fields(entity)}
    assert [column.name for column in table.primary_key] == ["tenant_id", "id"]


def test_a_connection_in_use_when_the_database_is_closed_is_closed_as_it_is_given_back(empty_url: str):
    database = Database(empty_url)
    with database.read() as connection:
        in_use = connection.connection.dbapi_connection
        database.close()

    with pytest.raises(Exception, match="closed"):
        in_use.cursor().execute("SELECT 1")
