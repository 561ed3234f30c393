"""Whatever happens to the computer, what was saved stays, whole, with its mutation."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from app.domain.customers import Customer
from app.domain.errors import Busy, DiskFull, ReplicaDamaged, ReplicaLocked
from app.persistence.backups import back_up, back_up_daily, backups, is_sound, recover
from app.persistence.database import keep_ballast, lock_replica
from app.persistence.replica import Replica, distrust, join_replica, open_replica
from tests.builders import MORNING, a_contact, a_customer
from tests.replicas import KEY, a_replica, pulled

PAGE = 4096

SAVING = """
import sys
from pathlib import Path
from uuid import UUID
from app.domain.customers import Contact, Customer
from app.persistence.replica import join_replica

replica = join_replica(Path(sys.argv[1]), bytes(range(32)))
customer = UUID(sys.argv[2])
number = int(sys.argv[3])
while True:
    number += 1
    with replica.write("customer.edit") as write:
        write.session.get_one(Customer, customer).phone = str(number)
        write.session.add(Contact(customer_id=customer, name=f"第{number}位"))
    print(number, flush=True)
"""

HOLDING = """
import sys
from pathlib import Path
from app.persistence.database import lock_replica
lock = lock_replica(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def damage(path: Path, page: int) -> None:
    """Flip one bit in a page (1 is the first)."""
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE + 100] ^= 1
    path.write_bytes(content)


def fill_up(replica: Replica) -> None:
    """As if the disk had no room for another page."""
    with replica.absorb() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def number_of(replica: Replica, statement: str) -> int:
    with replica.read() as session:
        return int(session.execute(text(statement)).scalar_one())


def test_a_killed_process_loses_nothing_it_had_saved(tmp_path: Path) -> None:
    replica = a_replica(tmp_path)
    customer = a_customer(phone="0")
    row_id = customer.id
    pulled(replica, customer)
    replica.close()
    saved = 0

    for commits in (3, 20):
        process = start(SAVING, str(replica.path), row_id.hex, str(saved))
        assert process.stdout is not None
        for _ in range(commits):
            saved = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        told, _ = process.communicate()
        saved = max([saved, *(int(line) for line in told.split())])

        replica = open_replica(replica.path, KEY)
        with replica.read() as session:
            phone = int(session.get_one(Customer, row_id).phone or 0)
        assert phone in (saved, saved + 1)  # it may have died between the commit and the word
        assert number_of(replica, "SELECT count(*) FROM contact") == phone
        assert number_of(replica, "SELECT count(*) FROM outbox") == phone
        replica.close()
        assert is_sound(replica.path, KEY)
        saved = phone


def test_on_a_full_disk_nothing_is_half_saved_and_room_is_made_for_the_next_try(tmp_path: Path) -> None:
    a_replica(tmp_path).close()
    replica = open_replica(tmp_path / "replica.db", KEY)
    pulled(replica, a_customer())
    fill_up(replica)

    with pytest.raises(DiskFull), replica.write("customer.create") as write:
        write.session.add_all(a_customer(note="长" * 20_000) for _ in range(20))

    assert number_of(replica, "SELECT count(*) FROM customer") == 1
    assert number_of(replica, "SELECT count(*) FROM outbox") == 0
    assert not replica.path.with_suffix(".ballast").exists()
    with replica.absorb() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    with replica.write("customer.create") as write:
        write.session.add(a_customer(note="长" * 20_000))
    assert number_of(replica, "SELECT count(*) FROM customer") == 2
    replica.close()


def test_a_download_on_a_full_disk_leaves_the_room_held_back_for_the_users_last_edit(tmp_path: Path) -> None:
    replica = a_replica(tmp_path)
    keep_ballast(replica.path)
    pulled(replica, a_customer())
    fill_up(replica)

    with pytest.raises(DiskFull):
        pulled(replica, *(a_customer(note="长" * 20_000) for _ in range(20)))

    assert replica.path.with_suffix(".ballast").exists()
    replica.close()


@pytest.mark.parametrize("what_is_left", [b"", None], ids=["empty", "gone"])
def test_a_database_file_without_content_is_damage_and_not_a_new_beginning(
    tmp_path: Path, what_is_left: bytes | None
) -> None:
    replica = a_replica(tmp_path)
    pulled(replica, a_customer())
    replica.close()
    back_up(replica.path, KEY, "yesterday")
    replica.path.unlink()
    if what_is_left is not None:
        replica.path.write_bytes(what_is_left)

    with pytest.raises(ReplicaDamaged):
        open_replica(replica.path, KEY)
    recover(replica.path, KEY)

    restored = open_replica(replica.path, KEY)
    assert number_of(restored, "SELECT count(*) FROM customer") == 1
    restored.close()


