"""However an organisation changes, a laptop holds exactly what its user may see.

Random histories on both databases: customers come, move and go, their contacts change employer, people are
assigned, relieved and stand in for each other, while laptops pull in pages of any size with changes
happening between two pages.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.ambient import today
from app.domain.customers import Collaborator, Contact, Customer, DelegatedCustomer
from app.domain.entity import CATALOGUE, Entity, name_of
from app.domain.organisation import Delegation, TerritoryAssignment
from sync.digest import Digest
from sync.protocol import Status
from sync.server.change_log import ChangeLog
from sync.server.database import Database
from sync.server.digest import fingerprint
from sync.server.tenants import follow_the_calendar
from tests.server.oracle import holds, should_hold
from tests.server.world import Laptop, World, a_contact

TODAY = today()


class History:
    """A world with things to change, chosen by number."""

    def __init__(self, database: Database) -> None:
        self.world = World(database)
        self.territories = [self.world.north, self.world.south]
        self.users = [self.world.anna, self.world.ben, self.world.lin, self.world.mo]
        self.laptops = [self.world.laptop(user) for user in self.users]
        self.ids: dict[type[Entity], list[str]] = {
            Customer: [], Contact: [], Collaborator: [], TerritoryAssignment: [], Delegation: [],
            DelegatedCustomer: [],
        }  # fmt: skip
        for number in range(3):
            self.found(number)

    def found(self, a: int, _b: int = 0) -> None:
        customer = self.world.add_customer(self.territories[a % 2])
        self.ids[Customer].append(customer)
        self.ids[Contact].append(self.world.add(Contact, customer, **a_contact(customer)))

    def hire(self, a: int, b: int) -> None:
        if customer := self._one(Customer, a):
            self.ids[Contact].append(self.world.add(Contact, customer, **a_contact(customer, name=f"N{b}")))

    def move(self, a: int, b: int) -> None:
        if customer := self._one(Customer, a):
            self.world.edit(customer, territory_id=self.territories[b % 2])

    def rename(self, a: int, b: int) -> None:
        if contact := self._one(Contact, a):
            self.world.edit(contact, name=f"Name {b}")

    def dismiss(self, a: int, _b: int) -> None:
        if contact := self._one(Contact, a):
            self._delete(Contact, contact)

    def assign(self, a: int, b: int) -> None:
        days = [None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=1)]
        starts, ends = days[b % 4], days[b // 4 % 4]
        values: dict[str, Any] = {
            "user_id": self.users[a % 4], "territory_id": self.territories[b % 2],
            "starts_on": starts and starts.isoformat(), "ends_on": ends and ends.isoformat(),
        }  # fmt: skip
        self.ids[TerritoryAssignment].append(self.world.add(TerritoryAssignment, CATALOGUE.hex, **values))

    def relieve(self, a: int, _b: int) -> None:
        if assignment := self._one(TerritoryAssignment, a):
            self._delete(TerritoryAssignment, assignment)

    def invite(self, a: int, b: int) -> None:
        if customer := self._one(Customer, a):
            values = {"customer_id": customer, "user_id": self.users[b % 4]}
            self.ids[Collaborator].append(self.world.add(Collaborator, customer, **values))

    def leave(self, a: int, _b: int) -> None:
        if collaborator := self._one(Collaborator, a):
            self._delete(Collaborator, collaborator)

    def delegate(self, a: int, b: int) -> None:
        days = [(0, 1), (-1, 0), (-2, -1), (1, 2)][b // 4 % 4]
        starts, ends = ((TODAY + timedelta(days=away)).isoformat() for away in days)
        values: dict[str, Any] = {
            "owner_id": self.users[a % 4], "delegate_id": self.users[b % 4],
            "starts_on": starts, "ends_on": ends,
            "territory_id": self.territories[b % 2] if a % 2 else None,
        }  # fmt: skip
        self.ids[Delegation].append(self.world.add(Delegation, CATALOGUE.hex, **values))

    def choose(self, a: int, b: int) -> None:
        customer, delegation = self._one(Customer, a), self._one(Delegation, b)
        if customer and delegation:
            values = {"customer_id": customer, "delegation_id": delegation}
            self.ids[DelegatedCustomer].append(self.world.add(DelegatedCustomer, customer, **values))

    def release(self, a: int, _b: int) -> None:
        if chosen := self._one(DelegatedCustomer, a):
            self._delete(DelegatedCustomer, chosen)

    def redirect(self, a: int, b: int) -> None:
        if delegation := self._one(Delegation, a):
            self.world.edit(delegation, delegate_id=self.users[b % 4])

    def change_employer(self, a: int, b: int) -> None:
        contact, customer = self._one(Contact, a), self._one(Customer, b)

        def move(log: ChangeLog) -> None:
            row = log.row(contact or "")
            assert row
            assert customer
            log.move(replace(row, values={**row.values, "customer_id": customer}), customer)

        if contact and customer:
            self.world.write(move)

    def suspend(self, a: int, b: int) -> None:
        self.world.edit(self.users[a % 4], active=b % 2)

    def _one(self, entity: type[Entity], number: int) -> str | None:
        ids = self.ids[entity]
        return ids[number % len(ids)] if ids else None

    def _delete(self, entity: type[Entity], row_id: str) -> None:
        def delete(log: ChangeLog) -> None:
            row = log.row(row_id)
            assert row
            log.delete(row)

        self.world.write(delete)
        self.ids[entity].remove(row_id)


CHANGES: list[Callable[[History, int, int], None]] = [
    History.found, History.hire, History.move, History.move, History.rename, History.dismiss,
    History.assign, History.relieve, History.invite, History.leave, History.suspend, History.delegate,
    History.delegate, History.choose, History.choose, History.release, History.redirect,
    History.change_employer, History.change_employer,
]  # fmt: skip

change = st.tuples(st.sampled_from(CHANGES), st.integers(0, 15), st.integers(0, 15))
pulled = st.tuples(st.integers(0, 3), st.integers(1, 7), st.lists(change, max_size=6))


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(steps=st.lists(st.one_of(change, pulled), min_size=3, max_size=20))
def test_a_laptop_holds_exactly_what_its_user_may_see(shared: Database, steps: list[Any]) -> None:
    history = History(shared)
    for step in steps:
        if callable(step[0]):
            step[0](history, step[1], step[2])
        else:
            laptop, limit, meanwhile = step
            _pull(history, history.laptops[laptop], limit, list(meanwhile))
    for laptop in history.laptops:
        _pull(history, laptop, 5, [])
        assert holds(laptop) == should_hold(history.world, laptop.caller.user, TODAY)


def _pull(history: History, laptop: Laptop, limit: int, meanwhile: list[Any]) -> None:
    def happen() -> None:
        if meanwhile:
            do, a, b = meanwhile.pop()
            do(history, a, b)

    laptop.pull(limit, happen)


def test_a_customer_given_to_another_territory_leaves_one_laptop_and_enters_the_other(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna, ben, lin = (world.laptop(user).pull() for user in (world.anna, world.ben, world.lin))

    world.edit(rossi, territory_id=world.south)

    for laptop in (anna, ben, lin):
        laptop.pull()
    assert anna.last_out == [rossi]
    assert {rossi, contact} <= ben.rows.keys()
    assert lin.last_out == []  # who held it through both territories notices nothing but the edit
    assert {rossi, contact} <= lin.rows.keys()


def test_a_delegation_gives_and_takes_on_its_days(world: World) -> None:
    rossi = world.add_customer(world.south)
    first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    world.add(
        Delegation, CATALOGUE.hex, owner_id=world.ben, delegate_id=world.anna, territory_id=world.south,
        starts_on=first.isoformat(), ends_on=last.isoformat(),
    )  # fmt: skip
    anna = world.laptop(world.anna)

    seen = [rossi in anna.pull().rows]
    for day in (first, last, last + timedelta(days=1)):
        with world.database.write() as connection:
            follow_the_calendar(connection, world.tenant, day)
        seen.append(rossi in anna.pull().rows)

    assert seen == [False, True, True, False]


def test_chosen_customers_reach_the_delegate_and_leave_when_the_choice_is_taken_back(world: World) -> None:
    rossi, verdi = world.add_customer(world.south), world.add_customer(world.south)
    day = TODAY.isoformat()
    ben = world.laptop(world.ben).pull()
    delegation = ben.create(
        Delegation, {"owner_id": world.ben, "delegate_id": world.anna, "starts_on": day, "ends_on": day}
    )
    chosen = ben.create(DelegatedCustomer, {"customer_id": rossi, "delegation_id": delegation.id.hex})
    anna = world.laptop(world.anna).pull()

    given = ben.push(delegation, chosen)
    had = {rossi, verdi} & anna.pull().rows.keys()
    ben.pull()
    ben.push(ben.delete(chosen.id.hex))

    assert given.status is Status.APPLIED
    assert (had, {rossi, verdi} & anna.pull().rows.keys()) == ({rossi}, set())


def test_an_engineer_delegates_his_own_work_only(world: World) -> None:
    day = TODAY.isoformat()
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()

    def delegated(owner: str, territory: str) -> dict[str, Any]:
        said = {"owner_id": owner, "delegate_id": world.lin, "territory_id": territory}
        return {**said, "starts_on": day, "ends_on": day}

    of_ben = anna.push(anna.create(Delegation, delegated(world.ben, world.south)))
    not_hers = anna.push(anna.create(Delegation, delegated(world.anna, world.south)))
    hers = anna.push(anna.create(Delegation, delegated(world.anna, world.north)))
    by_office = lin.push(lin.create(Delegation, delegated(world.ben, world.south)))

    assert [of_ben.code, not_hers.code] == ["right.delegation", "right.delegation"]
    assert {hers.status, by_office.status} == {Status.APPLIED}


def test_a_date_that_comes_gives_and_takes_a_territory(world: World) -> None:
    rossi = world.add_customer(world.south)
    tomorrow = TODAY + timedelta(days=1)
    world.add(
        TerritoryAssignment, CATALOGUE.hex, user_id=world.anna, territory_id=world.south,
        starts_on=tomorrow.isoformat(), ends_on=tomorrow.isoformat(),
    )  # fmt: skip
    anna = world.laptop(world.anna)

    seen = [rossi in anna.pull().rows]
    for day in (tomorrow, tomorrow, tomorrow + timedelta(days=1)):
        with world.database.write() as connection:
            follow_the_calendar(connection, world.tenant, day)
        seen.append(rossi in anna.pull().rows)

    assert seen == [False, True, True, False]


def test_a_calendar_without_news_makes_no_commit(world: World) -> None:
    anna = world.laptop(world.anna).pull()
    before = anna.cursor

    with world.database.write() as connection:
        assert follow_the_calendar(connection, world.tenant, TODAY) == 0

    assert anna.pull().cursor == before


@pytest.mark.parametrize("who", ["anna", "mo"])
def test_the_digest_is_that_of_the_rows_a_laptop_holds(world: World, who: str) -> None:
    for territory in (world.north, world.south):
        customer = world.add_customer(territory)
        world.add(Contact, customer, **a_contact(customer))
    laptop = world.laptop(getattr(world, who)).pull()

    with world.database.read() as connection:
        said = fingerprint(connection, laptop.caller)

    own = [Digest.of(name_of(row.entity), [(row_id, row.rev)]) for row_id, row in laptop.rows.items()]
    assert sum(said.entities.values(), Digest()) == sum(own, Digest())
    assert said.to_wire()["total"] == sum(own, Digest()).to_wire()
