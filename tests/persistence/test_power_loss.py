"""After a power cut everything that was saved is there, whole: the rows, and the mutation that tells of them.

The statements are those the replica itself sent when a user worked, with its own settings. They are played
on plain SQLite, because SQLCipher has an SQLite of its own, into which no file system can be put; the
encryption lies above the file system and changes neither the order of writes nor of syncs.
ROUNDTRIP_POWER_CUTS says how many cuts there are to be.
"""

import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw
import pytest
from sqlalchemy import Engine, event

from app.domain.customers import Contact, Customer
from app.persistence.database import _SETTINGS as SETTINGS
from app.persistence.database import unlock
from app.persistence.replica import Replica
from tests.builders import a_customer
from tests.persistence.power_loss import Recording, cut, record
from tests.replicas import KEY, pulled

CUTS = int(os.environ.get("ROUNDTRIP_POWER_CUTS", "300"))
SAVES = 40

Transaction = list[tuple[str, object]]


@pytest.fixture
def saved(replica: Replica, tmp_path: Path) -> tuple[Path, list[Transaction]]:
    """The database before, in the clear, and what the replica sent while a user saved again and again."""
    customer = a_customer(phone="0")
    pulled(replica, customer)
    base = _in_the_clear(replica, tmp_path / "base.db")
    sent = _listen(replica._engine)
    for number in range(1, SAVES + 1):
        with replica.write("customer.edit") as write:
            write.session.get_one(Customer, customer.id).phone = str(number)
            write.session.add(Contact(customer_id=customer.id, name=f"第{number}位" * number))
    return base, sent


def _in_the_clear(replica: Replica, path: Path) -> Path:
    """The same tables, triggers and rows, without the encryption."""
    raw = unlock(replica.path, KEY)
    raw.execute("ATTACH DATABASE ? AS clear KEY ''", (str(path),))
    raw.execute("SELECT sqlcipher_export('clear')")
    raw.close()
    target = apsw.Connection(str(path))
    target.execute("PRAGMA journal_mode = WAL")
    target.close()
    return path


def _listen(engine: Engine) -> list[Transaction]:
    """The statements of each transaction that wrote something, as they are sent."""
    done: list[Transaction] = []
    now: Transaction = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_: Any, cursor: Any, statement: str, values: Any, *how: Any) -> None:
        if statement.startswith("BEGIN"):
            now.clear()
        for one in values if how[-1] else [values]:
            now.append((statement, one or None))

    @event.listens_for(engine, "commit")
    def commit(connection: Any) -> None:
        if now and now[0][0] == "BEGIN IMMEDIATE":
            done.append([*now, ("COMMIT", None)])
        now.clear()

    return done


def lost_or_broken(recording: Recording, name: Path, folder: Path, cuts: int) -> tuple[int, int]:
    """Of `cuts` power cuts: how many lost something that was saved, and how many left something half."""
    chance = random.Random(7)
    lost = broken = 0
    for _ in range(cuts):
        at = chance.randrange(len(recording.log) + 1)
        acked = sum(returned <= at for returned in recording.acked)
        for old in folder.iterdir():
            old.unlink()
        for file, content in cut(recording, at, str(name), chance).items():
            (folder / Path(file).name).write_bytes(content)
        found = _saved(folder / name.name)
        broken += found is None
        lost += found is not None and found < acked
    return lost, broken


def _saved(path: Path) -> int | None:
    """How many saves are there whole; None where one is there in part."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA synchronous = OFF")  # of this copy, which nobody keeps
    try:
        one: Any = connection.execute(
            "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM outbox_row) / 2,"
            " (SELECT count(*) FROM contact), (SELECT CAST(phone AS INTEGER) FROM customer)"
        ).fetchall()
        sound: Sequence[Any] = connection.execute("PRAGMA quick_check").fetchall()
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    except apsw.Error:
        return None
    finally:
        connection.close()
    whole = len(set(one[0])) == 1 and sound == [("ok",)] and not dangling
    return int(one[0][0]) if whole else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "found"
    made.mkdir()
    return made


def test_no_power_cut_takes_what_was_saved_nor_leaves_half_of_it(
    saved: tuple[Path, list[Transaction]], folder: Path
) -> None:
    base, transactions = saved
    recording = record(base, SETTINGS, transactions)

    assert len(recording.acked) == SAVES
    assert lost_or_broken(recording, base, folder, CUTS) == (0, 0)


def test_a_weaker_setting_would_be_found_out(saved: tuple[Path, list[Transaction]], folder: Path) -> None:
    base, transactions = saved
    weaker = [setting.replace("synchronous = FULL", "synchronous = NORMAL") for setting in SETTINGS]
    assert weaker != list(SETTINGS)

    lost, broken = lost_or_broken(record(base, weaker, transactions), base, folder, 40)

    assert lost > 10
    assert broken == 0
