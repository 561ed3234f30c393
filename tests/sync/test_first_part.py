"""A first pull in two parts: what is needed soonest can be worked with while the rest still comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from app.domain.changes import Changes
from app.domain.customers import Contact, Customer
from app.domain.errors import Offline
from app.domain.ids import new_id
from app.domain.service_orders import ServiceOrder
from app.persistence.bookkeeping import OutboxState
from app.persistence.fingerprint import fingerprint, total
from sync.client.dialogue import Pull
from sync.client.engine import News, Progress, Report, perform, run_round
from sync.pages import Page
from tests.sync.laptops import Laptop
from tests.sync.office import Line, Office

MANY = 25


@dataclass
class Begun:
    """Anna's empty laptop, and a server with one customer who waits for her among many."""

    office: Office
    laptop: Laptop
    line: Line
    rossi: UUID
    li: UUID
    order: UUID
    others: list[UUID]

    def sync(self, *faults: str | None) -> Report:
        self.news: list[News] = []
        self.line.faults = list(faults)
        report = perform(run_round(self.laptop.store, self.news.append), self.line)
        assert isinstance(report, Report)
        return report

    def sync_first_part(self) -> None:
        """The line breaks with the first page of the rest."""
        with pytest.raises(Offline):
            self.sync(*[None] * self.pages_of_the_first_part(), "request")

    def pages_of_the_first_part(self) -> int:
        position = self.laptop.store.position()
        token, first = position.token, position.first
        for number in count(1):
            page = self.line.pull(Pull(token, 0, 0, first))
            if page.end.complete:
                assert page.end.first
                return number
            token, first = page.end.cursor, False
        raise AssertionError("unreachable")

    def customers(self) -> set[str]:
        return {row_id for entity, row_id in self.laptop.rows() if entity == "customer"}

    def is_whole(self) -> bool:
        here, there = self.laptop.rows(), self.office.visible_to(self.office.people.anna)
        same_rev = total(fingerprint(self.laptop.replica)) == self.office.fingerprint(self.office.people.anna)
        return here == there and same_rev and not self.laptop.dangling()


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Begun]:
    office = Office(tmp_path / "office.db")
    people = office.people
    others = [new_id() for _ in range(MANY)]
    rossi, li, order = new_id(), new_id(), new_id()
    for customer in (*others, rossi):
        office.put(Customer, customer, customer, name="Bianchi", territory_id=people.north)
    office.put(Contact, li, rossi, customer_id=rossi, name="Li")
    work = {"customer_id": rossi, "engineer_id": people.anna, "subject": "Pump", "number": "1"}
    office.put(ServiceOrder, order, rossi, **work)
    laptop = Laptop(tmp_path / "anna.db", people.anna)
    line = office.line_for(people.anna, laptop.store.identity().device_id)
    yield Begun(office, laptop, line, rossi, li, order, others)
    laptop.replica.close()
    office.close()


def test_what_is_needed_soonest_is_on_show_before_the_rest_has_come(begun: Begun) -> None:
    begun.sync_first_part()

    assert begun.customers() == {begun.rossi.hex}
    assert begun.laptop.shown(Contact, begun.li, "name") == "Li"
    assert begun.laptop.shown(ServiceOrder, begun.order, "subject") == "Pump"
    assert begun.laptop.dangling() == []
    [changes] = [news for news in begun.news if isinstance(news, Changes)]
    assert changes.touch(Customer)


def test_after_both_parts_the_laptop_holds_what_the_server_shows(begun: Begun) -> None:
    begun.sync()

    assert begun.is_whole()
    assert begun.sync().pulled == 0


def test_progress_counts_the_rows_of_both_parts(begun: Begun) -> None:
    begun.sync()

    progress = [news for news in begun.news if isinstance(news, Progress)]
    rows = [one.rows for one in progress]
    assert rows == sorted(rows)
    assert {one.total for one in progress} == {rows[-1]}


