"""A replica is compared with the server, and what differs is mended: told as situations."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.clock import local_now
from app.domain.changes import Changes
from app.domain.customers import Contact, Customer
from app.domain.entity import fields, name_of
from app.domain.errors import Offline
from app.domain.ids import new_id
from app.domain.registry import entity_named
from app.persistence import facts
from app.persistence.bookkeeping import OutboxState
from app.persistence.brake import RemovalHeld
from app.persistence.facts import Fact
from app.persistence.fingerprint import fingerprint, total
from sync.client import checking
from sync.client.checking import Findings, check
from sync.client.engine import Report, perform
from sync.client.news import Compared
from sync.client.replica_check import ReplicaCheck
from sync.server.change_log import Author, ChangeLog
from tests.sync.laptops import Laptop
from tests.sync.office import Office
from tests.sync.workers import Worker


class Checker(Worker):
    """Every round of his compares the digests."""

    def sync(self, *faults: str | None) -> Report:
        self.sql("DELETE FROM sync_state WHERE key = ?", Fact.COMPARED_AT.value)
        return super().sync(*faults)

    def check(self, *faults: str | None) -> Findings:
        self.news.clear()
        self.line.faults = list(faults)
        store = self.laptop.store
        return perform(check(store.repair, store.cursor(), self.news.append), self.line)

    def sql(self, statement: str, *values: object) -> None:
        """What no part of the program would do."""
        with self.laptop.replica.absorb() as connection:
            connection.exec_driver_sql(statement, values)

    def copy(self, table: str, row_id: str, new: str, root_id: str | None) -> None:
        """A row that came from nowhere."""
        names = ", ".join(f'"{name}"' for name in fields(entity_named(table)))
        self.sql(
            f"INSERT INTO {table} (id, root_id, rev, {names})"
            f" SELECT ?, coalesce(?, root_id), rev, {names} FROM {table} WHERE id = ?",
            new, root_id, row_id,
        )  # fmt: skip


@pytest.fixture
def rossi(office: Office) -> UUID:
    return _customer(office, "Rossi")


@pytest.fixture
def wang(office: Office, rossi: UUID) -> UUID:
    office.put(Contact, contact := new_id(), rossi, customer_id=rossi, name="Wang Fang", phone="111")
    return contact


@pytest.fixture
def anna(office: Office, wang: UUID, tmp_path: Path) -> Iterator[Checker]:
    made = Checker(office, Laptop(tmp_path / "anna.db", office.people.anna), office.people.anna)
    made.sync()
    yield made
    made.laptop.replica.close()


def _customer(office: Office, name: str) -> UUID:
    office.put(Customer, new := new_id(), new, name=name, territory_id=office.people.north)
    return new


def test_nothing_differs_and_the_answer_is_in_figures(anna: Checker) -> None:
    found = anna.check()

    assert (found.fetched, found.dropped, found.parked, found.content) == (0, 0, 0, True)
    assert found.compared == len(anna.laptop.rows())
    assert anna.news == [Compared(found.compared, found.compared)]


DAMAGE = {
    "a value changed, at the same revision": "UPDATE contact SET name = 'Wang Fanh' WHERE id = ?",
    "another revision": "UPDATE contact SET rev = 7 WHERE id = ?",
    "a row is missing": "DELETE FROM contact WHERE id = ?",
    "a row lies elsewhere": f"UPDATE contact SET root_id = '{new_id().hex}' WHERE id = ?",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_row_is_found_and_fetched_anew(anna: Checker, wang: UUID, damage: str) -> None:
    before = anna.laptop.rows()
    anna.sql(damage, wang.hex)

    found = anna.check()

    assert (found.fetched, found.dropped) == (1, 0)
    assert anna.laptop.rows() == before
    assert anna.agrees()
    assert anna.check().fetched == 0


def test_of_a_server_of_another_release_only_revisions_are_compared_and_it_is_said(
    anna: Checker, wang: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "SCHEMA", checking.SCHEMA - 1)
    anna.sql("UPDATE contact SET name = 'Wang Fanh', rev = 7 WHERE id = ?", wang.hex)

    facts = ReplicaCheck(anna.laptop.store, local_now).run(anna.line, lambda *_: None, lambda _: None)

    assert (facts["fetched"], facts["revisions_only"]) == (1, 1)


def test_a_row_the_server_does_not_have_is_dropped(anna: Checker, wang: UUID) -> None:
    before = anna.laptop.rows()
    extra = new_id().hex
    anna.copy("contact", wang.hex, extra, root_id=None)

    found = anna.check()

    assert (found.fetched, found.dropped) == (0, 1)
    assert anna.laptop.rows() == before


def test_damage_below_unsent_work_is_mended_and_the_work_stays_on_show(anna: Checker, wang: UUID) -> None:
    op = anna.laptop.edit(Contact, wang, phone="222")
    anna.sql("UPDATE shadow SET payload = replace(payload, 'Fang', 'Fanh') WHERE row_id = ?", wang.hex)
    anna.sql("UPDATE contact SET name = 'Wang Fanh' WHERE id = ?", wang.hex)

    found = anna.check()

    assert found.fetched == 1
    assert anna.laptop.shown(Contact, wang, "name", "phone") == ("Wang Fang", "222")
    assert anna.laptop.outbox() == {op: OutboxState.PENDING}
    anna.sync()
    assert anna.laptop.outbox() == {op: OutboxState.DONE}


def test_a_visible_row_that_is_not_what_own_work_makes_of_it_is_computed_anew(
    anna: Checker, wang: UUID
) -> None:
    anna.laptop.edit(Contact, wang, phone="222")
    anna.sql("UPDATE contact SET name = 'Somebody' WHERE id = ?", wang.hex)

    anna.check()

    assert anna.laptop.shown(Contact, wang, "name", "phone") == ("Wang Fang", "222")


def test_a_new_record_that_was_not_sent_yet_is_no_extra_row(anna: Checker, rossi: UUID) -> None:
    made = anna.laptop.add(Contact, customer_id=rossi, name="Li Na")

    found = anna.check()

    assert found.dropped == 0
    assert anna.laptop.shown(Contact, made, "name") == "Li Na"


def test_rows_changed_at_the_server_since_are_left_to_the_next_pull(
    office: Office, anna: Checker, rossi: UUID, wang: UUID
) -> None:
    office.put(Contact, wang, rossi, phone="999")
    office.put(Contact, new_id(), rossi, customer_id=rossi, name="Li Na")

    found = anna.check()

    assert (found.fetched, found.dropped) == (0, 0)
    anna.sync()
    assert anna.laptop.shown(Contact, wang, "phone") == "999"
    assert anna.agrees()


def test_a_customer_lost_since_is_left_to_the_next_pull(office: Office, anna: Checker, rossi: UUID) -> None:
    office.put(Customer, rossi, rossi, territory_id=office.people.south)

    found = anna.check()

    assert (found.fetched, found.dropped) == (0, 0)
    assert anna.laptop.shown(Customer, rossi, "name") == "Rossi"
    anna.sync()
    assert anna.laptop.shown(Customer, rossi, "name") is None


def test_a_customer_of_somebody_else_is_dropped(office: Office, anna: Checker, rossi: UUID) -> None:
    other = new_id()
    office.put(Customer, other, other, name="Verdi", territory_id=office.people.south)
    anna.sync()
    anna.copy("customer", rossi.hex, other.hex, root_id=other.hex)

    assert anna.check().dropped == 1
    assert anna.laptop.shown(Customer, other, "name") is None


def test_of_a_large_root_only_the_buckets_that_differ_are_listed(
    office: Office, anna: Checker, rossi: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "FEW", 3)
    contacts = [new_id() for _ in range(8)]
    for contact in contacts:
        office.put(Contact, contact, rossi, customer_id=rossi, name="Li Na")
    anna.sync()
    anna.sql("DELETE FROM contact WHERE id = ?", contacts[3].hex)

    found = anna.check()

    assert (found.fetched, found.dropped) == (1, 0)
    assert anna.agrees()


def test_a_check_that_was_cut_is_done_again(anna: Checker, wang: UUID) -> None:
    anna.sql("DELETE FROM contact WHERE id = ?", wang.hex)

    with pytest.raises(Offline):
        anna.check(None, None, "reply")

    assert anna.check("twice", "twice", "twice").fetched == 1
    assert anna.agrees()


# What each complete pull finds by itself


def test_a_pull_that_went_past_a_row_is_noticed_by_its_digest(
    office: Office, anna: Checker, rossi: UUID, wang: UUID
) -> None:
    _forget_the_kept_digest(anna)
    anna.sql("DELETE FROM contact WHERE id = ?", wang.hex)
    office.put(Customer, rossi, rossi, phone="5")

    anna.sync()

    assert anna.laptop.shown(Contact, wang, "name") == "Wang Fang"
    assert anna.agrees()


def test_a_digest_without_any_row_is_compared_too(office: Office, anna: Checker, wang: UUID) -> None:
    anna.sql("DELETE FROM contact WHERE id = ?", wang.hex)
    anna.sql("DELETE FROM sync_state WHERE key = ?", Fact.DIGEST.value)
    office.put(Customer, new := new_id(), new, name="Bianchi", territory_id=office.people.south)
    anna.sync()

    assert anna.laptop.shown(Contact, wang, "name") == "Wang Fang"


def test_the_kept_digest_follows_every_pull(office: Office, anna: Checker, rossi: UUID, wang: UUID) -> None:
    anna.laptop.store.repair.count_anew()
    anna.laptop.edit(Contact, wang, phone="222")
    other = _customer(office, "Verdi")
    anna.sync()
    office.put(Customer, other, other, territory_id=office.people.south)
    office.put(Contact, wang, rossi, name="Wang F.")
    anna.sync()

    with anna.laptop.replica.read() as session:
        noted = facts.get(session.connection(), Fact.DIGEST)
    assert noted is not None
    assert anna.laptop.store.repair.digest() == total(fingerprint(anna.laptop.replica))


def test_what_looking_closer_does_not_explain_is_not_looked_for_at_every_pull(
    office: Office, anna: Checker, rossi: UUID
) -> None:
    with office.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE sync_root_digest SET low = low + 1 WHERE root_id = ?", (rossi.hex,)
        )
    office.put(Customer, rossi, rossi, phone="5")
    anna.sync()
    looked = [news for news in anna.news if isinstance(news, Compared)]

    office.put(Customer, rossi, rossi, phone="6")
    anna.sync()

    assert looked
    assert not [news for news in anna.news if isinstance(news, Compared)]


def _forget_the_kept_digest(worker: Worker) -> None:
    worker.sql("DELETE FROM sync_state WHERE key = ?", Fact.DIGEST.value)


# A pull that would remove a large part


@pytest.fixture
def many(office: Office, anna: Checker, rossi: UUID) -> list[UUID]:
    contacts = [new_id() for _ in range(60)]
    for contact in contacts:
        office.put(Contact, contact, rossi, customer_id=rossi, name="Li Na")
    anna.sync()
    return contacts


def _delete(office: Office, contacts: list[UUID]) -> None:
    with office.database.write() as connection:
        log = ChangeLog(connection, office.tenant, Author())
        for contact in contacts:
            row = log.row(contact.hex)
            assert row
            log.delete(row)
        log.commit()


def test_many_deletions_that_the_digest_bears_out_are_applied(
    office: Office, anna: Checker, many: list[UUID]
) -> None:
    _delete(office, many)

    anna.sync()

    assert anna.laptop.shown(Contact, many[0], "name") is None
    assert anna.agrees()


def test_many_deletions_that_the_digest_denies_wait_for_the_user(
    office: Office, anna: Checker, rossi: UUID, many: list[UUID]
) -> None:
    _delete(office, many)
    with office.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE sync_root_digest SET rows = rows + 60 WHERE root_id = ?", (rossi.hex,)
        )
    op = anna.laptop.edit(Customer, rossi, phone="7")

    with pytest.raises(RemovalHeld) as held:
        anna.sync()

    assert held.value.facts["removed"] == 60
    assert anna.laptop.shown(Contact, many[0], "name") == "Li Na"
    assert office.status(op) == "applied"  # what was done here is sent all the same

    anna.laptop.store.repair.allow_removal()
    anna.sync()

    assert anna.laptop.shown(Contact, many[0], "name") is None


# Rows that cannot be held


def test_a_malformed_row_is_parked_and_comes_when_it_is_right(
    office: Office, anna: Checker, rossi: UUID, wang: UUID
) -> None:
    _break(office, wang)
    office.put(Customer, rossi, rossi, phone="5")
    anna.sync()

    assert anna.laptop.shown(Customer, rossi, "phone") == "5"
    assert anna.laptop.shown(Contact, wang, "name") == "Wang Fang"
    assert anna.laptop.store.repair.parked() == [(name_of(Contact), wang.hex)]
    assert anna.agrees()

    office.put(Contact, wang, rossi, phone="444")
    anna.sync()

    assert anna.laptop.shown(Contact, wang, "phone") == "444"
    assert anna.laptop.store.repair.parked() == []


def test_a_parked_row_is_asked_for_again_by_a_check(
    office: Office, anna: Checker, rossi: UUID, wang: UUID
) -> None:
    whole = _break(office, wang)
    anna.sync()
    with office.database.write() as connection:
        connection.exec_driver_sql("UPDATE sync_row SET payload = ? WHERE id = ?", (whole, wang.hex))

    found = anna.check()

    assert (found.fetched, found.parked) == (1, 0)
    assert anna.laptop.shown(Contact, wang, "phone") == "333"


def _break(office: Office, contact: UUID) -> str:
    """A newer revision with a number where a text should be; the right one."""
    office.put(Contact, contact, contact, phone="333")
    with office.database.write() as connection:
        found = connection.exec_driver_sql("SELECT payload FROM sync_row WHERE id = ?", (contact.hex,))
        right = str(found.scalar_one())
        broken = right.replace('"333"', "333")
        connection.exec_driver_sql("UPDATE sync_row SET payload = ? WHERE id = ?", (broken, contact.hex))
    return right


def test_changes_are_told_where_rows_were_mended(anna: Checker, wang: UUID) -> None:
    anna.sql("DELETE FROM contact WHERE id = ?", wang.hex)

    anna.check()

    assert Changes(frozenset({Contact}), frozenset({wang})) in anna.news
