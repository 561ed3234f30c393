"""What a laptop holds as customers change hands: delegations end, rows move, work is left behind."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from app.domain.ambient import today
from app.domain.assets import AsBuiltItem, Asset
from app.domain.conflicts import Conflict, ConflictKind
from app.domain.customers import Contact, Customer, DelegatedCustomer
from app.domain.entity import CATALOGUE
from app.domain.errors import Offline
from app.domain.notes import Attachment
from app.domain.organisation import Delegation
from app.persistence.bookkeeping import OutboxState
from app.persistence.calendar import Calendar
from app.persistence.departures import drop_files
from app.persistence.fingerprint import fingerprint, total
from app.queries.sync_centre import SyncCentres
from app.services.conflicts import Conflicts, Take
from sync.server.tenants import follow_the_calendar
from tests.sync.office import Office
from tests.sync.workers import Worker

TODAY = today()
NOON = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=4)
DAY = timedelta(days=1)


def _delegate(office: Office, until: date) -> UUID:
    """Bo stands in for Anna from today on."""
    delegation = UUID(int=1)
    people = office.people
    office.put(
        Delegation, delegation, CATALOGUE, owner_id=people.anna, delegate_id=people.bo,
        territory_id=people.north, starts_on=TODAY, ends_on=until,
    )  # fmt: skip
    return delegation


def _new_day(office: Office, day: date) -> None:
    with office.database.write() as connection:
        follow_the_calendar(connection, office.tenant, day)


# Delegations


def test_a_delegation_ends_on_its_day_without_a_network(office: Office, rossi: UUID, bo: Worker) -> None:
    _delegate(office, until=TODAY)
    bo.sync()
    calendar = Calendar(bo.laptop.replica)
    calendar.heard(NOON, NOON)

    seen = [bo.sees(rossi)]
    calendar.end_what_is_over(NOON + timedelta(hours=11))
    seen.append(bo.sees(rossi))
    calendar.end_what_is_over(NOON + DAY)
    seen.append(bo.sees(rossi))

    assert seen == [True, True, False]
    assert bo.laptop.dangling() == []


def test_turning_the_clock_back_does_not_prolong_a_delegation(
    office: Office, rossi: UUID, bo: Worker
) -> None:
    _delegate(office, until=TODAY)
    bo.sync()
    calendar = Calendar(bo.laptop.replica)
    yesterday = NOON - DAY  # what the laptop's clock shows
    calendar.heard(NOON, yesterday)

    calendar.end_what_is_over(yesterday + DAY)

    assert not bo.sees(rossi)


def test_what_the_server_ends_too_is_simply_gone(office: Office, rossi: UUID, bo: Worker) -> None:
    _delegate(office, until=TODAY)
    bo.sync()
    calendar = Calendar(bo.laptop.replica)
    calendar.heard(NOON, NOON)
    calendar.end_what_is_over(NOON + DAY)

    _new_day(office, TODAY + DAY)
    bo.sync()

    assert not bo.sees(rossi)
    assert bo.laptop.store.cursor()
    assert bo.agrees()


def test_a_delegation_prolonged_meanwhile_is_fetched_again(office: Office, rossi: UUID, bo: Worker) -> None:
    delegation = _delegate(office, until=TODAY)
    bo.sync()
    calendar = Calendar(bo.laptop.replica)
    calendar.heard(NOON, NOON)
    calendar.end_what_is_over(NOON + DAY)
    office.put(Delegation, delegation, CATALOGUE, ends_on=TODAY + 9 * DAY)

    bo.sync()

    assert bo.sees(rossi)
    assert bo.agrees()


def test_one_customer_may_be_delegated_alone(office: Office, rossi: UUID, anna: Worker, bo: Worker) -> None:
    other = anna.laptop.add(Customer, name="Bianchi", territory_id=office.people.north)
    with anna.laptop.replica.write("delegation.begin") as write:
        people = office.people
        delegation = Delegation(owner_id=people.anna, delegate_id=people.bo, starts_on=TODAY, ends_on=TODAY)
        write.session.add(delegation)
        write.session.flush()
        write.session.add(DelegatedCustomer(customer_id=rossi, delegation_id=delegation.id))
    anna.sync()

    bo.sync()

    assert (bo.sees(rossi), bo.sees(other)) == (True, False)


# Rows that move


def test_a_sold_machine_leaves_one_laptop_and_reaches_the_other(
    office: Office, rossi: UUID, anna: Worker, bo: Worker, chief: Worker
) -> None:
    bo.sync()
    verdi = bo.laptop.add(Customer, name="Verdi", territory_id=office.people.south)
    bo.sync()
    lift = anna.laptop.add(Asset, customer_id=rossi, name="Lift")
    door = anna.laptop.add(AsBuiltItem, asset_id=lift, description="Door")
    anna.sync()
    chief.sync()

    chief.laptop.edit(Asset, lift, customer_id=verdi)
    for one in (chief, anna, bo):
        one.sync()

    assert anna.laptop.shown(Asset, lift, "name") is None
    assert anna.laptop.shown(AsBuiltItem, door, "description") is None
    assert bo.laptop.shown(AsBuiltItem, door, "root_id") == verdi
    people = office.people
    for one, user in ((anna, people.anna), (bo, people.bo), (chief, people.chief)):
        assert total(fingerprint(one.laptop.replica)) == office.fingerprint(user)


def test_an_unsent_edit_of_a_machine_that_was_sold_arrives_with_its_new_owner(
    office: Office, rossi: UUID, anna: Worker, bo: Worker, chief: Worker
) -> None:
    bo.sync()
    verdi = bo.laptop.add(Customer, name="Verdi", territory_id=office.people.south)
    bo.sync()
    lift = anna.laptop.add(Asset, customer_id=rossi, name="Lift")
    anna.sync()
    chief.sync()
    anna.laptop.edit(Asset, lift, location="Hall 2")
    chief.laptop.edit(Asset, lift, customer_id=verdi)
    chief.sync()

    anna.sync()
    bo.sync()

    assert anna.laptop.shown(Asset, lift, "name") is None
    assert bo.laptop.shown(Asset, lift, "location") == "Hall 2"
    assert OutboxState.REJECTED not in anna.laptop.outbox().values()


# Work left behind


def _moved_away(office: Office, rossi: UUID) -> None:
    office.put(Customer, rossi, rossi, territory_id=office.people.south)


def test_edits_under_a_customer_that_left_are_named_until_they_are_sent(
    office: Office, rossi: UUID, anna: Worker
) -> None:
    li = anna.laptop.add(Contact, customer_id=rossi, name="Li")
    anna.sync()
    anna.laptop.edit(Contact, li, phone="1")
    _moved_away(office, rossi)
    with pytest.raises(Offline):  # the news arrives, the edit does not get away
        anna.sync(None, "request")

    [waiting] = SyncCentres(anna.laptop.replica).overview().waiting
    assert not anna.sees(rossi)
    assert (waiting.subtitle, waiting.departed) == ("Rossi", True)

    anna.line.faults = []
    anna.sync()
    with anna.laptop.replica.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM departed_root").scalar() == 0
    assert SyncCentres(anna.laptop.replica).overview().waiting == ()


def test_files_of_a_customer_that_left_are_removed_but_for_those_still_to_be_sent(
    office: Office, rossi: UUID, anna: Worker
) -> None:
    blobs = anna.laptop.replica.blobs
    sent, unsent = blobs.put(b"sent"), blobs.put(b"unsent")
    facts = {"customer_id": rossi, "media_type": "image/png", "size": 4}
    anna.laptop.add(Attachment, file_name="a.png", sha256=sent, **facts)
    anna.sync()
    anna.laptop.add(Attachment, file_name="b.png", sha256=unsent, **facts)
    _moved_away(office, rossi)
    with pytest.raises(Offline):
        anna.sync(None, "request")

    drop_files(anna.laptop.replica)

    assert blobs.missing([sent, unsent]) == {sent}


def test_work_that_comes_late_is_applied_or_discarded_by_whoever_works_there_now(
    office: Office, rossi: UUID, anna: Worker, bo: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.rights.GRACE", -DAY)
    anna.laptop.edit(Customer, rossi, phone="222")
    li = anna.laptop.add(Contact, customer_id=rossi, name="Li")
    _moved_away(office, rossi)
    anna.sync()
    bo.sync()

    [told] = anna.log("handed_on")
    assert json.loads(told) == {"changes": 2, "customers": "Rossi"}
    with bo.laptop.replica.read() as session:
        asked = {conflict.entity: conflict.id for conflict in session.query(Conflict).all()}
        kinds = {conflict.kind for conflict in session.query(Conflict).all()}
    answers = Conflicts(bo.laptop.replica, lambda: NOON)
    answers.resolve_all(Take.MINE, [asked["contact"]])
    answers.resolve_all(Take.THEIRS, [asked["customer"]])
    bo.sync()

    assert kinds == {ConflictKind.LATE}
    assert bo.laptop.shown(Contact, li, "name") == "Li"
    assert bo.laptop.shown(Customer, rossi, "phone") == "111"
    answers.undo([asked["contact"]])
    bo.sync()
    assert bo.laptop.shown(Contact, li, "name") is None
    assert OutboxState.REJECTED not in bo.laptop.outbox().values()
