"""One person at one laptop: the real replica, the real use cases, the real engine, and a line that fails."""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from shutil import rmtree
from typing import Any

from app.domain.ambient import Ambient, decided_by
from app.domain.errors import AppError
from app.persistence.calendar import Calendar
from app.persistence.database import connect, open_engine
from app.persistence.identity import Identity
from app.persistence.replica import Replica
from app.persistence.sync_journal import SyncJournal
from app.persistence.sync_store import SyncStore
from app.services import Services
from sync.client.by_hand import ByHand
from sync.client.commands import Errand
from sync.client.credentials import Credentials, Tokens
from sync.client.dialogue import Reply, Request, ask
from sync.client.engine import greet, run_round
from sync.client.file_lane import FileLane
from sync.client.file_news import FileNews, FileState, News
from sync.client.http import Http
from sync.client.replica_check import ReplicaCheck
from sync.client.transport import HttpServer
from tests.simulation.commits import Commits
from tests.simulation.founding import KEY, Person
from tests.simulation.front_door import Answer
from tests.simulation.screen import NOTHING, Reader
from tests.simulation.wire import Line, Message

ADDRESS = "http://server.simulation"
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Disk:
    """What lies on a laptop when it is switched off: its replica, and the tokens in its keyring. `epoch`:
    how often the server had gone back when that made its head fall for the last time; `damaged`: something
    other than the program has written to it."""

    content: bytes
    tokens: Tokens
    epoch: int = 0
    damaged: bool = False


