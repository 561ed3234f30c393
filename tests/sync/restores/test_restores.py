"""Servers put back from a backup, laptops put back or copied: nobody's acknowledged work is lost."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from app.domain.conflicts import Conflict, ConflictState
from app.domain.customers import Contact, Customer
from app.domain.errors import Offline
from app.domain.service_orders import PartUsed, ServiceOrder
from app.persistence.bookkeeping import OutboxState
from app.services.conflicts import Conflicts, Take
from tests.sync.laptops import Laptop
from tests.sync.office import Office
from tests.sync.workers import Worker

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_work_the_server_lost_is_sent_again(office: Office, rossi: UUID, anna: Worker, chief: Worker) -> None:
    office.back_up()
    anna.laptop.edit(Customer, rossi, phone="222")
    li = anna.laptop.add(Contact, customer_id=rossi, name="Li")
    anna.sync()
    office.put_back()

    anna.sync()
    chief.sync()

    assert chief.laptop.shown(Customer, rossi, "phone") == "222"
    assert chief.laptop.shown(Contact, li, "name") == "Li"
    assert set(anna.laptop.outbox().values()) == {OutboxState.DONE}
    assert anna.agrees()
    assert chief.agrees()


@pytest.mark.parametrize("answer", [Take.MINE, Take.THEIRS])
def test_a_conflict_the_server_lost_is_resolved_again_as_it_was(
    office: Office, rossi: UUID, anna: Worker, chief: Worker, answer: Take
) -> None:
    """Sent again, the same two edits open the same conflict, which the answer sent behind them finds."""
    chief.laptop.edit(Customer, rossi, phone="333")
    chief.sync()
    office.back_up()
    anna.laptop.edit(Customer, rossi, phone="222")
    anna.sync()
    [asked] = anna.conflicts()
    Conflicts(anna.laptop.replica, lambda: NOW).resolve({asked: answer})
    anna.sync()
    office.put_back()

    anna.sync()
    chief.sync()

    for one in (anna, chief):
        assert one.conflicts() == [asked]
        assert one.laptop.shown(Conflict, asked, "state") == ConflictState.RESOLVED
        assert one.laptop.shown(Customer, rossi, "phone") == ("222" if answer is Take.MINE else "333")
        assert one.agrees()
    assert OutboxState.REJECTED not in anna.laptop.outbox().values()


def test_what_is_sent_again_never_leaves_the_screen(office: Office, rossi: UUID, anna: Worker) -> None:
    order = anna.laptop.add(ServiceOrder, customer_id=rossi, subject="Pump", number="1")
    used = anna.laptop.add(PartUsed, service_order_id=order, description="Seal", amount=Decimal(2))
    anna.sync()
    office.back_up()
    anna.laptop.edit(PartUsed, used, amount=Decimal(5))
    anna.laptop.edit(Customer, rossi, phone="222")
    anna.sync()

    for cut in range(10):
        office.put_back()
        with suppress(Offline):
            anna.sync(*[None] * cut, "reply")
        assert anna.laptop.shown(PartUsed, used, "amount") == 5
        assert anna.laptop.shown(Customer, rossi, "phone") == "222"
        anna.laptop.restart()
        anna.sync()

    assert anna.laptop.shown(PartUsed, used, "amount") == 5
    assert anna.agrees()


def test_a_change_acknowledged_but_not_yet_pulled_is_missed_too(
    office: Office, rossi: UUID, anna: Worker, chief: Worker
) -> None:
    """Its commit lies beyond our cursor, whose nonce still holds: only the numbers tell."""
    office.back_up()
    anna.laptop.edit(Customer, rossi, phone="222")
    with pytest.raises(Offline):
        anna.sync(None, None, "request")
    office.put_back(announced=False)
    chief.laptop.edit(Customer, rossi, website="w")
    chief.sync()

    anna.sync()
    chief.sync()

    assert chief.laptop.shown(Customer, rossi, "phone", "website") == ("222", "w")


def test_so_is_one_on_a_server_where_nothing_has_happened_since(
    office: Office, rossi: UUID, anna: Worker
) -> None:
    office.back_up()
    lost = anna.laptop.edit(Customer, rossi, phone="222")
    with pytest.raises(Offline):
        anna.sync(None, None, "request")
    office.put_back(announced=False)

    anna.sync()

    assert anna.laptop.outbox()[lost] == OutboxState.DONE
    assert office.status(lost) == "applied"


def test_a_server_that_forgot_the_device_itself_hears_everything_again(
    office: Office, anna: Worker, chief: Worker
) -> None:
    office.back_up()
    anna.sync()
    rossi = anna.laptop.add(Customer, name="Rossi", territory_id=office.people.north)
    anna.sync()
    office.put_back()
    anna.laptop.edit(Customer, rossi, phone="222")

    anna.sync()
    chief.sync()

    assert chief.laptop.shown(Customer, rossi, "name", "phone") == ("Rossi", "222")


def test_a_loss_found_only_when_sending_is_mended_before_anything_else_is_sent(
    office: Office, rossi: UUID, anna: Worker, chief: Worker
) -> None:
    """The server is put back between our pull and our push."""
    office.back_up()
    bianchi = anna.laptop.add(Customer, name="Bianchi", territory_id=office.people.north)
    anna.sync()
    anna.laptop.edit(Customer, bianchi, phone="222")
    anna.line.before_push = [office.put_back]

    anna.sync()
    chief.sync()

    assert chief.laptop.shown(Customer, bianchi, "name", "phone") == ("Bianchi", "222")
    assert OutboxState.REJECTED not in anna.laptop.outbox().values()


def test_a_server_put_back_twice_loses_nothing_either(
    office: Office, rossi: UUID, anna: Worker, chief: Worker
) -> None:
    office.back_up()
    for phone in ("222", "333", "444"):
        anna.laptop.edit(Customer, rossi, phone=phone)
        anna.sync()
        office.put_back()
    anna.sync()
    chief.sync()

    assert chief.laptop.shown(Customer, rossi, "phone") == "444"
    assert anna.agrees()
    assert chief.agrees()


def test_what_others_made_and_the_server_lost_comes_back_when_they_send_it(
    office: Office, rossi: UUID, anna: Worker, chief: Worker
) -> None:
    office.back_up()
    bianchi = chief.laptop.add(Customer, name="Bianchi", territory_id=office.people.north)
    chief.sync()
    anna.sync()
    office.put_back()

    anna.sync()
    assert anna.laptop.shown(Customer, bianchi, "name") is None
    chief.sync()
    anna.sync()

    assert anna.laptop.shown(Customer, bianchi, "name") == "Bianchi"


def test_what_the_restored_server_refuses_becomes_a_draft(office: Office, rossi: UUID, anna: Worker) -> None:
    office.back_up()
    lost = anna.laptop.edit(Customer, rossi, phone="222")
    anna.sync()
    office.put_back()
    office.reassign(rossi, office.people.south)

    anna.sync()

    assert anna.laptop.outbox()[lost] in (OutboxState.REJECTED, OutboxState.DONE)
    assert office.status(lost) is not None


def test_the_user_reads_what_happened_and_how_much_was_sent_again(
    office: Office, rossi: UUID, anna: Worker
) -> None:
    office.back_up()
    anna.laptop.edit(Customer, rossi, phone="222")
    anna.sync()
    made_at = office.put_back()

    anna.sync()

    assert anna.log("restored") == [f'{{"again": 1, "restored_from": "{made_at}"}}']


def test_a_laptop_that_misses_nothing_hears_of_the_restore_and_keeps_its_name(
    office: Office, rossi: UUID, anna: Worker
) -> None:
    office.back_up()
    name = anna.laptop.store.identity().device_id
    made_at = office.put_back()

    anna.sync()
    anna.sync()

    assert anna.log("restored") == [f'{{"again": 0, "restored_from": "{made_at}"}}']
    assert anna.laptop.store.identity().device_id == name


# The laptop is put back, or copied


def test_of_two_copies_of_a_laptop_one_takes_another_name_and_both_keep_their_work(
    office: Office, rossi: UUID, anna: Worker, chief: Worker, tmp_path: Path
) -> None:
    anna.laptop.replica.close()
    (tmp_path / "clone.db").write_bytes((tmp_path / "anna.db").read_bytes())
    anna.laptop.restart()
    clone = Worker(office, Laptop.of(tmp_path / "clone.db"), office.people.anna)

    anna.laptop.edit(Customer, rossi, phone="here")
    clone.laptop.edit(Customer, rossi, website="there")
    anna.sync()
    clone.sync()
    anna.laptop.edit(Customer, rossi, email="e")
    for one in (anna, clone, chief):
        one.sync()

    assert chief.laptop.shown(Customer, rossi, "phone", "website", "email") == ("here", "there", "e")
    names = {one.laptop.store.identity().device_id for one in (anna, clone)}
    assert len(names) == 2
    clone.laptop.replica.close()


def test_a_laptop_put_back_learns_it_before_its_numbers_clash(
    office: Office, rossi: UUID, anna: Worker, tmp_path: Path
) -> None:
    anna.laptop.replica.close()
    copy = (tmp_path / "anna.db").read_bytes()
    anna.laptop.restart()
    anna.laptop.edit(Customer, rossi, website="sent, then forgotten")
    anna.sync()
    anna.laptop.replica.close()
    (tmp_path / "anna.db").write_bytes(copy)
    anna.laptop.restart()
    name = anna.laptop.store.identity().device_id

    anna.sync()

    assert anna.laptop.store.identity().device_id != name
    assert anna.laptop.shown(Customer, rossi, "website") == "sent, then forgotten"


# The journal
