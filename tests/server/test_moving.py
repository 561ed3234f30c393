"""Rows hung below another customer: gone for who sees only the old one, whole for who sees the new."""

from datetime import timedelta

import pytest

from app.domain.ambient import today
from app.domain.assets import AsBuiltItem, Asset, PartReplacement
from app.domain.conflicts import Conflict, ConflictKind
from app.domain.customers import Contact, Site
from sync.protocol import Status
from tests.server.oracle import holds, should_hold
from tests.server.world import NOW, Laptop, World, a_contact


class Sale:
    """A lift of Rossi (north, Anna) with a part and its history goes to Verdi (south, Ben)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rossi, self.verdi = world.add_customer(world.north), world.add_customer(world.south)
        self.lift = world.add(Asset, self.rossi, customer_id=self.rossi, name="Lift", status="running")
        self.item = world.add(AsBuiltItem, self.rossi, asset_id=self.lift, description="Door")
        self.past = world.add(PartReplacement, self.rossi, asset_id=self.lift, replaced_at=NOW)
        self.anna, self.ben, self.lin = (
            world.laptop(user).pull() for user in (world.anna, world.ben, world.lin)
        )

    def sell(self) -> None:
        result = self.lin.push(self.lin.edit(self.lift, customer_id=self.verdi))
        assert result.status is Status.APPLIED

    def machine(self) -> set[str]:
        return {self.lift, self.item, self.past}


@pytest.fixture
def sale(world: World) -> Sale:
    return Sale(world)


def test_a_sold_machine_and_all_below_it_change_hands_in_one_commit(sale: Sale) -> None:
    sale.sell()

    assert sale.machine().isdisjoint(sale.anna.pull().rows)
    assert sale.rossi in sale.anna.rows
    assert sale.machine() <= sale.ben.pull().rows.keys()
    assert {sale.lin.pull().rows[row_id].root_id for row_id in sale.machine()} == {sale.verdi}


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_a_machine_sold_between_two_pages_is_on_no_wrong_laptop(world: World, limit: int) -> None:
    sale = Sale(world)
    new: Laptop = world.laptop(world.anna)
    to_come = [sale.sell]

    new.pull(limit, between=lambda: to_come.pop()() if to_come else None)
    new.pull(limit)

    assert sale.machine().isdisjoint(new.rows)
    assert sale.rossi in new.rows


def test_a_machine_that_comes_back_is_there_again(sale: Sale) -> None:
    sale.sell()
    sale.anna.pull()
    sale.lin.pull()
    sale.lin.push(sale.lin.edit(sale.lift, customer_id=sale.rossi))

    assert sale.machine() <= sale.anna.pull().rows.keys()
    assert sale.machine().isdisjoint(sale.ben.pull().rows)
    for laptop in (sale.anna, sale.ben, sale.lin.pull()):
        assert holds(laptop) == should_hold(sale.world, laptop.caller.user, today())


def test_nobody_moves_a_row_to_a_customer_he_does_not_see(sale: Sale) -> None:
    assert sale.anna.push(sale.anna.edit(sale.lift, customer_id=sale.verdi)).code == "scope.foreign"


def test_what_the_machine_points_to_must_come_along_or_be_let_go(sale: Sale) -> None:
    hall = sale.world.add(Site, sale.rossi, customer_id=sale.rossi, name="Hall")
    sale.world.edit(sale.lift, site_id=hall)
    sale.lin.pull()

    kept = sale.lin.push(sale.lin.edit(sale.lift, customer_id=sale.verdi))
    sale.lin.pull()
    del sale.lin.rows[sale.lift]
    sale.lin.cursor = ""
    sale.lin.pull()
    let_go = sale.lin.push(sale.lin.edit(sale.lift, customer_id=sale.verdi, site_id=None))

    assert (kept.code, let_go.status) == ("reference.foreign_root", Status.APPLIED)


def test_an_edit_made_before_the_news_of_the_sale_is_taken(sale: Sale) -> None:
    sale.sell()

    result = sale.anna.push(sale.anna.edit(sale.lift, location="Hall 2"))

    assert result.status is Status.APPLIED
    assert sale.ben.pull().value(sale.lift, "location") == "Hall 2"


def test_an_edit_long_after_the_sale_waits_for_the_new_owner(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale.sell()
    monkeypatch.setattr("sync.server.rights.GRACE", timedelta(days=-1))

    result = sale.anna.push(sale.anna.edit(sale.lift, location="Hall 2"))

    [conflict] = sale.ben.pull().conflicts()
    assert result.status is Status.CONFLICT
    assert (conflict["kind"], conflict["row_id"]) == (ConflictKind.LATE, sale.lift)


def test_an_open_question_moves_with_its_row(sale: Sale) -> None:
    sale.lin.push(sale.lin.edit(sale.lift, location="A"))
    sale.anna.push(sale.anna.edit(sale.lift, location="B"))

    sale.lin.pull()
    sale.sell()

    assert sale.anna.pull().of(Conflict) == {}
    assert len(sale.ben.pull().of(Conflict)) == 1


def test_a_contact_changes_employer(sale: Sale) -> None:
    li = sale.world.add(Contact, sale.rossi, **a_contact(sale.rossi))
    sale.lin.pull()

    sale.lin.push(sale.lin.edit(li, customer_id=sale.verdi))

    assert li in sale.ben.pull().rows