@pytest.mark.parametrize("fault", ["request", "reply"])
def test_cut_and_killed_at_every_page_it_goes_on_there(begun: Begun, fault: str) -> None:
    cuts = 0
    while True:
        try:
            begun.sync(None, fault)
            break
        except Offline:
            cuts += 1
            assert begun.laptop.dangling() == []
            begun.laptop.restart()

    assert cuts > len(begun.office.rows()) // begun.line.page_rows
    assert begun.is_whole()


def test_the_first_part_is_fetched_once(begun: Begun) -> None:
    begun.sync_first_part()
    begun.laptop.restart()

    report = begun.sync()

    assert report.pulled == len(begun.office.rows())
    assert begun.is_whole()


def test_an_edit_between_the_parts_stays_on_show_and_is_sent(begun: Begun) -> None:
    begun.sync_first_part()
    edited = begun.laptop.edit(Customer, begun.rossi, phone="222")
    added = begun.laptop.add(Contact, customer_id=begun.rossi, name="Wang")
    begun.office.put(Customer, begun.rossi, begun.rossi, website="w")
    begun.laptop.restart()

    with pytest.raises(Offline):  # the whole has come, nothing is sent yet
        begun.sync(*[None] * (len(begun.office.rows()) // begun.line.page_rows + 1), "request")
    between = begun.laptop.shown(Customer, begun.rossi, "phone", "website")
    begun.sync()

    assert between == ("222", "w")
    assert begun.laptop.outbox()[edited] == OutboxState.DONE
    assert begun.laptop.shown(Contact, added, "name") == "Wang"
    assert begun.is_whole()
    assert ("contact", added.hex) in begun.office.rows()


def test_what_left_his_view_between_the_parts_disappears(begun: Begun) -> None:
    begun.sync_first_part()
    begun.office.put(Customer, begun.rossi, begun.rossi, territory_id=begun.office.people.south)

    begun.sync()

    assert begun.laptop.shown(Customer, begun.rossi, "name") is None
    assert begun.laptop.shown(Contact, begun.li, "name") is None
    assert begun.is_whole()


def test_work_on_what_left_his_view_between_the_parts_still_reaches_the_server(begun: Begun) -> None:
    begun.sync_first_part()
    edited = begun.laptop.edit(Customer, begun.rossi, phone="222")
    begun.office.put(Customer, begun.rossi, begun.rossi, territory_id=begun.office.people.south)

    begun.sync()

    assert begun.office.status(edited) is not None
    assert edited in begun.laptop.outbox()


def test_a_choice_that_changes_under_way_begins_again(begun: Begun) -> None:
    with pytest.raises(Offline):
        begun.sync(None, "request")
    begun.office.put(ServiceOrder, begun.order, begun.rossi, engineer_id=begun.office.people.chief)
    other = begun.others[0]
    begun.office.put(Customer, other, other, owner_id=begun.office.people.anna)

    begun.sync()

    assert begun.laptop.shown(ServiceOrder, begun.order, "engineer_id") == begun.office.people.chief
    assert begun.is_whole()


class OlderLine(Line):
    """A server that does not know of first parts."""

    def pull(self, pull_: Pull) -> Page:
        return super().pull(Pull(pull_.token, pull_.settled, pull_.limit))


@pytest.mark.parametrize("page_rows", [3, 1000])
def test_an_older_server_sends_the_whole_at_once(begun: Begun, page_rows: int) -> None:
    begun.line = OlderLine(begun.office, begun.line.caller, page_rows)

    with pytest.raises(Offline):
        begun.sync("reply")
    report = begun.sync()

    assert report.pulled == len(begun.office.rows())
    assert begun.is_whole()


def test_a_history_that_is_another_is_fetched_whole_since_work_goes_on(begun: Begun) -> None:
    begun.sync()

    begun.laptop.store.start_over()

    assert not begun.laptop.store.position().first
    begun.sync()
    assert begun.is_whole()
