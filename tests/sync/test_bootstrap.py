"""A laptop that holds nothing is loaded segment by segment, however often that is cut off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.assets import Asset
from app.domain.changes import Changes
from app.domain.customers import Contact, Customer
from app.domain.errors import DiskFull, Offline, SyncRefused
from app.domain.ids import new_id
from app.domain.service_orders import ServiceOrder
from app.persistence import facts, loose_ends
from app.persistence.facts import Fact
from app.persistence.search import search
from app.persistence.search_index import index_pending
from sync.client.news import Progress
from tests.sync.loading import MANY, Begun, begin, cut_small


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begun]:
    cut_small(monkeypatch)
    yield from begin(tmp_path)


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


def test_afterwards_it_knows_where_the_server_stands_even_if_nothing_has_happened_since(begun: Begun) -> None:
    begun.sync()

    with begun.laptop.replica.read() as session:
        connection = session.connection()
        assert int(facts.get(connection, Fact.HEAD) or 0) > 0
        assert facts.get(connection, Fact.TIMELINE)


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
