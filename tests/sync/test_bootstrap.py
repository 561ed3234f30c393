"""A laptop that holds nothing is loaded segment by segment, through whatever happens meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.domain.assets import Asset
from app.domain.changes import Changes
from app.domain.customers import Contact, Customer
from app.domain.errors import DiskFull, Offline, SyncRefused
from app.domain.ids import new_id
from app.domain.service_orders import ServiceOrder
from app.persistence import loose_ends
from app.persistence.bookkeeping import OutboxState
from app.persistence.fingerprint import fingerprint, total
from app.persistence.search import search
from app.persistence.search_index import index_pending
from sync.client.dialogue import AskSegment, AskSnapshot, Piece, SegmentUnknown
from sync.client.engine import Report, perform, run_round
from sync.client.news import News, Progress
from sync.server import segments
from sync.server.caller import Caller
from sync.snapshot import Listed, read_segment
from tests.sync.laptops import Laptop
from tests.sync.office import Line, Office

MANY = 12


class Watched(Line):
    """A line that notes which bytes were asked for, and lets a test act between two segments."""

    def __init__(self, office: Office, caller: Caller) -> None:
        super().__init__(office, caller)
        self.asked: list[tuple[str, int]] = []
        self.arrived: list[str] = []
        self.before: Callable[[int], object] = lambda number: None
        self.on_its_way: Callable[[bytes], bytes] = lambda content: content

    def segment(self, asked: AskSegment) -> Piece:
        self.before(len(self.asked))
        self.asked.append((asked.sha256, asked.begin))
        content = self.on_its_way(super().segment(asked).content)
        self.arrived.append(asked.sha256)
        return Piece(content)


@dataclass
class Begun:
    """Anna's empty laptop, and a server with one customer who waits for her among many."""

    office: Office
    laptop: Laptop
    line: Watched
    rossi: UUID
    li: UUID
    order: UUID
    others: list[UUID]
    news: list[News] = field(default_factory=list)

    def sync(self, *faults: str | None) -> Report:
        self.news.clear()
        self.line.faults = list(faults)
        report = perform(run_round(self.laptop.store, self.news.append), self.line)
        assert isinstance(report, Report)
        return report

    def sync_first_part(self) -> None:
        """The line breaks when the catalogue and what is needed soonest are in."""
        with pytest.raises(Offline):
            self.sync(None, None, None, "request")

    def fetched(self) -> list[str]:
        return [sha256 for sha256, _ in self.line.asked]

    def customers(self) -> set[str]:
        return {row_id for entity, row_id in self.laptop.rows() if entity == "customer"}

    def is_whole(self) -> bool:
        here, there = self.laptop.rows(), self.office.visible_to(self.office.people.anna)
        same_rev = total(fingerprint(self.laptop.replica)) == self.office.fingerprint(self.office.people.anna)
        return here == there and same_rev and not self.laptop.dangling()


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("SMALL", 400), ("LARGE", 800), ("GIANT", 4_000)):
        monkeypatch.setattr(segments, name, size)


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
    line = Watched(office, office.line_for(people.anna, laptop.store.identity().device_id).caller)
    yield Begun(office, laptop, line, rossi, li, order, others)
    laptop.replica.close()
    office.close()


def test_what_is_needed_soonest_is_on_show_before_the_rest_has_come(begun: Begun) -> None:
    begun.sync_first_part()

    assert begun.customers() == {begun.rossi.hex}
    assert begun.laptop.shown(Contact, begun.li, "name") == "Li"
    assert begun.laptop.shown(ServiceOrder, begun.order, "subject") == "Pump"
    assert begun.laptop.dangling() == []
    assert [news for news in begun.news if isinstance(news, Changes)][-1].touch(Customer)


def test_in_the_end_the_laptop_holds_what_the_server_shows(begun: Begun) -> None:
    begun.sync()

    assert len(begun.line.asked) > 3
    assert begun.is_whole()
    assert begun.sync().pulled == 0


