"""Files follow their rows in a lane of their own, over HTTP to a real server."""

import errno
import hashlib
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert

from app.demo.fault_proxy import Fault, FaultProxy
from app.domain.ids import new_id
from app.domain.notes import PART, Attachment, BlobState
from app.domain.organisation import Role
from app.persistence import blobs
from app.persistence.bookkeeping import FileOwed
from app.persistence.identity import Identity
from app.persistence.sync_journal import SyncJournal
from sync.client.credentials import Credentials, Tokens
from sync.client.engine import perform, run_round
from sync.client.file_lane import RARELY, FileLane
from sync.client.file_news import FileNews, FileState, LaneNews, News
from sync.client.file_transfer import FileTransfer
from sync.client.file_work import SMALL, Originals, Preference, to_send
from sync.client.http import Http
from sync.client.network import Network
from sync.client.retries import FIRST
from sync.client.transport import HttpServer
from sync.server.database import Database
from sync.server.schema import migrate
from tests.server.served import Clock, Served, serving
from tests.sync.laptops import Laptop

LIMIT = 6 * 2**20
PATIENCE = 30.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    address = f"sqlite:///{folder / 'server.db'}"
    database = Database(address)
    migrate(database)
    database.close()
    with serving(address, folder, blob_limit=LIMIT) as server:
        yield server


@pytest.fixture
def proxy(served: Served) -> Iterator[FaultProxy]:
    """The network of whoever is on the road."""
    made = FaultProxy(("127.0.0.1", int(served.url.rsplit(":", 1)[1])))
    yield made
    made.close()


class Person:
    """A laptop whose rows move when a round is run, and whose files move in their lane."""

    def __init__(self, served: Served, address: str, path: Path, *territories: str) -> None:
        self._caller = served.laptop(served.person(Role.ENGINEER, *territories)).signed_in()
        user = UUID(self._caller.person.id)
        self.laptop = Laptop(path, user)
        tenant = UUID(served.world.tenant)
        self.laptop.replica.belong_to(Identity(user, self._caller.id, tenant, Role.ENGINEER, "某人"))
        self.address, self.clock = address, Clock()
        self._http = Http(address)
        tokens = Tokens(self._caller.refresh_token, self._caller.access_token)
        journal = SyncJournal(self.laptop.replica)
        self._credentials = Credentials(
            self._http, journal, lambda: new_id().hex, lambda tokens: None, tokens
        )
        self.begin()

    def begin(self) -> None:
        """What a new process begins with: nothing but the replica and its files."""
        self.news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self.lane = FileLane(self.address, self.laptop.replica, self.news.put, self.clock)

    def round(self) -> None:
        server = HttpServer(self._http, self._credentials)
        perform(run_round(self.laptop.store, lambda news: None), server)

    def sync(self) -> None:
        """A round, after which files may move."""
        self.round()
        self.move()

    def move(self) -> None:
        self.lane.move(self._credentials.access)

    def attach(
        self, customer: str, content: bytes, media_type: str = "image/jpeg", thumbnail: str | None = None
    ) -> str:
        sha256 = self.laptop.replica.blobs.put(content)
        facts = {"file_name": "a.jpg", "media_type": media_type, "size": len(content), "sha256": sha256}
        self.attachment = self.laptop.add(
            Attachment, customer_id=UUID(customer), thumbnail=thumbnail, **facts
        )
        with self.laptop.replica.absorb() as connection:
            connection.execute(insert(FileOwed).values(sha256=sha256, attachment_id=self.attachment))
        return sha256

    def holds_row(self) -> bool:
        with self.laptop.replica.read() as session:
            return session.get(Attachment, self.attachment) is not None

    def retries_until(self, sha256: str) -> None:
        """The lane tries again as time goes by."""
        deadline = time.monotonic() + PATIENCE
        while not any(
            isinstance(news, FileNews) and (news.sha256, news.state) == (sha256, FileState.SENT)
            for news in self.news_now()
        ):
            assert time.monotonic() < deadline
            self.clock.turn(minutes=60)
            self.move()

    def news_now(self) -> Iterator[News]:
        """What has come, waiting a moment for more."""
        with suppress(queue.Empty):
            while True:
                yield self.news.get(timeout=0.1)

    def has(self, sha256: str) -> bool:
        return self.laptop.replica.blobs.get(sha256) is not None

    def hears(self, wanted: Callable[[News], bool]) -> News:
        while True:
            news = self.news.get(timeout=PATIENCE)
            if wanted(news):
                return news

    def fetches(self, sha256: str) -> FileNews:
        """What becomes of a file that this person wants to open."""
        self.lane.want(sha256)
        news = self.hears(
            lambda news: (
                isinstance(news, FileNews) and news.sha256 == sha256 and news.state is not FileState.FETCHING
            )
        )
        assert isinstance(news, FileNews)
        return news

    def receives(self, sha256: str) -> None:
        """Unasked; pictures of other tests come as well."""
        while not self.has(sha256):
            self.hears(lambda news: news is LaneNews.ARRIVED)

    def close(self) -> None:
        self.lane.close()
        self._http.close()
        self.laptop.replica.close()


@pytest.fixture
def people(served: Served, proxy: FaultProxy, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    made: list[Person] = []

    def make(*territories: str) -> Person:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Person(served, proxy.url, folder / "replica.db", *territories))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def anna(people: Callable[..., Person]) -> Person:
    return people()


@pytest.fixture
def lin(people: Callable[..., Person]) -> Person:
    return people()


@pytest.fixture
def customer(served: Served, anna: Person) -> str:
    made = served.world.add_customer(served.world.north)
    anna.round()
    return made


def a_photo(size: int = 5000) -> bytes:
    return (b"\xff\xd8" + new_id().bytes) * (size // 18)


def sent(person: Person) -> None:
    """Everything of this person's is at the server."""
    person.sync()
    while person.lane.standing.up:
        person.hears(lambda news: news is LaneNews.MOVED)


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
