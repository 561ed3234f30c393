"""The whole simulated world: one server, some laptops, the clock, chance, and what people meant."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from app.domain.ambient import Ambient
from app.domain.errors import AppError, RuleViolation, SignInNeeded
from app.persistence.brake import RemovalHeld
from app.persistence.replica import join_replica
from app.services import Services
from tests.simulation.backends import Backend, SqliteFile
from tests.simulation.bounds import a_page_is_no_longer_than_asked
from tests.simulation.founding import (
    BEGINNING,
    KEY,
    SEATS,
    Person,
    a_folder,
    blank_replica,
    founded_server,
    key,
)
from tests.simulation.front_door import Answer
from tests.simulation.intents import Intents, Place
from tests.simulation.moments import check_meaning, check_moment, own_work_stays_on_show
from tests.simulation.office import Office, ServerCopy
from tests.simulation.pokes import everybody_is_poked
from tests.simulation.screen import Screen
from tests.simulation.seat import Disk, Seat, owner
from tests.simulation.wire import Message

MOST_MESSAGES = 300
"""A round that says more than this runs in circles."""


class World:
    """Made once a process; `begin` starts a history that is wholly decided by its seed and its steps."""

    def __init__(self, backend: Backend | None = None) -> None:
        """On an SQLite file, unless the server is to have another database."""
        self.folder = a_folder()
        self._bits = Random(0)
        self.ambient = Ambient(self._clock, self._bits.getrandbits)
        self.now = BEGINNING
        self.office = Office(backend or SqliteFile(self.folder / "server.db"), self.folder, self.ambient)
        self.all_seats = {
            name: Seat(name, person, self.folder, self._watch) for name, person in SEATS.items()
        }
        self.seats: dict[str, Seat] = {}
        self.intents = Intents()
        self.trace: list[str] = []
        self.page_rows = 3
        self._acting = False

    def begin(self, seed: int, names: tuple[str, ...]) -> None:
        """Everything as it was found; nothing of earlier histories is left."""
        content, disks = _prepared(self)
        self._start(seed, content)
        for name in names:
            self._sit_down(name, disks[name])

    def prepare(self) -> None:
        """Make the beginning of all histories, before anything is planted."""
        _prepared(self)

    def found(self) -> tuple[bytes, dict[str, Disk]]:
        """The beginning of all histories: everybody signed in and in step."""
        self._start(0, founded_server())
        disks: dict[str, Disk] = {}
        for name, person in SEATS.items():
            device = key(f"device {name}")
            tokens = self.office.sign_in(person.login, device)
            disk = Disk(_owned(self.folder, person, device, UUID(self.office.tenant)), tokens)
            self._sit_down(name, disk)
            self.sync(self.seats[name])
            disks[name] = self.seats[name].take_disk()
        content = self.office.copy().content
        return content, disks

    def _start(self, seed: int, content: bytes) -> None:
        self._bits.seed(f"bits {seed}")
        self.now = BEGINNING + timedelta(minutes=1)
        for seat in self.seats.values():
            seat.switch_off()
        self.seats = {}
        self.intents = Intents()
        self.trace = []
        self.copies: list[ServerCopy] = []
        self.disks: dict[str, Disk] = {}
        self.receipts: list[tuple[str, bytes]] = []
        self.words = 0
        self.page_rows = 3
        self.office.begin(content)

    def _sit_down(self, name: str, disk: Disk) -> None:
        seat = self.seats[name] = self.all_seats[name]
        seat.begin(disk, self.ambient, self._deliver)

    # Time, chance, and the record of what happened

    def _clock(self) -> int:
        return int(self.now.timestamp() * 1000) * 1_000_000

    def pass_time(self, span: timedelta) -> None:
        self.now += span

    def begin_step(self) -> None:
        """Some time between two deeds."""
        self.pass_time(timedelta(seconds=20))

    def word(self) -> str:
        """One that was never used."""
        self.words += 1
        return f"w{self.words};"

    def note(self, line: str) -> None:
        """Part of the trace."""
        self.trace.append(line)

    def fingerprint(self) -> str:
        """The same for two histories that went the same way."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    # What people do

    def act(
        self, seat: Seat, use: Callable[[Services], Any], seen: dict[Place, Any] | None = None,
        *, corrects: bool = False,
    ) -> None:  # fmt: skip
        """One use case; what it changed on the screen is what was meant."""
        before, queued = seat.screen, {op_id for op_id, _, _ in seat.outbox()}
        self._acting = True
        try:
            with seat.at_work():
                use(seat.services)
        except RuleViolation as no:
            self.note(f"  {seat.name}: no, {no.code}")
        except AppError as problem:
            self.note(f"  {seat.name}: {problem.code}")
        finally:
            self._acting = False
        self._record(seat, before, queued, seen or {}, corrects=corrects)
        check_meaning(self, seat)

    def _record(
        self, seat: Seat, before: Screen, queued: set[str], seen: dict[Place, Any], *, corrects: bool
    ) -> None:
        now = [op_id for op_id, _, _ in seat.outbox()]
        gone = [op_id for op_id in self.intents.actions if op_id in queued and op_id not in now]
        for op_id in now:
            if op_id not in queued:
                self.intents.record(op_id, seat.name, before, seat.screen, seen)
                self.note(f"  {seat.name}: {op_id[-6:]} {sorted(self.intents.actions[op_id].typed)}")
                if corrects:
                    self.intents.replaced(gone[:1], op_id)
                    gone = gone[1:]
        for op_id in gone:
            self.note(f"  {seat.name}: withdrew {op_id[-6:]}")
            self.intents.withdraw(op_id)

    # Synchronisation

    def sync(self, seat: Seat, messages: int = MOST_MESSAGES) -> AppError | None:
        """A round, or a part of one; the error it ended with, after what its owner does about it."""
        try:
            problem = seat.advance(messages)
        except BaseException:
            if not seat.commits.fatal:
                raise
            self.note(f"  {seat.name}: crashed")
            seat.crash()
            return None
        self.note(f"  {seat.name}: {problem.code if problem else seat.screen.head}")
        if isinstance(problem, SignInNeeded):
            self.sign_in(seat)
        if isinstance(problem, RemovalHeld) and self._knows_why(seat):
            self.note(f"  {seat.name}: says that it may go")
            seat.store.repair.allow_removal()
        return problem

    def _knows_why(self, seat: Seat) -> bool:
        """No digest bears it out that counts tables we have not, or other damage; or the server went back."""
        return bool(seat.line.newer or seat.damaged or self.office.epoch)

    def sign_in(self, seat: Seat) -> None:
        """Its owner types the password again."""
        self.note(f"  {seat.name}: signs in")
        with seat.at_work():
            device = seat.store.identity().device_id
        seat.sign_in(self.office.sign_in(seat.person.login, device))

    # Copies and restores

    def rewind_server(self, copy: ServerCopy) -> None:
        """The server goes on from a copy; what laptops hold of its later history they still show."""
        self.note(f"  the server goes back from {self.office.head} to {copy.head}")
        for seat in self.in_turn():
            own_work_stays_on_show(self, seat)  # takes note of what is finished by the history that ends
        self.office.rewind(copy)
        for seat in self.in_turn():
            self._forget_what_nobody_has(seat)

    def restore_disk(self, seat: Seat, disk: Disk) -> None:
        """A lost laptop goes on from a copy; what was only on it is lost, as its owner knows."""
        self.note(f"  {seat.name} starts from another disk")
        seat.put_disk(disk)
        self._forget_what_nobody_has(seat)
        self.intents.not_on_show(seat.name, {op_id for op_id, _, _ in seat.outbox()})

    def _forget_what_nobody_has(self, seat: Seat) -> None:
        queued = [op_id for other in self.in_turn() for op_id, _, _ in other.outbox()]
        taken = [op.hex for op, result in self.office.results.items() if result.status.accepted]
        self.intents.forget_lost(seat.name, {*queued, *taken})

    def new_laptop(self, seat: Seat) -> None:
        """One that holds nothing, on which its owner signs in."""
        device = new_device(self)
        tokens = self.office.sign_in(seat.person.login, device)
        blank = _owned(self.folder, seat.person, device, UUID(self.office.tenant))
        self.restore_disk(seat, Disk(blank, tokens, self.office.epoch))

    def _deliver(self, message: Message) -> Answer:
        self.pass_time(timedelta(milliseconds=250))
        url = message.url.replace("limit=2000", f"limit={self.page_rows}")
        asked = Message(message.method, url, message.headers, message.body)
        with everybody_is_poked(self.office, asked):
            answer = self.office.deliver(asked)
        a_page_is_no_longer_than_asked(asked, answer)
        self.note(f"    {message.method} {message.url.split('?')[0].rpartition('/v1/')[2]} {answer.status}")
        return answer

    def _watch(self, seat: Seat) -> None:
        before = seat.screen
        seat.look(seat.commits.said)
        check_moment(self, seat, before)
        if not self._acting:  # else what is meant is noted only after the commit
            check_meaning(self, seat)

    def in_turn(self) -> Iterator[Seat]:
        """Every laptop of this history."""
        return iter(self.seats.values())


@cache
def _prepared(world: World) -> tuple[bytes, dict[str, Disk]]:
    return world.found()


def new_device(world: World) -> UUID:
    """An id that no laptop has had."""
    return UUID(int=world.ambient.bits(128))


def _owned(folder: Path, person: Person, device: UUID, tenant: UUID) -> bytes:
    """A blank replica that belongs to someone."""
    path = folder / "owned.db"
    path.write_bytes(blank_replica())
    replica = join_replica(path, KEY)
    replica.belong_to(owner(person, device, tenant))
    replica.close()
    return path.read_bytes()