def test_progress_counts_every_row_once(begun: Begun) -> None:
    begun.sync_first_part()
    begun.laptop.restart()
    begun.sync()

    progress = [news for news in begun.news if isinstance(news, Progress)]
    assert [one.rows for one in progress] == sorted(one.rows for one in progress)
    assert {one.total for one in progress} == {progress[-1].rows} == {len(begun.office.rows())}


@pytest.mark.parametrize("fault", ["request", "reply"])
def test_cut_and_killed_at_every_message_it_goes_on_there(begun: Begun, fault: str) -> None:
    cuts = 0
    for faults in ([fault], [None, fault]):
        with pytest.raises(Offline):
            begun.sync(*faults)
    while True:
        try:
            begun.sync(None, None, fault)
            break
        except Offline:
            cuts += 1
            assert begun.laptop.dangling() == []
            begun.laptop.restart()

    assert cuts >= 3
    assert begun.is_whole()


def test_no_segment_that_is_in_travels_again(begun: Begun) -> None:
    while True:
        try:
            begun.sync(None, None, "request")
            break
        except Offline:
            begun.laptop.restart()

    assert len(begun.line.arrived) == len(set(begun.line.arrived)) > 3
    assert begun.is_whole()


def test_killed_while_a_segment_is_written_nothing_of_it_is_there(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DiskFull("replica.disk_full")

    with monkeypatch.context() as broken:
        broken.setattr(loose_ends, "tie", fail)
        with pytest.raises(DiskFull):
            begun.sync()
    begun.laptop.restart()

    assert begun.laptop.rows() == {}
    begun.sync()
    assert begun.is_whole()


def test_killed_before_the_last_step_the_indexes_are_built_by_the_next(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = begun.laptop.schema()

    def fail() -> None:
        raise DiskFull("replica.disk_full")

    with monkeypatch.context() as broken:
        broken.setattr(begun.laptop.store.snapshot, "finish", fail)
        with pytest.raises(DiskFull):
            begun.sync()
    without = begun.laptop.schema()
    begun.laptop.restart()
    begun.sync()

    assert without < before
    assert begun.laptop.schema() == before
    assert begun.is_whole()


def test_a_cut_segment_goes_on_where_it_was_cut(begun: Begun) -> None:
    begun.line.on_its_way = lambda content: content[:100]

    begun.sync()

    begins = [begin for sha256, begin in begun.line.asked if sha256 == begun.fetched()[0]]
    assert begins == list(range(0, begins[-1] + 1, 100))
    assert len(begins) > 2
    assert begun.is_whole()


def test_what_came_of_a_cut_segment_survives_a_restart(begun: Begun) -> None:
    begun.line.on_its_way = lambda content: content[:100]
    with pytest.raises(Offline):
        begun.sync(None, None, "request")
    begun.laptop.restart()
    begun.sync()

    assert begun.line.asked[1] == begun.line.asked[2] == (begun.fetched()[0], 100)
    assert begun.is_whole()


def test_a_damaged_segment_is_fetched_again_and_never_applied(begun: Begun) -> None:
    def spoil(content: bytes) -> bytes:
        if len(begun.line.asked) > 1:
            return content
        return content[:50] + bytes([content[50] ^ 1]) + content[51:]

    begun.line.on_its_way = spoil

    begun.sync()

    assert begun.fetched()[0] == begun.fetched()[1]
    assert begun.is_whole()


def test_a_server_whose_segments_are_always_damaged_is_given_up(begun: Begun) -> None:
    begun.line.on_its_way = lambda content: content[:-1] + b"!"

    with pytest.raises(SyncRefused, match=r"sync\.garbled"):
        begun.sync()

    assert begun.laptop.rows() == {}


def test_work_done_meanwhile_stays_on_show_and_is_sent(begun: Begun) -> None:
    begun.sync_first_part()
    edited = begun.laptop.edit(Customer, begun.rossi, phone="222")
    added = begun.laptop.add(Contact, customer_id=begun.rossi, name="Wang")
    begun.office.put(Customer, begun.rossi, begun.rossi, website="w")
    begun.laptop.restart()

    begun.sync()

    assert begun.laptop.shown(Customer, begun.rossi, "phone", "website") == ("222", "w")
    assert begun.laptop.outbox()[edited] == OutboxState.DONE
    assert ("contact", added.hex) in begun.office.rows()
    assert begun.is_whole()


def test_what_changed_or_was_deleted_meanwhile_comes_with_the_pull_that_follows(begun: Begun) -> None:
    begun.sync_first_part()
    begun.office.put(Contact, begun.li, begun.rossi, name="Li Ming")
    begun.office.delete(ServiceOrder, begun.order)
    new = new_id()
    begun.office.put(Customer, new, new, name="New", territory_id=begun.office.people.north)

    begun.sync()

    assert begun.laptop.shown(Contact, begun.li, "name") == "Li Ming"
    assert begun.is_whole()


@pytest.mark.parametrize("which", ["loaded", "still to come"])
def test_what_leaves_his_view_meanwhile_is_gone_at_the_end(begun: Begun, which: str) -> None:
    begun.sync_first_part()
    lost = begun.rossi if which == "loaded" else begun.others[0]
    begun.office.reassign(lost, begun.office.people.south)

    begun.sync()

    assert begun.laptop.shown(Customer, lost, "name") is None
    assert begun.is_whole()


def test_nothing_lost_travels_although_it_is_cut_already(begun: Begun) -> None:
    begun.sync_first_part()
    [lost] = begun.others[:1]
    begun.office.put(Customer, lost, lost, note="secret")
    begun.laptop.store.start_over()
    seen: list[bytes] = []
    begun.line.on_its_way = lambda content: seen.append(content) or content

    def revoke(number: int) -> None:
        if number == len(begun.line.asked) == first + 1:
            begun.office.reassign(lost, begun.office.people.south)

    first = len(begun.line.asked)
    begun.line.before = revoke
    begun.sync()

    rows = [row for content in seen[1:] for lines in segments_of(content) for row in lines]
    assert lost.hex not in {row[2] for row in rows}
    assert begun.is_whole()


def test_what_was_lost_and_came_back_is_whole(begun: Begun) -> None:
    begun.sync_first_part()
    begun.office.reassign(begun.rossi, begun.office.people.south)
    with pytest.raises(Offline):
        begun.sync(None, None, "request")
    begun.office.reassign(begun.rossi, begun.office.people.north)

    begun.sync()

    assert begun.laptop.shown(Contact, begun.li, "name") == "Li"
    assert begun.is_whole()


def test_work_on_what_left_his_view_meanwhile_still_reaches_the_server(begun: Begun) -> None:
    begun.sync_first_part()
    edited = begun.laptop.edit(Customer, begun.rossi, phone="222")
    begun.office.reassign(begun.rossi, begun.office.people.south)

    begun.sync()

    assert begun.office.status(edited) is not None
    assert edited in begun.laptop.outbox()


def test_a_server_restarted_meanwhile_cuts_again_and_the_same_need_not_travel(begun: Begun) -> None:
    begun.line.before = lambda number: begun.office.begin_snapshots() if number == 2 else None

    begun.sync()

    refused = begun.fetched()[2]
    assert [sha256 for sha256 in begun.fetched() if begun.fetched().count(sha256) > 1] == [refused] * 2
    assert begun.is_whole()


def test_a_server_restored_meanwhile_is_loaded_anew_with_nothing_of_before_left(begun: Begun) -> None:
    begun.office.back_up()
    new = new_id()
    begun.office.put(Customer, new, new, name="Lost", territory_id=begun.office.people.north)
    begun.line.before = lambda number: begun.office.put_back() if number == 2 else None

    begun.sync()

    assert begun.laptop.shown(Customer, new, "name") is None
    assert begun.is_whole()


def test_a_replica_with_another_history_is_replaced_and_keeps_unsent_work(begun: Begun) -> None:
    begun.sync()
    edited = begun.laptop.edit(Customer, begun.rossi, phone="222")
    added = begun.laptop.add(Customer, name="Mine", territory_id=begun.office.people.north)
    begun.office.delete(ServiceOrder, begun.order)
    begun.office.reassign(begun.others[0], begun.office.people.south)
    begun.laptop.store.start_over()

    with pytest.raises(Offline):
        begun.sync(None, None, "request")
    begun.laptop.restart()
    between = begun.laptop.shown(Customer, begun.rossi, "phone"), begun.laptop.shown(Customer, added, "name")
    begun.sync()

    assert between == ("222", "Mine")
    assert begun.laptop.outbox()[edited] == OutboxState.DONE
    assert begun.laptop.shown(ServiceOrder, begun.order, "subject") is None
    assert begun.is_whole()


def test_a_row_that_points_to_what_comes_later_is_cut_back_until_then(begun: Begun) -> None:
    machine, theirs = new_id(), new_id()
    later = max(begun.others)
    begun.office.put(Asset, machine, later, customer_id=later, name="Press")
    begun.office.put(ServiceOrder, begun.order, begun.rossi, asset_id=machine)
    begun.office.put(Contact, theirs, begun.rossi, customer_id=later, name="Zhao")

    begun.sync_first_part()
    early = (
        begun.laptop.shown(ServiceOrder, begun.order, "asset_id"),
        begun.laptop.shown(Contact, theirs, "name"),
    )
    dangling = begun.laptop.dangling()
    begun.sync()

    assert early == (None, None)
    assert dangling == []
    assert begun.laptop.shown(ServiceOrder, begun.order, "asset_id") == machine
    assert begun.laptop.shown(Contact, theirs, "name") == "Zhao"
    assert begun.is_whole()


def test_a_customer_larger_than_any_segment_comes_in_several(begun: Begun) -> None:
    for _ in range(40):
        begun.office.put(Contact, new_id(), begun.rossi, customer_id=begun.rossi, name="Li")

    begun.sync()

    assert begun.is_whole()


def test_all_that_came_is_found_by_search(begun: Begun) -> None:
    begun.sync()
    with begun.laptop.replica.absorb() as connection:
        while index_pending(connection):
            pass

    with begun.laptop.replica.read() as session:
        found = [hit for hit in search(session, "bianchi") if hit.entity is Customer]
    assert len(found) == MANY + 1


def test_who_sees_no_customer_is_sent_the_catalogue(begun: Begun, tmp_path: Path) -> None:
    nobody = new_id()
    laptop = Laptop(tmp_path / "nobody.db", nobody)
    line = begun.office.line_for(nobody, laptop.store.identity().device_id)

    report = perform(run_round(laptop.store, begun.news.append), line)

    assert report == Report()
    assert laptop.rows() == {}
    assert not laptop.store.snapshot.is_due()
    laptop.replica.close()


@pytest.mark.parametrize("whose", ["another person's", "another of her own"])
def test_a_segment_opens_to_no_other_device(begun: Begun, whose: str) -> None:
    [_, segment, *_] = all_segments(begun.line)  # the first one is the catalogue, which all share
    user = begun.office.people.bo if whose == "another person's" else begun.office.people.anna
    stranger = begun.office.line_for(user, new_id())
    stranger.snapshot(AskSnapshot("", ""))

    assert begun.line.segment(AskSegment(segment.sha256, 0)).content
    if whose == "another person's":
        with pytest.raises(SegmentUnknown):
            stranger.segment(AskSegment(segment.sha256, 0))
    else:  # it has a snapshot of its own, of the same customers
        assert stranger.segment(AskSegment(segment.sha256, 0)).content


def all_segments(line: Line) -> list[Listed]:
    listed: list[Listed] = []
    manifest = line.snapshot(AskSnapshot("", ""))
    listed += manifest.segments
    while not manifest.complete:
        manifest = line.snapshot(AskSnapshot(manifest.cursor, manifest.after))
        listed += manifest.segments
    return listed


def segments_of(content: bytes) -> list[list[list[Any]]]:
    return list(read_segment(content)[1].values())
