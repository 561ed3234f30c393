"""Rounds between laptops and the real server, told as situations."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from app.domain.assets import Asset
from app.domain.conflicts import Conflict, ConflictState
from app.domain.customers import Contact, Customer
from app.domain.errors import Offline, SyncRefused
from app.domain.service_orders import OrderState, PartUsed, ServiceOrder
from app.persistence.bookkeeping import OutboxState
from app.persistence.fingerprint import fingerprint, total
from app.persistence.sync_journal import SyncJournal
from app.persistence.sync_store import SyncStore
from sync.client.dialogue import CursorTooOld, HistoryChanged, PagesStale, ask
from sync.client.engine import run_round
from tests.sync.office import Office
from tests.sync.workers import Worker

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_what_one_makes_the_other_gets(rossi: UUID, anna: Worker, chief: Worker) -> None:
    assert chief.laptop.shown(Customer, rossi, "name", "phone") == ("Rossi", "111")
    assert set(anna.laptop.outbox().values()) == {OutboxState.DONE}
    assert anna.laptop.rows() == chief.laptop.rows()


def test_both_edit_different_fields_and_nobody_is_asked(rossi: UUID, anna: Worker, chief: Worker) -> None:
    anna.laptop.edit(Customer, rossi, phone="222")
    chief.laptop.edit(Customer, rossi, website="w")
    chief.sync()
    anna.sync()
    chief.sync()

    for one in (anna, chief):
        assert one.laptop.shown(Customer, rossi, "phone", "website") == ("222", "w")
    assert SyncJournal(anna.laptop.replica).standing().conflicts == 0


def test_both_edit_the_same_field_and_the_conflict_reaches_both(
    rossi: UUID, anna: Worker, chief: Worker
) -> None:
    anna.laptop.edit(Customer, rossi, phone="222")
    chief.laptop.edit(Customer, rossi, phone="333")
    chief.sync()
    anna.sync()
    chief.sync()

    for one in (anna, chief):
        assert one.laptop.shown(Customer, rossi, "phone") == "333"
        assert SyncJournal(one.laptop.replica).standing().conflicts == 1
        with one.laptop.replica.read() as session:
            [conflict] = session.query(Conflict).all()
            assert (conflict.base, conflict.mine, conflict.theirs) == ('"111"', '"222"', '"333"')


def test_resolving_a_conflict_is_an_edit_like_any_other(rossi: UUID, anna: Worker, chief: Worker) -> None:
    anna.laptop.edit(Customer, rossi, phone="222")
    chief.laptop.edit(Customer, rossi, phone="333")
    chief.sync()
    anna.sync()
    with anna.laptop.replica.write("conflict.resolve") as write:
        [conflict] = write.session.query(Conflict).all()
        conflict.state = ConflictState.RESOLVED
        write.session.get_one(Customer, rossi).phone = "222"
    anna.sync()
    chief.sync()

    assert chief.laptop.shown(Customer, rossi, "phone") == "222"
    assert SyncJournal(chief.laptop.replica).standing().conflicts == 0


def test_a_lost_reply_does_not_use_the_parts_twice(
    office: Office, rossi: UUID, anna: Worker, chief: Worker
) -> None:
    order = anna.laptop.add(ServiceOrder, customer_id=rossi, subject="Pump", number="1")
    used = anna.laptop.add(PartUsed, service_order_id=order, description="Seal", amount=Decimal(2))
    anna.sync()
    anna.laptop.edit(PartUsed, used, amount=Decimal(5))

    with pytest.raises(Offline):
        anna.sync(None, "reply")
    anna.laptop.restart()
    anna.sync()
    chief.sync()

    assert chief.laptop.shown(PartUsed, used, "amount") == 5
    assert anna.laptop.shown(PartUsed, used, "amount") == 5


def test_an_order_moves_along_its_states_once(rossi: UUID, anna: Worker, chief: Worker) -> None:
    order = anna.laptop.add(ServiceOrder, customer_id=rossi, subject="Pump", number="1")
    for state in (OrderState.ACCEPTED, OrderState.EN_ROUTE, OrderState.ON_SITE, OrderState.WORKING):
        anna.laptop.edit(ServiceOrder, order, state=state)
    anna.sync("twice", "twice", "twice")
    chief.sync()

    assert chief.laptop.shown(ServiceOrder, order, "state") == OrderState.WORKING


def test_a_reassigned_customer_leaves_one_replica_and_reaches_the_other(
    office: Office, rossi: UUID, anna: Worker, bo: Worker, chief: Worker
) -> None:
    bo.sync()
    li = anna.laptop.add(Contact, customer_id=rossi, name="Li")
    machine = anna.laptop.add(Asset, customer_id=rossi, name="Crane")
    anna.sync()
    chief.sync()

    chief.laptop.edit(Customer, rossi, territory_id=office.people.south)
    chief.sync()
    anna.sync()
    bo.sync()

    assert anna.laptop.shown(Customer, rossi, "name") is None
    assert anna.laptop.shown(Contact, li, "name") is None
    assert bo.laptop.shown(Customer, rossi, "name") == "Rossi"
    assert bo.laptop.shown(Asset, machine, "name") == "Crane"
    for one, user in ((anna, office.people.anna), (bo, office.people.bo), (chief, office.people.chief)):
        assert total(fingerprint(one.laptop.replica)) == office.fingerprint(user)
    bo.laptop.replica.close()


def test_work_done_before_the_news_of_a_reassignment_is_not_lost(
    office: Office, rossi: UUID, anna: Worker, chief: Worker
) -> None:
    anna.laptop.edit(Customer, rossi, phone="222")
    chief.laptop.edit(Customer, rossi, territory_id=office.people.south)
    chief.sync()
    anna.sync()
    chief.sync()

    assert anna.laptop.shown(Customer, rossi, "name") is None
    assert chief.laptop.shown(Customer, rossi, "phone") == "222"


def test_a_refused_edit_does_not_hold_up_the_rest(rossi: UUID, anna: Worker, office: Office) -> None:
    refused = anna.laptop.edit(Customer, rossi, territory_id=office.people.south)
    other = anna.laptop.add(Customer, name="Bianchi", territory_id=office.people.north)

    report = anna.sync()

    assert report.refused == 1
    assert anna.laptop.outbox()[refused] == OutboxState.REJECTED
    assert ("customer", other.hex) in office.rows()
    assert anna.laptop.shown(Customer, rossi, "territory_id") == office.people.south


def test_with_no_news_a_round_writes_nothing(rossi: UUID, anna: Worker) -> None:
    with anna.laptop.replica.read() as session:
        before = session.connection().exec_driver_sql("PRAGMA data_version").scalar()

        report = anna.sync()

        after = session.connection().exec_driver_sql("PRAGMA data_version").scalar()
    assert (report.pulled, report.sent, anna.news) == (0, 0, [])
    assert before == after


def test_a_laptop_restored_from_a_copy_becomes_another_device_and_loses_nothing(
    office: Office, rossi: UUID, anna: Worker, tmp_path: Path
) -> None:
    anna.laptop.replica.close()
    copy = (tmp_path / "anna.db").read_bytes()
    anna.laptop.restart()
    anna.laptop.edit(Customer, rossi, website="sent, then forgotten")
    anna.sync()
    anna.laptop.replica.close()
    for leftover in tmp_path.glob("anna.db-*"):
        leftover.unlink()
    (tmp_path / "anna.db").write_bytes(copy)
    anna.laptop.restart()
    kept = anna.laptop.edit(Customer, rossi, email="e")

    before = anna.laptop.store.identity().device_id
    anna.sync()

    assert anna.laptop.store.identity().device_id != before

    assert anna.laptop.outbox()[kept] == OutboxState.DONE
    assert anna.laptop.shown(Customer, rossi, "website", "email") == ("sent, then forgotten", "e")


def test_of_two_processes_that_pull_at_once_one_is_refused_and_their_pages_do_not_mix(
    rossi: UUID, anna: Worker, chief: Worker
) -> None:
    for number in range(9):  # several pages
        anna.laptop.add(Contact, customer_id=rossi, name=f"Li {number}")
    anna.sync()
    other = run_round(SyncStore(chief.laptop.replica), lambda _: None)
    second_page = other.send(ask(chief.line, next(other)))

    chief.sync()

    with pytest.raises(SyncRefused, match=r"sync\.interrupted"):
        other.send(ask(chief.line, second_page))
    assert chief.agrees()


@pytest.mark.parametrize("refusal", [HistoryChanged, CursorTooOld, PagesStale])
def test_what_is_refused_to_a_slower_process_does_not_undo_what_the_other_has_done_meanwhile(
    rossi: UUID, anna: Worker, chief: Worker, refusal: type[SyncRefused]
) -> None:
    anna.laptop.add(Contact, customer_id=rossi, name="Li")
    anna.sync()
    other = run_round(SyncStore(chief.laptop.replica), lambda _: None)
    next(other)
    chief.sync()
    reached = chief.laptop.store.cursor()

    with pytest.raises(SyncRefused, match=r"sync\.interrupted"):
        other.throw(refusal("sync.refused"))

    assert chief.laptop.store.cursor() == reached
    assert chief.agrees()
