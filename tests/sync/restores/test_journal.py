"""What was acknowledged stays in the journal long enough, and survives a cursor the server forgot."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.domain.customers import Customer
from app.domain.errors import Offline
from app.persistence.bookkeeping import OutboxState
from sync.server.collecting import Keeping, collect
from tests.sync.office import Office
from tests.sync.workers import Worker

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_what_was_acknowledged_is_kept_for_sixty_days_after_it_was_seen(rossi: UUID, anna: Worker) -> None:
    done = anna.laptop.edit(Customer, rossi, phone="222")
    anna.sync()
    anna.laptop.store.trim_journal(NOW)
    unsent = anna.laptop.edit(Customer, rossi, phone="333")

    anna.laptop.store.trim_journal(NOW + timedelta(days=59))
    assert done in anna.laptop.outbox()
    anna.laptop.store.trim_journal(NOW + timedelta(days=61))

    assert list(anna.laptop.outbox()) == [unsent]


def test_nothing_is_forgotten_before_the_servers_rows_hold_it(rossi: UUID, anna: Worker) -> None:
    acknowledged = anna.laptop.edit(Customer, rossi, phone="222")
    with pytest.raises(Offline):
        anna.sync(None, None, "request")

    anna.laptop.store.trim_journal(NOW)
    anna.laptop.store.trim_journal(NOW + timedelta(days=400))

    assert anna.laptop.outbox() == {acknowledged: OutboxState.ACKED}


def test_a_clock_that_was_wrong_when_the_user_acted_does_not_shorten_it(rossi: UUID, anna: Worker) -> None:
    with anna.laptop.replica.absorb() as connection:
        connection.exec_driver_sql("UPDATE outbox SET acted_at = '1999-01-01T00:00:00.000Z+00:00'")
    kept = set(anna.laptop.outbox())

    anna.laptop.store.trim_journal(NOW)

    assert set(anna.laptop.outbox()) == kept


# The horizon


def test_a_laptop_that_was_away_for_too_long_begins_anew_and_keeps_its_own(
    office: Office, rossi: UUID, anna: Worker, chief: Worker
) -> None:
    bianchi = anna.laptop.add(Customer, name="Bianchi", territory_id=office.people.north)
    anna.sync()
    refused = anna.laptop.edit(Customer, rossi, territory_id=office.people.south)
    anna.sync()
    journal = anna.laptop.outbox()
    chief.sync()
    chief.laptop.delete(Customer, bianchi)
    chief.sync()
    unsent = anna.laptop.edit(Customer, rossi, phone="222")
    collect(office.database, office.tenant, time.time() + 500 * 86_400, Keeping())

    anna.sync()
    chief.sync()

    assert anna.laptop.shown(Customer, bianchi, "name") is None
    assert anna.laptop.shown(Customer, rossi, "phone") == "222"
    assert journal.items() <= anna.laptop.outbox().items()
    assert anna.laptop.outbox()[refused] == OutboxState.REJECTED
    assert anna.laptop.outbox()[unsent] == OutboxState.WAITING
    assert anna.log("begun_anew") == ["{}"]
