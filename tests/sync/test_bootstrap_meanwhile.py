"""What happens while a laptop is loaded: work, changes, lost rights, a server restarted or restored."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.domain.customers import Contact, Customer
from app.domain.errors import Offline, SyncRefused
from app.domain.ids import new_id
from app.domain.service_orders import ServiceOrder
from app.persistence.bookkeeping import OutboxState
from app.persistence.sync_store import SyncStore
from sync.client.dialogue import AskSegment, AskSnapshot, SegmentUnknown, ask
from sync.client.engine import Report, perform, run_round
from sync.snapshot import Listed, read_segment
from tests.sync.laptops import Laptop
from tests.sync.loading import Begun, begin, cut_small
from tests.sync.office import Line


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begun]:
    cut_small(monkeypatch)
    yield from begin(tmp_path)


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


def test_who_sees_no_customer_is_sent_the_catalogue(begun: Begun, tmp_path: Path) -> None:
    nobody = new_id()
    laptop = Laptop(tmp_path / "nobody.db", nobody)
    line = begun.office.line_for(nobody, laptop.store.identity().device_id)

    report = perform(run_round(laptop.store, begun.news.append), line)

    assert report == Report()
    assert laptop.rows() == {}
    assert not laptop.store.outset().is_snapshot_due
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


@pytest.mark.parametrize("met", ["at its manifest", "at a segment", "at another snapshot"])
def test_of_two_processes_that_load_at_once_the_slower_is_refused_when_the_other_is_done(
    begun: Begun, met: str
) -> None:
    other = run_round(SyncStore(begun.laptop.replica), lambda _: None)
    request = next(other)
    while not isinstance(request, AskSegment if met != "at its manifest" else AskSnapshot):
        request = other.send(ask(begun.line, request))
    go_on = partial(other.send, ask(begun.line, request))
    if met == "at another snapshot":
        go_on = partial(other.throw, SegmentUnknown("sync.segment_unknown"))

    begun.sync()

    with pytest.raises(SyncRefused, match=r"sync\.interrupted"):
        go_on()
    with begun.laptop.replica.look() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM snapshot_segment").scalar_one() == 0
    assert begun.is_whole()
