"""What was set aside is corrected by its author and taken again too: what was meant last stands, once."""

from uuid import UUID

import pytest

from app.domain.customers import Contact
from app.domain.errors import Unavailable
from app.domain.service_orders import PartUsed, ServiceOrder
from sync.protocol import Mutation, Patch, Status
from sync.server.change_log import ChangeLog
from sync.server.push import FAILURES
from sync.server.quarantine import retry
from tests.server.world import Laptop, World


class Bug(Exception):
    """A mistake of ours somewhere below."""


def _set_aside(monkeypatch: pytest.MonkeyPatch, laptop: Laptop, mutation: Mutation) -> UUID:
    """The server fails at it until it is no longer tried."""

    def fail(_: object) -> None:
        raise Bug

    with monkeypatch.context() as broken:
        broken.setattr(ChangeLog, "add", fail)
        for _ in range(FAILURES - 1):
            with pytest.raises(Unavailable):
                laptop.send(mutation)
        result = laptop.send(mutation)
    assert result.status is Status.QUARANTINED
    return mutation.op_id


def _take_again(world: World) -> list[Status | None]:
    heard: list[Status | None] = []
    retry(world.database, world.tenant, lambda _, result: heard.append(result.status if result else None))
    return heard


def _standing(laptop: Laptop, row_id: UUID) -> dict[str, object]:
    return dict(laptop.pull().rows[row_id.hex].values)


def test_a_correction_that_comes_first_keeps_the_other_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    made = anna.new_contact(rossi, name="Li")
    aside = _set_aside(monkeypatch, anna, anna.mutation(made))

    corrected = anna.push(anna.create(Contact, {**made.values, "name": "Lin"}, made.id.hex), replaces=aside)

    assert (corrected.status, _take_again(world)) == (Status.APPLIED, [])
    assert _standing(anna, made.id)["name"] == "Lin"


def test_a_row_made_by_what_was_taken_again_is_corrected(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    made = anna.new_contact(rossi, name="Li", phone="138")
    aside = _set_aside(monkeypatch, anna, anna.mutation(made))
    assert _take_again(world) == [Status.APPLIED]
    world.edit(made.id.hex, email="li@rossi.example")

    corrected = anna.push(anna.create(Contact, {**made.values, "name": "Lin"}, made.id.hex), replaces=aside)

    stands = _standing(anna, made.id)
    assert corrected.status is Status.APPLIED
    assert (stands["name"], stands["phone"], stands["email"]) == ("Lin", "138", "li@rossi.example")
    assert _take_again(world) == []


def test_values_set_by_what_was_taken_again_are_corrected_without_a_question(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rossi = world.add_customer(world.north, phone="1", email="rossi@example")
    anna = world.laptop(world.anna).pull()
    seen = anna.rows[rossi]
    aside = _set_aside(monkeypatch, anna, anna.mutation(anna.edit(rossi, phone="2", email="other@example")))
    assert _take_again(world) == [Status.APPLIED]

    patch = Patch({"phone": "3"}, {"phone": "1"})
    corrected = anna.push(anna.patch(rossi, patch, seen), replaces=aside)

    stands = _standing(anna, UUID(rossi))
    assert corrected.status is Status.APPLIED
    assert (stands["phone"], stands["email"]) == ("3", "rossi@example")


def test_amounts_added_by_what_was_taken_again_count_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rossi = world.add_customer(world.north)
    order = world.add(
        ServiceOrder, rossi, number="1", customer_id=rossi, type="repair", state="accepted",
        severity="normal", subject="Door",
    )  # fmt: skip
    part = world.add(PartUsed, rossi, service_order_id=order, description="Bolt", amount=10_000)
    anna = world.laptop(world.anna).pull()
    seen = anna.rows[part]
    aside = _set_aside(monkeypatch, anna, anna.mutation(anna.edit(part, amount=40_000)))
    assert _take_again(world) == [Status.APPLIED]

    corrected = anna.push(anna.patch(part, Patch(delta={"amount": 20_000}), seen), replaces=aside)

    assert corrected.status is Status.APPLIED
    assert _standing(anna, UUID(part))["amount"] == 30_000


def test_what_somebody_else_changed_after_it_was_taken_is_a_question(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rossi = world.add_customer(world.north, name="Rossi")
    anna = world.laptop(world.anna).pull()
    seen = anna.rows[rossi]
    aside = _set_aside(monkeypatch, anna, anna.mutation(anna.edit(rossi, name="Rosi")))
    assert _take_again(world) == [Status.APPLIED]
    world.edit(rossi, name="Rossi SpA")

    patch = Patch({"name": "Rossi AG"}, {"name": "Rossi"})
    corrected = anna.push(anna.patch(rossi, patch, seen), replaces=aside)

    assert corrected.status is Status.CONFLICT
    assert _standing(anna, UUID(rossi))["name"] == "Rossi SpA"


def test_a_correction_of_a_correction_goes_by_what_was_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    made = anna.new_contact(rossi, name="L")
    first = _set_aside(monkeypatch, anna, anna.mutation(made))
    again = anna.create(Contact, {**made.values, "name": "Li"}, made.id.hex)
    second = _set_aside(monkeypatch, anna, anna.mutation(again, replaces=first))

    assert _take_again(world) == [Status.APPLIED, Status.APPLIED]
    assert _standing(anna, made.id)["name"] == "Li"
    third = anna.push(anna.create(Contact, {**made.values, "name": "Lin"}, made.id.hex), replaces=second)

    assert third.status is Status.APPLIED
    assert _standing(anna, made.id)["name"] == "Lin"
