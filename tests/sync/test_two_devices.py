"""Two laptops and the real server, whatever happens between them.

However edits, creations, deletions, reassignments, lost requests, lost and repeated replies, crashes
and rounds interleave: nothing anyone did is lost, and once the line holds everything agrees. The
numbers are those of the invariants in the sync design.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from app.domain.customers import Contact, Customer
from app.domain.entity import Entity, fields, name_of
from app.domain.errors import Offline
from app.domain.registry import entity_named
from app.domain.service_orders import ORDER_EDGES, OrderState, PartUsed, ServiceOrder
from app.persistence.bookkeeping import OutboxState
from app.persistence.fingerprint import fingerprint, total
from app.persistence.sync_journal import SyncJournal
from sync.client.dialogue import Answers, Pull, Push
from sync.client.engine import perform, run_round
from sync.pages import Page
from sync.protocol import Status
from tests.sync.laptops import Laptop
from tests.sync.office import Line, Office

ROUNDS = 4
"""So many rounds of both, in turn, settle whatever was left when the faults stop."""

BOOKED = Decimal(100)  # so many that no two bookings can take away more than there are
WHO = st.sampled_from(["anna", "chief"])
FAULTS = st.lists(st.sampled_from([None, None, None, "request", "reply", "twice"]), max_size=6)
UNFINISHED = (OutboxState.PENDING, OutboxState.WAITING, OutboxState.REJECTED)
ON_SHOW = (*UNFINISHED, OutboxState.ACKED)
TEXTS: tuple[tuple[type[Entity], str], ...] = (
    (Customer, "phone"),
    (Customer, "street"),
    (Customer, "note"),
    (Contact, "job_title"),
    (ServiceOrder, "subject"),
)


class Crash(Exception):
    """The process is gone, at the moment a message was under way."""


@dataclass
class CrashingLine:
    """Passes messages on until the process dies at one of them."""

    line: Line
    left: int

    def _next(self) -> None:
        if self.left == 0:
            raise Crash
        self.left -= 1

    def pull(self, pull: Pull) -> Page:
        self._next()
        return self.line.pull(pull)

    def push(self, push: Push) -> Answers:
        answers = self.line.push(push)
        self._next()
        return answers


@dataclass
class Seat:
    """One person with one laptop, and what was written there."""

    laptop: Laptop
    line: Line
    written: dict[str, UUID] = field(default_factory=dict)
    added: dict[UUID, tuple[UUID, Decimal]] = field(default_factory=dict)
    head: int = 0

    def states(self) -> dict[UUID, str]:
        return self.laptop.outbox()

    def bodies(self) -> dict[UUID, str]:
        with self.laptop.replica.read() as session:
            found = session.execute(text("SELECT op_id, body FROM outbox"))
            return {UUID(op_id): body for op_id, body in found}


class TwoDevices(RuleBasedStateMachine):
    """Anna serves the north; the chief sees everything and moves customers between territories."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.office = Office(self.folder / "office.db")
        people = self.office.people
        self.seats = {"anna": self._seat("anna", people.anna), "chief": self._seat("chief", people.chief)}
        self.word = (f"w{n};" for n in count())
        anna = self.seats["anna"]
        for seat in self.seats.values():
            self._round(seat)
        customer = anna.laptop.add(Customer, name="Rossi", territory_id=people.north, phone=next(self.word))
        anna.laptop.add(Contact, customer_id=customer, name="Li", job_title=next(self.word))
        order = anna.laptop.add(ServiceOrder, customer_id=customer, subject=next(self.word), number="1")
        anna.laptop.add(PartUsed, service_order_id=order, description="Seal", amount=BOOKED)
        for seat in (anna, self.seats["chief"]):
            self._round(seat)
        self.customers = [customer]

    def _seat(self, name: str, user: UUID) -> Seat:
        laptop = Laptop(self.folder / f"{name}.db", user)
        return Seat(laptop, self.office.line_for(user, laptop.store.identity().device_id))

    def teardown(self) -> None:
        if hasattr(self, "seats"):
            try:
                self._settle()
            finally:
                for seat in self.seats.values():
                    seat.laptop.replica.close()
                self.office.close()
                shutil.rmtree(self.folder)

    # What people do

    @rule(who=WHO, which=st.sampled_from(TEXTS), pick=st.integers(0, 99))
    def edit(self, who: str, which: tuple[type[Entity], str], pick: int) -> None:
        entity, name = which
        seat = self.seats[who]
        if row_id := self._pick(seat, entity, pick):
            word = next(self.word)
            seat.written[word] = seat.laptop.edit(entity, row_id, **{name: word})

    @rule(who=WHO, pick=st.integers(0, 99))
    def add_a_line_to_a_note(self, who: str, pick: int) -> None:
        seat = self.seats[who]
        if row_id := self._pick(seat, Customer, pick):
            word, note = next(self.word), seat.laptop.shown(Customer, row_id, "note")
            seat.written[word] = seat.laptop.edit(Customer, row_id, note=f"{note or ''}{word}\n")

    @rule(who=WHO, pick=st.integers(0, 99), amount=st.integers(-3, 3).filter(bool))
    def use_parts(self, who: str, pick: int, amount: int) -> None:
        seat = self.seats[who]
        if row_id := self._pick(seat, PartUsed, pick):
            now = seat.laptop.shown(PartUsed, row_id, "amount")
            op_id = seat.laptop.edit(PartUsed, row_id, amount=now + amount)
            seat.added[op_id] = (row_id, Decimal(amount))

    @rule(who=WHO, pick=st.integers(0, 99), data=st.data())
    def move_the_order_on(self, who: str, pick: int, data: st.DataObject) -> None:
        seat = self.seats[who]
        if row_id := self._pick(seat, ServiceOrder, pick):
            now = OrderState(seat.laptop.shown(ServiceOrder, row_id, "state"))
            if edges := sorted(ORDER_EDGES[now]):
                seat.laptop.edit(ServiceOrder, row_id, state=data.draw(st.sampled_from(edges)))

    @rule(who=WHO, pick=st.integers(0, 99))
    def add_a_contact(self, who: str, pick: int) -> None:
        seat = self.seats[who]
        if customer := self._pick(seat, Customer, pick):
            word = next(self.word)
            seat.laptop.add(Contact, customer_id=customer, name="Wang", job_title=word)
            seat.written[word] = list(seat.states())[-1]

    @rule(who=WHO, pick=st.integers(0, 99))
    def add_an_order_with_parts(self, who: str, pick: int) -> None:
        seat = self.seats[who]
        if customer := self._pick(seat, Customer, pick):
            with seat.laptop.replica.write("order.create") as write:
                order = ServiceOrder(customer_id=customer, subject=(word := next(self.word)), number="2")
                write.session.add(order)
                write.session.flush()
                part = PartUsed(service_order_id=order.id, description="Seal", amount=BOOKED)
                write.session.add(part)
            seat.written[word] = write.op_id

    @rule(who=WHO, pick=st.integers(0, 99))
    def add_a_customer(self, who: str, pick: int) -> None:
        if len(self.customers) < 4:
            seat = self.seats[who]
            word = next(self.word)
            made = seat.laptop.add(Customer, name="Neu", territory_id=self.office.people.north, phone=word)
            seat.written[word] = list(seat.states())[-1]
            self.customers.append(made)

    @rule(who=WHO, pick=st.integers(0, 99), entity=st.sampled_from([Contact, PartUsed]))
    def delete(self, who: str, pick: int, entity: type[Entity]) -> None:
        seat = self.seats[who]
        if row_id := self._pick(seat, entity, pick):
            seat.laptop.delete(entity, row_id)

    @rule(pick=st.integers(0, 99))
    def reassign(self, pick: int) -> None:
        chief = self.seats["chief"]
        if row_id := self._pick(chief, Customer, pick):
            people = self.office.people
            here = chief.laptop.shown(Customer, row_id, "territory_id")
            there = people.south if here == people.north else people.north
            chief.laptop.edit(Customer, row_id, territory_id=there)

    # What the world does

    @rule(who=WHO, faults=FAULTS)
    def sync(self, who: str, faults: list[str | None]) -> None:
        self._round(self.seats[who], faults)

    @rule(who=WHO, after=st.integers(0, 5))
    def crash_during_a_round(self, who: str, after: int) -> None:
        seat = self.seats[who]
        seat.line.faults = []
        try:
            perform(run_round(seat.laptop.store, lambda news: None), CrashingLine(seat.line, after))
        except Crash:
            seat.laptop.restart()

    @rule(who=WHO)
    def restart(self, who: str) -> None:
        self.seats[who].laptop.restart()

    # What must hold at every moment

    @invariant()
    def no_commit_leaves_a_reference_dangling(self) -> None:  # 4
        for seat in self._seats():
            assert seat.laptop.dangling() == []

    @invariant()
    def own_work_stays_on_show_until_the_server_has_spoken(self) -> None:  # 5
        for seat in self._seats():
            for key, newest in self._newest_words(seat).items():
                shown = seat.laptop.shown(*key[:2], key[2])
                assert shown is None or newest in shown

    @invariant()
    def a_laptop_never_goes_back(self) -> None:  # 5
        for seat in self._seats():
            head = SyncJournal(seat.laptop.replica).standing().head
            assert head >= seat.head
            seat.head = head

    def _seats(self) -> Iterator[Seat]:
        yield from getattr(self, "seats", {}).values()

    def _newest_words(self, seat: Seat) -> dict[tuple[type[Entity], UUID, str], str]:
        """The last thing written here into each text field, where it still lies over the server's."""
        states, newest = seat.states(), {}
        for op_id, body in seat.bodies().items():
            if states[op_id] in ON_SHOW:
                for op in json.loads(body):
                    for name, value in op.get("patch", {}).get("set", {}).items():
                        if (entity := entity_named(op["entity"])) and (entity, name) in TEXTS[:2]:
                            newest[entity, UUID(op["id"]), name] = value
        return newest

    # What must hold once the line does

    def _settle(self) -> None:
        for _ in range(ROUNDS):
            for seat in self._seats():
                self._round(seat)
        for seat in self._seats():
            self._is_drained(seat)
            self._agrees_with_the_server(seat)
        self._nothing_was_lost()
        self._every_part_was_counted_once()

    def _is_drained(self, seat: Seat) -> None:  # 6
        states = list(seat.states().values())
        assert OutboxState.PENDING not in states
        assert OutboxState.ACKED not in states
        assert OutboxState.WAITING not in states or OutboxState.REJECTED in states

    def _agrees_with_the_server(self, seat: Seat) -> None:  # 1, 7, 8
        user = seat.line.caller.user_id
        assert total(fingerprint(seat.laptop.replica)) == self.office.fingerprint(user)
        theirs, ours = self.office.visible_to(user), seat.laptop.rows()
        with seat.laptop.replica.read() as session:
            covered = {tuple(row) for row in session.execute(text("SELECT entity, row_id FROM shadow"))}
        assert {k: v for k, v in ours.items() if k not in covered} == {
            k: v for k, v in theirs.items() if k not in covered
        }
        assert ours.keys() - theirs.keys() <= covered

    def _nothing_was_lost(self) -> None:  # 2, 7
        kept = " ".join(
            json.dumps(list(row), ensure_ascii=False)
            for row in (*self.office.rows().values(), *map(dict.values, self.office.deleted().values()))  # type: ignore[arg-type]
        )
        for seat in self._seats():
            states = seat.states()
            for op_id, body in seat.bodies().items():
                if states[op_id] in UNFINISHED:
                    kept += body
                else:  # someone saw the value and wrote another over it
                    kept += json.dumps([op.get("patch", {}).get("was", {}) for op in json.loads(body)])
        for seat in self._seats():
            for word, op_id in seat.written.items():
                assert word in kept or self._said_anew(seat, op_id), (word, seat.states().get(op_id))

    def _said_anew(self, seat: Seat, op_id: UUID) -> bool:
        """A device's later word on a field it is in conflict about takes the place of its earlier one."""
        if self.office.status(op_id) != Status.CONFLICT:
            return False
        sets = {op_id: _sets(body) for op_id, body in seat.bodies().items()}
        later = list(sets)[list(sets).index(op_id) + 1 :]
        return any(not sets[op_id].isdisjoint(sets[other]) for other in later)

    def _every_part_was_counted_once(self) -> None:  # 3
        at = list(fields(PartUsed)).index("amount") + 1
        accepted: dict[UUID, Decimal] = {}
        for seat in self._seats():
            states = seat.states()
            for op_id, (row_id, amount) in seat.added.items():
                if states[op_id] == OutboxState.DONE:
                    accepted[row_id] = accepted.get(row_id, Decimal(0)) + amount
        for (entity, row_id), row in self.office.rows().items():
            if entity == name_of(PartUsed):
                assert Decimal(int(row[at] or 0)).scaleb(-4) == BOOKED + accepted.get(
                    UUID(row_id), Decimal(0)
                )

    def _round(self, seat: Seat, faults: Any = ()) -> None:
        seat.line.faults = list(faults)
        try:
            perform(run_round(seat.laptop.store, lambda news: None), seat.line)
        except Offline:
            assert faults

    def _pick(self, seat: Seat, entity: type[Entity], pick: int) -> UUID | None:
        ids = sorted(row_id for name, row_id in seat.laptop.rows() if name == name_of(entity))
        return UUID(ids[pick % len(ids)]) if ids else None


def _sets(body: str) -> set[tuple[str, str]]:
    """(row, field) of everything a mutation sets."""
    return {(op["id"], name) for op in json.loads(body) for name in op.get("patch", {}).get("set", {})}


TestTwoDevices = TwoDevices.TestCase
TestTwoDevices.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
