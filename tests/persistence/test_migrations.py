"""A replica of any release opens in this one, with everything in it; one of a later release says so."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.domain.entity import Entity
from app.domain.errors import AppError
from app.persistence import migrate
from app.persistence.bookkeeping import Bookkeeping
from app.persistence.database import for_writing, open_engine
from app.persistence.replica import Replica, open_replica
from app.persistence.search import search
from tests.builders import a_customer, the_catalogue
from tests.replicas import KEY, a_replica, count, pulled

GOOD_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{last}"


def upgrade() -> None:
    with op.batch_alter_table("customer") as customer:
        customer.add_column(sa.Column("fax", sa.VARCHAR(40)))
        customer.alter_column("name", existing_type=sa.VARCHAR(200), type_=sa.VARCHAR(300))
"""
FAILING_STEP = GOOD_STEP + "    op.execute('DELETE FROM region')\n    raise RuntimeError('in the middle')\n"
DANGLING_STEP = GOOD_STEP + "    op.execute('DELETE FROM territory')\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A replica of this release with a customer in it, closed."""
    replica = a_replica(tmp_path)
    pulled(replica, a_customer(name="老客户"))
    replica.close()
    return replica.path


def next_release(step: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the program were one release further."""
    steps = folder / "steps"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", steps)
    (steps / "versions" / "next.py").write_text(step.format(last=migrate.RELEASES[-1]))
    monkeypatch.setattr(migrate, "_STEPS", steps)
    monkeypatch.setattr(migrate, "RELEASES", (*migrate.RELEASES, "next"))


def columns(replica: Replica, table: str) -> set[str]:
    with replica.read() as session:
        return set(session.execute(text(f"SELECT name FROM pragma_table_info('{table}')")).scalars())


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Connection]:
    """A database without any table."""
    engine = open_engine(tmp_path / "empty.db", KEY)
    with for_writing(engine).begin() as connection:
        yield connection
    engine.dispose()


def test_the_steps_make_exactly_the_tables_that_are_declared(empty: Connection) -> None:
    migrate.upgrade(empty)

    context = MigrationContext.configure(
        empty, opts={"include_name": lambda name, kind, _: kind != "table" or name != "alembic_version"}
    )
    assert compare_metadata(context, [Entity.metadata, Bookkeeping.metadata]) == []  # type: ignore[arg-type]


def test_the_list_of_releases_names_every_step(empty: Connection) -> None:
    steps = ScriptDirectory.from_config(migrate.configuration(empty)).walk_revisions()

    assert tuple(step.revision for step in steps)[::-1] == migrate.RELEASES


@pytest.mark.parametrize("release", migrate.RELEASES)
def test_a_replica_of_any_release_opens_with_what_was_in_it(tmp_path: Path, release: str) -> None:
    path = tmp_path / "replica.db"
    engine = open_engine(path, KEY)
    with for_writing(engine).begin() as connection:
        command.upgrade(migrate.configuration(connection), release)
        connection.exec_driver_sql(
            "INSERT INTO region (id, root_id, rev, code, name) VALUES (?, ?, 1, 'N', '华北')",
            ("1" * 32, "0" * 32),
        )
    engine.dispose()

    replica = open_replica(path, KEY)

    with replica.read() as session:
        assert [hit.title for hit in search(session, "华北")] == ["华北"]
    replica.close()


def test_an_older_replica_is_backed_up_and_migrated(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_release(GOOD_STEP, tmp_path, monkeypatch)

    replica = open_replica(old, KEY)

    assert "fax" in columns(replica, "customer")
    assert count(replica, "customer") == 1
    assert (tmp_path / "backups" / "before-next.db").exists()
    with replica.absorb() as connection:  # the rebuilt table still tells the search index
        connection.exec_driver_sql("DELETE FROM search_queue")
        connection.exec_driver_sql("UPDATE customer SET name = '新名'")
    assert count(replica, "search_queue") == 1
    replica.close()


@pytest.mark.parametrize("step", [FAILING_STEP, DANGLING_STEP])
def test_after_a_failed_migration_the_replica_is_as_it_was(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patched:
        next_release(step, tmp_path, patched)
        with pytest.raises(AppError) as refused:
            open_replica(old, KEY)

    assert refused.value.code == "replica.migration_failed"
    replica = open_replica(old, KEY)
    assert "fax" not in columns(replica, "customer")
    assert count(replica, "customer") == 1
    assert count(replica, "region") == sum(row.__tablename__ == "region" for row in the_catalogue())
    replica.close()


def test_a_replica_of_a_later_release_is_left_alone_with_a_clear_word(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        next_release(GOOD_STEP, tmp_path, patched)
        open_replica(old, KEY).close()

    with pytest.raises(AppError) as refused:
        open_replica(old, KEY)

    assert refused.value.code == "replica.newer"


def test_a_start_without_a_migration_loads_no_migration_tool_and_no_dictionary(old: Path) -> None:
    start = (
        "import sys; from pathlib import Path; from app.persistence.replica import open_replica;"
        "from app.persistence.search import search;"
        "replica = open_replica(Path(sys.argv[1]), bytes(range(32)));"
        "session = replica.read().__enter__(); assert search(session, 'laokehu') == [];"
        "print([m for m in ('alembic', 'pypinyin', 'keyring', 'requests') if m in sys.modules])"
    )

    told = subprocess.run(
        [sys.executable, "-c", start, str(old)],
        check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert told.stdout.strip() == "[]"
