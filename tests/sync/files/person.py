"""A laptop whose files move in their lane."""

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from app.domain.ids import new_id
from app.domain.notes import Attachment
from app.domain.organisation import Role
from app.persistence.bookkeeping import FileOwed
from app.persistence.identity import Identity
from app.persistence.sync_journal import SyncJournal
from sync.client.credentials import Credentials, Tokens
from sync.client.engine import perform, run_round
from sync.client.file_lane import FileLane
from sync.client.file_news import FileNews, FileState, LaneNews, News
from sync.client.http import Http
from sync.client.transport import HttpServer
from tests.server.served import Clock, Served
from tests.sync.laptops import Laptop

LIMIT = 6 * 2**20
PATIENCE = 30.0


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


def a_photo(size: int = 5000) -> bytes:
    return (b"\xff\xd8" + new_id().bytes) * (size // 18)


def sent(person: Person) -> None:
    """Everything of this person's is at the server."""
    person.sync()
    while person.lane.standing.up:
        person.hears(lambda news: news is LaneNews.MOVED)
