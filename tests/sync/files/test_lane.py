"""Files follow their rows in a lane of their own, over HTTP to a real server."""

import errno
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.demo.fault_proxy import Fault, FaultProxy
from app.domain.notes import Attachment, BlobState
from app.persistence import blobs
from sync.client.file_lane import RARELY
from sync.client.file_news import FileNews, FileState, LaneNews
from sync.client.file_work import SMALL
from sync.client.retries import FIRST
from tests.server.served import Served
from tests.sync.files.person import LIMIT, Person, a_photo, sent


def test_a_small_picture_comes_without_being_asked_for(anna: Person, lin: Person, customer: str) -> None:
    sha256 = anna.attach(customer, a_photo())
    sent(anna)
    anna.round()
    assert anna.laptop.shown(Attachment, anna.attachment, "blob") is BlobState.STORED

    lin.sync()
    lin.receives(sha256)

    assert lin.laptop.replica.blobs.get(sha256) == anna.laptop.replica.blobs.get(sha256)


def test_anything_larger_comes_when_somebody_opens_it(anna: Person, lin: Person, customer: str) -> None:
    large, paper = (
        anna.attach(customer, a_photo(2 * SMALL)),
        anna.attach(customer, b"%PDF", "application/pdf"),
    )
    small = anna.attach(customer, a_photo())
    sent(anna)

    lin.sync()
    lin.receives(small)
    assert not lin.has(large)
    assert not lin.has(paper)

    assert [lin.fetches(sha256).state for sha256 in (large, paper)] == [FileState.HERE, FileState.HERE]
    assert lin.has(large)


def test_a_file_waits_for_its_row(proxy: FaultProxy, anna: Person, customer: str) -> None:
    sha256 = anna.attach(customer, a_photo())
    anna.move()
    assert anna.fetches(sha256).state is FileState.HERE  # the lane has looked at what there is to do
    assert proxy.requests[f"/v1/blobs/{sha256}"] == 0

    sent(anna)

    assert proxy.requests[f"/v1/blobs/{sha256}"] == proxy.requests[f"/v1/blobs/{sha256}/0"] == 1


def test_the_same_file_travels_once(proxy: FaultProxy, anna: Person, customer: str) -> None:
    content = a_photo(LIMIT // 2)
    sha256 = anna.attach(customer, content)
    sent(anna)
    up = proxy.bytes_up
    anna.attach(customer, content)
    anna.lane.close()
    anna.begin()
    anna.round()

    sent(anna)
    anna.round()

    assert anna.laptop.shown(Attachment, anna.attachment, "blob") is BlobState.STORED
    assert proxy.bytes_up - up < len(content)
    assert proxy.requests[f"/v1/blobs/{sha256}/0"] == 1


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.LOSE, Fault.CUT, Fault.PORTAL])
def test_an_upload_that_failed_is_made_good_by_the_next_process(
    proxy: FaultProxy, anna: Person, lin: Person, customer: str, fault: Fault
) -> None:
    sha256 = anna.attach(customer, a_photo())
    anna.round()
    proxy.fail("blobs", fault, fault)
    anna.move()
    anna.lane.close()
    anna.laptop.restart()
    anna.begin()
    proxy.recover()

    sent(anna)

    lin.round()
    lin.move()
    assert lin.fetches(sha256).state is FileState.HERE


def test_a_file_damaged_at_the_server_holds_up_no_other_and_is_sent_again_by_whoever_has_it(
    served: Served, anna: Person, lin: Person, customer: str
) -> None:
    content = a_photo()
    good, bad = anna.attach(customer, a_photo()), anna.attach(customer, content)
    sent(anna)
    served.parts.blobs.path_of(bad).write_bytes(content[:-1] + b"?")

    lin.sync()
    lin.receives(good)
    while lin.lane._retries.due([bad]):  # it may still be on its way unasked
        failed = lin.fetches(bad)
        assert (failed.state, failed.code, lin.has(bad)) == (FileState.FAILED, "blob.damaged", False)

    sent(anna)
    lin.clock.turn(minutes=FIRST / 60)
    lin.sync()
    lin.receives(bad)


def test_a_file_too_large_is_told_in_words_and_holds_up_no_other(
    anna: Person, lin: Person, customer: str
) -> None:
    huge, small = anna.attach(customer, a_photo(LIMIT + 100)), anna.attach(customer, a_photo())
    anna.sync()

    refused = anna.hears(lambda news: isinstance(news, FileNews) and news.state is FileState.REFUSED)

    assert refused == FileNews(huge, FileState.REFUSED, "blob.too_large", {"megabytes": LIMIT // 2**20})
    sent(anna)
    assert anna.lane.standing.up == 0
    lin.sync()
    assert lin.fetches(small).state is FileState.HERE


def test_nobody_is_given_a_file_of_a_customer_he_does_not_see(
    served: Served, people: Callable[..., Person], anna: Person, customer: str
) -> None:
    sha256 = anna.attach(customer, a_photo())
    sent(anna)
    ben = people(served.world.south)
    ben.sync()

    assert ben.fetches(sha256) == FileNews(sha256, FileState.MISSING, "blob.unknown", {})


def test_rows_have_the_right_of_way(anna: Person, lin: Person, customer: str) -> None:
    sha256 = anna.attach(customer, a_photo(2 * SMALL))
    sent(anna)
    lin.sync()

    lin.lane.give_way()
    lin.lane.want(sha256)
    lin.lane.rest("sync.paused")
    lin.lane.go_on()

    news = lin.hears(lambda news: isinstance(news, FileNews) and news.state is FileState.FAILED)
    assert isinstance(news, FileNews)
    assert (news.state, lin.has(sha256)) == (FileState.FAILED, False)
    lin.move()
    assert lin.fetches(sha256).state is FileState.HERE


def test_a_full_disk_pauses_what_comes_down_and_nothing_else(
    anna: Person, lin: Person, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = anna.attach(customer, a_photo())
    sent(anna)

    def full(half: Path, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(blobs, "settle", full)
        lin.sync()
        lin.hears(lambda news: lin.lane.standing.full)
        assert lin.fetches(sha256).code == "replica.disk_full"

    lin.clock.turn(minutes=RARELY / 60)
    lin.move()
    lin.receives(sha256)
    assert not lin.lane.standing.full


def test_a_spent_token_costs_a_round_and_no_wish(
    served: Served, anna: Person, lin: Person, customer: str
) -> None:
    sha256 = anna.attach(customer, a_photo(2 * SMALL))
    sent(anna)
    lin.sync()
    served.clock.turn(minutes=60)

    lin.lane.want(sha256)
    lin.hears(lambda news: news is LaneNews.TOKEN_SPENT)
    lin.sync()

    assert lin.hears(lambda news: isinstance(news, FileNews) and news.state is not FileState.FETCHING) == (
        FileNews(sha256, FileState.HERE)
    )


def test_before_the_first_round_a_wish_is_told_that_there_is_no_server(anna: Person) -> None:
    news = anna.fetches(hashlib.sha256(b"x").hexdigest())

    assert (news.state, news.code) == (FileState.FAILED, "sync.unreachable")
