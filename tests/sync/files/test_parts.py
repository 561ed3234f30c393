"""Files go on where they were cut, and come by themselves only as the user and the network allow."""

import pytest

from app.demo.fault_proxy import Fault, FaultProxy
from app.domain.ids import new_id
from app.domain.notes import PART
from sync.client.file_news import FileNews, FileState, LaneNews
from sync.client.file_transfer import FileTransfer
from sync.client.file_work import SMALL, Originals, Preference, to_send
from sync.client.network import Network
from tests.server.served import Served
from tests.sync.files.person import LIMIT, Person, a_photo, sent


def test_an_upload_goes_on_with_the_part_at_which_it_was_cut(
    served: Served, proxy: FaultProxy, anna: Person, customer: str
) -> None:
    content = a_photo(2 * PART + 1000)
    sha256 = anna.attach(customer, content)
    anna.round()
    proxy.fail(f"{sha256}/1", Fault.BREAK)
    anna.move()
    anna.retries_until(sha256)

    assert served.parts.blobs.path_of(sha256).read_bytes() == content
    assert [proxy.requests[f"/v1/blobs/{sha256}/{part}"] for part in range(3)] == [1, 2, 1]


def test_a_download_goes_on_where_it_was_cut_though_the_process_was_killed_meanwhile(
    served: Served, proxy: FaultProxy, anna: Person, lin: Person, customer: str
) -> None:
    content = a_photo(3 * PART)
    sha256 = anna.attach(customer, content)
    sent(anna)
    lin.sync()
    proxy.fail(f"blobs/{sha256}", Fault.BREAK)
    assert lin.fetches(sha256).code == "sync.cut"
    lin.lane.close()
    lin.begin()
    lin.move()

    down = proxy.bytes_down
    assert lin.fetches(sha256).state is FileState.HERE

    assert lin.laptop.replica.blobs.get(sha256) == content
    assert proxy.bytes_down - down < len(content) - 2**19


def test_a_file_is_left_at_any_piece_and_the_parts_that_were_sent_stay(
    served: Served, anna: Person, customer: str
) -> None:
    sha256 = anna.attach(customer, a_photo(2 * PART))
    anna.round()
    store = anna.laptop.replica.blobs
    token = anna._credentials.access

    class Left(Exception):
        pass

    def leave(done: int, size: int) -> None:
        if done:
            raise Left

    transfer = FileTransfer(served.url, store, lambda: None)
    with pytest.raises(Left):
        transfer.send(sha256, token, leave)
    assert transfer._missing(sha256, store.size(sha256), token) == [1]
    transfer.close()

    assert not served.parts.blobs.has(sha256)
    sent(anna)
    assert served.parts.blobs.has(sha256)


def test_a_file_is_sent_though_its_customer_has_left_the_laptop(
    served: Served, anna: Person, customer: str
) -> None:
    sha256 = anna.attach(customer, a_photo())
    anna.round()
    served.world.edit(customer, territory_id=served.world.south)
    anna.round()
    assert not anna.holds_row()

    sent(anna)

    assert served.parts.blobs.has(sha256)
    anna.lane.close()
    anna.begin()
    sent(anna)
    assert not to_send(anna.laptop.replica)


def test_thumbnails_come_unasked_and_first_and_photos_when_they_are_opened(
    served: Served, anna: Person, lin: Person, customer: str
) -> None:
    small = anna.laptop.replica.blobs.put(a_photo(2000))
    sha256 = anna.attach(customer, a_photo(2 * SMALL), thumbnail=small)
    sent(anna)

    lin.sync()
    lin.receives(small)

    assert not lin.has(sha256)
    assert lin.fetches(sha256).state is FileState.HERE


@pytest.mark.parametrize(
    ("originals", "network", "comes"),
    [
        (Originals.DEMAND, Network(), False),
        (Originals.WIFI, Network(), True),
        (Originals.WIFI, Network(mobile=True), False),
        (Originals.ALWAYS, Network(mobile=True), True),
    ],
)
def test_originals_come_by_themselves_where_the_user_wants_it(
    originals: Originals, network: Network, comes: bool
) -> None:
    assert bool(Preference(originals, 5000).up_to(network)) is comes


def test_files_up_to_the_chosen_size_come_by_themselves(anna: Person, lin: Person, customer: str) -> None:
    large, paper = (
        anna.attach(customer, a_photo(2 * SMALL)),
        anna.attach(customer, b"%PDF" + new_id().bytes, "application/pdf"),
    )
    sent(anna)
    lin.lane.prefer(Preference(Originals.WIFI, SMALL))

    lin.sync()
    lin.receives(paper)

    assert not lin.has(large)


def test_over_a_metered_network_files_wait_unless_they_are_asked_for(
    served: Served, anna: Person, lin: Person, customer: str
) -> None:
    first, second = anna.attach(customer, a_photo()), anna.attach(customer, a_photo())
    sent(anna)
    lin.lane.meet(Network(metered=True))
    lin.sync()

    assert lin.fetches(first).state is FileState.HERE
    lin.hears(lambda news: news is LaneNews.MOVED)
    assert lin.lane.standing.metered
    assert not lin.has(second)

    lin.lane.meet(Network())
    lin.receives(second)


def test_whoever_wants_it_pays(served: Served, anna: Person, customer: str) -> None:
    sha256 = anna.attach(customer, a_photo())
    anna.lane.meet(Network(metered=True))
    anna.round()
    anna.lane.move(anna._credentials.access, at_any_price=True)

    while anna.lane.standing.up:
        anna.hears(lambda news: news is LaneNews.MOVED)

    assert served.parts.blobs.has(sha256)


def test_a_file_that_was_too_large_is_sent_once_the_server_takes_it(
    served: Served, anna: Person, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = anna.attach(customer, a_photo(LIMIT + 100))
    anna.sync()
    anna.hears(lambda news: isinstance(news, FileNews) and news.state is FileState.REFUSED)

    monkeypatch.setattr(served.parts.settings, "blob_limit", 2 * LIMIT)
    anna.retries_until(sha256)

    assert served.parts.blobs.has(sha256)