class Seat:
    """`watch` is called after every commit of the laptop's database."""

    def __init__(self, name: str, person: Person, folder: Path, watch: Callable[["Seat"], None]) -> None:
        self.name = name
        self.person = person
        self.skew = timedelta()
        self.screen = NOTHING
        self.round: Generator[Request, Reply, Any] | None = None
        self._next: Request | None = None
        self._path = folder / name.replace(" ", "-") / "replica.db"
        self._path.parent.mkdir()
        self._watch = watch
        self._engine = open_engine(self._path, KEY)
        self.commits = Commits(self._engine, self._committed)
        self._raw: Any = None
        self._reader: Reader | None = None
        self.damaged = False
        self.epoch = 0
        self._tokens = Tokens("")
        self._lane: FileLane | None = None
        self._other: tuple[SyncStore, Generator[Request, Reply, Any] | None, Request | None] | None = None
        self._file_news: list[News] = []
        self._greeted = False

    def begin(self, disk: Disk, ambient: Ambient, deliver: Callable[[Message], Answer]) -> None:
        """Another history."""
        self._ambient = Ambient(
            lambda: ambient.clock() + self.skew // timedelta(microseconds=1) * 1000, ambient.bits
        )
        self.line = Line(deliver)
        self.skew = timedelta()
        self.screen = NOTHING
        self.put_disk(disk)

    def put_disk(self, disk: Disk) -> None:
        """The laptop starts from this disk."""
        self.switch_off()
        for side in ("-wal", "-shm"):
            self._path.with_name(self._path.name + side).unlink(missing_ok=True)
        self._path.write_bytes(disk.content)
        rmtree(self._path.with_name("blobs"), ignore_errors=True)  # photos are in no copy
        self._tokens, self.epoch, self.damaged = disk.tokens, disk.epoch, disk.damaged
        self.ended: set[str] = set()
        self.doubts = False
        if self.line.newer:
            self.line.newer.faxes.clear()  # what was said here another disk heard
        self.switch_on()

    def take_disk(self) -> Disk:
        """A copy of what lies on the disk."""
        raw = self.raw
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Disk(self._path.read_bytes(), self._tokens, self.epoch, self.damaged)

    def switch_on(self) -> None:
        """Both processes start."""
        self.replica = Replica(self._engine, self._path, KEY, self.clock)
        self.services = Services.over(self.replica, self.clock)
        self.store = SyncStore(self.replica)
        self._connect()
        self.look()

    def switch_off(self) -> None:
        """Nothing that was only in memory is left."""
        self.round = self._next = None
        self.commits.forget()
        if self._raw is not None:
            self._raw.close()
            self._raw = self._reader = None
        self._engine.dispose()

    def crash(self) -> None:
        """As `switch_off` and on again; databases are closed by the operating system."""
        self.switch_off()
        self.switch_on()

    def clock(self) -> datetime:
        """What the laptop's clock shows."""
        return datetime.fromtimestamp(self._ambient.clock() / 1e9, CHINA)

    @contextmanager
    def at_work(self) -> Generator[None]:
        """Time and chance of this laptop."""
        with decided_by(self._ambient):
            yield

    @property
    def raw(self) -> Any:
        """A connection of the simulator's own."""
        if self._raw is None:
            self._raw = connect(self._path, KEY)
        return self._raw

    def look(self, said: Iterable[str] | None = None) -> None:
        """Read the screen; of what was looked at before, what these statements may have changed."""
        if self._reader is None:
            self._reader = Reader(self.raw)
        self.screen = self._reader.read(said)

    def look_again(self) -> None:
        """Was any change missed by who looked only at what statements name?"""
        seen = self.screen
        self.look()
        assert self.screen is seen

    def damage(self, statement: str, values: tuple[str, ...]) -> None:
        """Something other than the program wrote to the file."""
        self.raw.execute("PRAGMA foreign_keys = OFF")
        self.raw.execute(statement, values)
        self.raw.execute("PRAGMA foreign_keys = ON")
        self.damaged = True
        self.look()

    def is_loading(self) -> bool:
        """A first download is under way."""
        return self.screen.loading

    def look_at_the_calendar(self) -> None:
        """What is lent for some days ends on its day, with or without a network."""
        before = self.screen.rows
        with self.at_work():
            self.calendar.end_what_is_over(self.clock())
        self.ended |= {row.root_id for key, row in before.items() if key not in self.screen.rows}
        self.doubts = self.doubts or bool(self.ended)

    def check(self) -> None:
        """Its owner asks whether all is as the server has it."""
        with self.at_work():
            ReplicaCheck(self.store, self.clock).run(
                self.server, lambda done, total: None, lambda changes: None
            )
        self.look()

    def run(self, errand: Errand) -> object:
        """Its owner carries something by hand; a round that was under way is broken off."""
        self.round = None
        with self.at_work():
            self.by_hand.meet()
            facts, _ = self.by_hand.run(errand, lambda done, total: None)
        self.look()
        return facts

    def outbox(self) -> list[tuple[str, str, str]]:
        """(op id, state, body), oldest first."""
        found = self.raw.execute("SELECT op_id, state, body FROM outbox ORDER BY position").fetchall()
        return [(row[0], row[1], row[2]) for row in found]

    # Synchronisation

    def sign_in(self, tokens: Tokens) -> None:
        """Somebody typed the password."""
        self._tokens = tokens
        self._connect()

    def advance(self, messages: int) -> AppError | None:
        """Carry on with a round, or begin one, for so many messages; the error it ended with, if any."""
        with self.at_work():
            try:
                for _ in range(messages):
                    if not self._step():
                        return None
            except AppError as problem:
                self.round = None
                return problem
        return None

    def start_another_process(self) -> None:
        """A second sync process on the same replica, as where the lock was lost."""
        self._other = SyncStore(self.replica), None, None

    def turn_to_the_other(self) -> None:
        """From here on `advance` carries on with what the other process does."""
        assert self._other is not None
        here = self.store, self.round, self._next
        self.store, self.round, self._next = self._other
        self._other = here

    def _step(self) -> bool:
        """One message; False where the round has ended."""
        try:
            if self.round is None:
                self.round = self._talk()
                self._next = next(self.round)
            assert self._next is not None
            try:
                reply = ask(self.server, self._next)
            except AppError as problem:
                self._next = self.round.throw(problem)
            else:
                self._next = self.round.send(reply)
        except StopIteration:
            self.round = None
            return False
        return True

    def _talk(self) -> Generator[Request, Reply, Any]:
        """What the sync process does in a round."""
        if not self._greeted:
            welcome = yield from greet(self.store)
            self.calendar.heard(datetime.fromisoformat(welcome.server_time), self.clock())
            self._greeted = True
        report = yield from run_round(self.store, lambda news: None)
        self.ended.clear()
        self.calendar.met(self.clock())
        self.store.trim_journal(self.clock())
        self.journal.note_round(self.clock(), {"pulled": report.pulled, "sent": report.sent})

    def _connect(self) -> None:
        self.journal = SyncJournal(self.replica)
        self.calendar = Calendar(self.replica)
        http = Http(ADDRESS)
        http._session.trust_env = False
        http._session.mount("http://", self.line)
        credentials = Credentials(http, self.journal, self._make_nonce, self._keep, self._tokens)
        self.server = HttpServer(http, credentials)
        self.by_hand = ByHand(
            self.replica, self.store, http, credentials, clock=self.clock, entropy=self._some_bytes
        )
        self._http, self._credentials = http, credentials
        self._lane = None
        self._greeted = False
        self.round = None

    def move_files(self, wanted: list[str], *, anew: bool = False) -> list[str]:
        """What can move moves, and what becomes of it; for some files somebody waits. Where it begins `anew`,
        nothing is remembered of files that failed."""
        if self._lane is None or anew:
            self._lane = FileLane(
                ADDRESS, self.replica, self._file_news.append, self._uptime, begin=lambda run: None
            )
            self._lane._transfer._http = self._http
        with self.at_work():
            for sha256 in wanted:
                self._lane.want(sha256)
            self._lane.move(self._credentials.access)
            self._lane.work()
        told = [
            f"{news.sha256[:6]} {news.code or news.state}"
            for news in self._file_news
            if isinstance(news, FileNews) and news.state not in (FileState.SENDING, FileState.FETCHING)
        ]
        self._file_news.clear()
        return told

    def has_files(self) -> bool:
        """Some were added here."""
        return bool(self.raw.execute("SELECT 1 FROM file_owed").fetchone())

    def _uptime(self) -> float:
        return self._ambient.clock() / 1e9

    def _make_nonce(self) -> str:
        return f"{self._ambient.bits(64):x}"

    def _some_bytes(self, count: int) -> bytes:
        return self._ambient.bits(8 * count).to_bytes(count, "big")

    def _keep(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def _committed(self) -> None:
        self._watch(self)


def owner(person: Person, device: Any, tenant: Any) -> Identity:
    """Who a replica belongs to."""
    return Identity(person.id, device, tenant, person.role, person.login)