def test_after_a_page_could_not_be_read_the_next_start_looks_at_every_one(tmp_path: Path) -> None:
    replica = a_replica(tmp_path)
    pulled(replica, a_customer())
    replica.close()
    damage(replica.path, replica.path.stat().st_size // PAGE // 2)
    open_replica(replica.path, KEY).close()

    distrust(replica.path)

    with pytest.raises(ReplicaDamaged):
        open_replica(replica.path, KEY)


def test_nothing_on_the_disk_can_be_read_without_the_key(replica: Replica) -> None:
    with replica.write("customer.create") as write:
        write.session.add(a_customer(name="Kunde GmbH", note="streng vertraulich"))

    for file in replica.path.parent.iterdir():
        content = file.read_bytes()
        assert b"Kunde" not in content
        assert b"vertraulich" not in content
        assert not content.startswith(b"SQLite format 3")


def test_a_wrong_key_is_refused_and_changes_nothing(replica: Replica) -> None:
    replica.close()
    before = replica.path.read_bytes()

    with pytest.raises(ReplicaLocked) as refused:
        open_replica(replica.path, bytes(32))

    assert refused.value.code == "replica.wrong_key"
    assert replica.path.read_bytes() == before
    open_replica(replica.path, KEY).close()


@pytest.mark.parametrize("page", [1, 30])
def test_a_damaged_file_is_set_aside_and_the_newest_sound_backup_restored(tmp_path: Path, page: int) -> None:
    replica = a_replica(tmp_path)
    pulled(replica, a_customer(name="备份里的客户"))
    sound = back_up(replica.path, KEY, "2026-11-22")
    pulled(replica, a_customer(name="之后的客户"))
    unsound = back_up(replica.path, KEY, "2026-11-23")
    damage(unsound, 5)
    replica.close()
    damage(replica.path, page)
    Path(f"{replica.path}-wal").write_bytes(b"left by a crash")
    damaged = replica.path.read_bytes()

    with pytest.raises(ReplicaDamaged):
        open_replica(replica.path, KEY)
    restored = recover(replica.path, KEY)

    assert restored == sound
    assert (tmp_path / "damaged" / "replica-1.db").read_bytes() == damaged
    replica = open_replica(replica.path, KEY)
    assert number_of(replica, "SELECT count(*) FROM customer") == 1
    replica.close()


def test_without_a_sound_backup_the_damaged_file_is_left_alone(tmp_path: Path) -> None:
    replica = a_replica(tmp_path)
    replica.close()
    damage(replica.path, 30)
    before = replica.path.read_bytes()

    with pytest.raises(ReplicaDamaged) as refused:
        recover(replica.path, KEY)

    assert refused.value.code == "replica.no_backup"
    assert replica.path.read_bytes() == before


def test_a_damaged_page_is_noticed_where_it_is_read(tmp_path: Path) -> None:
    replica = a_replica(tmp_path)
    customer = a_customer()
    pulled(replica, customer, *(a_contact(customer.id, name=f"第{n}位") for n in range(500)))
    pages = number_of(replica, "PRAGMA page_count")
    replica.close()
    for page in range(20, pages + 1):
        damage(replica.path, page)

    replica = join_replica(replica.path, KEY)
    with pytest.raises(ReplicaDamaged):
        number_of(replica, "SELECT sum(length(name)) FROM contact")
    replica.close()


def test_one_backup_a_day_is_made_and_seven_are_kept(tmp_path: Path) -> None:
    replica = a_replica(tmp_path)

    for day in range(1, 11):
        assert back_up_daily(replica.path, KEY, MORNING.date().replace(day=day)) is not None
    assert back_up_daily(replica.path, KEY, MORNING.date().replace(day=10)) is None

    assert [copy.stem for copy in backups(replica.path)] == [f"2026-11-{day:02d}" for day in range(10, 3, -1)]
    assert all(is_sound(copy, KEY) for copy in backups(replica.path))
    replica.close()


def test_a_backup_made_while_others_write_is_one_moment(replica: Replica) -> None:
    pulled(replica, a_customer())

    with replica.absorb() as connection:
        connection.exec_driver_sql("DELETE FROM customer")
        copy = back_up(replica.path, KEY, "now")

    restored = join_replica(copy, KEY)
    assert number_of(restored, "SELECT count(*) FROM customer") == 1
    restored.close()


def test_two_copies_of_the_program_cannot_have_one_replica(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    process = start(HOLDING, str(path))
    assert process.stdout is not None
    process.stdout.readline()

    with pytest.raises(Busy) as refused:
        lock_replica(path)

    assert refused.value.code == "replica.in_use"
    process.kill()
    process.communicate()
    lock_replica(path).release()


def test_a_writer_waits_for_another_and_gives_up_with_a_clear_word(replica: Replica) -> None:
    second = join_replica(replica.path, KEY)
    with second.read() as session:
        session.execute(text("PRAGMA busy_timeout = 50"))
    started = time.monotonic()

    with replica.absorb(), pytest.raises(Busy), second.absorb():
        pass

    assert time.monotonic() - started < 5
    second.close()
