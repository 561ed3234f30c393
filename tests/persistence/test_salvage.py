"""A damaged replica gives up the work that was never sent."""

import shutil
from pathlib import Path

import pytest

from app.domain.customers import Contact, Customer
from app.domain.ids import new_id
from app.persistence.backups import back_up, recover
from app.persistence.replica import Replica, join_replica
from app.persistence.salvage import salvage
from tests.builders import a_contact, a_customer
from tests.replicas import KEY, a_replica, count, edit, pulled, queued

PAGE = 4096


@pytest.fixture
def worked(tmp_path: Path) -> tuple[Path, Customer]:
    """Backed up, then a phone was changed and a contact added; the file is closed."""
    replica = a_replica(tmp_path)
    customer = a_customer(id=new_id(), phone="111")
    pulled(replica, customer)
    back_up(replica.path, KEY, "2026-11-22")
    edit(replica, Customer, customer.id, phone="333")
    with replica.write("contact.create") as write:
        write.session.add(a_contact(customer.id, name="周建国"))
    replica.close()
    return replica.path, customer


def restored(path: Path) -> tuple[Replica, Path]:
    damaged = path.with_name("was-damaged.db")
    shutil.copyfile(path, damaged)
    recover(path, KEY)
    return join_replica(path, KEY), damaged


def test_work_since_the_backup_is_shown_and_sent_again(worked):
    path, customer = worked
    replica, damaged = restored(path)
    assert queued(replica) == []

    assert salvage(damaged, KEY, replica) == 2

    assert len(queued(replica)) == 2
    with replica.read() as session:
        assert session.get_one(Customer, customer.id).phone == "333"
        assert session.query(Contact).one().name == "周建国"
    replica.close()


def test_saving_twice_saves_once(worked):
    path, _ = worked
    replica, damaged = restored(path)

    salvage(damaged, KEY, replica)

    assert salvage(damaged, KEY, replica) == 0
    assert count(replica, "outbox") == 2
    replica.close()


def test_whichever_page_is_damaged_what_can_be_read_is_saved_and_nothing_breaks(worked):
    path, _ = worked
    replica, damaged = restored(path)
    whole = damaged.read_bytes()
    saved = set()

    for page in range(0, len(whole) // PAGE, 7):
        at = page * PAGE + PAGE // 2
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        saved.add(salvage(damaged, KEY, replica))

    assert saved <= {0, 1, 2}
    assert count(replica, "outbox") == 2  # most pages hold something else
    replica.close()
