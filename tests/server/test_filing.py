"""Mutations nobody did wrong that cannot be applied wait whole, in conflicts; what becomes of those."""

import json
from datetime import timedelta

import pytest

from app.domain.conflicts import ConflictKind
from app.domain.customers import Contact, Customer
from app.domain.service_orders import ChecklistItem, PartUsed, ServiceOrder
from app.domain.visits import Visit
from sync.protocol import Status
from tests.server.world import NOW, Laptop, World, a_contact


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has left has left long ago."""
    monkeypatch.setattr("sync.server.rights.GRACE", timedelta(days=-1))


def an_order(customer: str, **values: object) -> dict[str, object]:
    return {
        "number": "SO-1", "customer_id": customer, "type": "repair", "state": "accepted",
        "severity": "normal", "subject": "Door jams",
    } | values  # fmt: skip


def _left(world: World, **values: object) -> tuple[str, Laptop, Laptop]:
    """Anna edits a customer who has become Ben's, and does not know."""
    rossi = world.add_customer(world.north, **values)  # type: ignore[arg-type]
    anna = world.laptop(world.anna).pull()
    world.edit(rossi, territory_id=world.south)
    return rossi, anna, world.laptop(world.ben).pull()


@pytest.mark.usefixtures("late")
def test_work_on_a_customer_handed_over_long_ago_waits_for_the_new_owner(world: World) -> None:
    rossi, anna, ben = _left(world, phone="1")

    result = anna.push(anna.edit(rossi, phone="2", email="a@b"))

    [conflict] = ben.pull().conflicts()
    assert result.status is Status.CONFLICT
    assert conflict["kind"] == ConflictKind.LATE
    assert json.loads(str(conflict["mine"])) == {"phone": "2", "email": "a@b"}
    assert json.loads(str(conflict["theirs"])) == {"phone": "1", "email": None}
    assert conflict["author_id"] == world.anna
    assert ben.value(rossi, "phone") == "1"
    assert anna.pull().of(Customer) == {}


@pytest.mark.usefixtures("late")
def test_the_new_owner_may_take_over_what_came_late(world: World) -> None:
    rossi, anna, ben = _left(world, phone="1")
    anna.push(anna.edit(rossi, phone="2"))
    [conflict] = [row_id for row_id, row in ben.pull().rows.items() if row.values.get("kind") == "late"]

    result = ben.push(ben.edit(rossi, phone="2"), ben.edit(conflict, state="resolved"))

    assert result.status is Status.APPLIED
    assert ben.pull().value(rossi, "phone") == "2"


@pytest.mark.usefixtures("late")
def test_what_is_done_late_again_and_again_is_one_question(world: World) -> None:
    rossi, anna, ben = _left(world, phone="1")

    anna.push(anna.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, email="a@b"))
    anna.push(anna.edit(rossi, phone="3"))

    [conflict] = ben.pull().conflicts()
    assert json.loads(str(conflict["mine"])) == {"phone": "3", "email": "a@b"}


@pytest.mark.usefixtures("late")
def test_a_whole_order_made_late_waits_with_all_that_was_done_on_it(world: World) -> None:
    rossi, anna, ben = _left(world)
    order = anna.create(ServiceOrder, an_order(rossi))  # type: ignore[arg-type]
    step = {"position": 1, "step": "Look", "mandatory": 1, "service_order_id": order.id.hex}

    made = anna.push(order, anna.create(ChecklistItem, step))
    part = {"service_order_id": order.id.hex, "description": "Bolt", "amount": 10_000}
    later = anna.push(anna.create(PartUsed, part))

    waiting = ben.pull().conflicts()
    assert (made.status, later.status) == (Status.CONFLICT, Status.CONFLICT)
    assert sorted(str(conflict["entity"]) for conflict in waiting) == [
        "checklist_item", "part_used", "service_order",
    ]  # fmt: skip
    assert {conflict["theirs"] for conflict in waiting} == {"null"}


@pytest.mark.usefixtures("late")
def test_a_late_conflict_closes_when_the_new_owner_writes_the_same(world: World) -> None:
    rossi, anna, ben = _left(world, phone="1")
    anna.push(anna.edit(rossi, phone="2"))

    ben.push(ben.edit(rossi, phone="2"))

    assert ben.pull().conflicts() == []
    assert len(ben.conflicts("met")) == 1


def test_bookings_that_take_away_more_than_there_is_are_asked_about(world: World) -> None:
    rossi = world.add_customer(world.north)
    order = world.add(ServiceOrder, rossi, **an_order(rossi))  # type: ignore[arg-type]
    part = world.add(PartUsed, rossi, service_order_id=order, description="Bolt", amount=50_000)
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()

    lin.push(lin.edit(part, amount=10_000))
    result = anna.push(anna.edit(part, amount=10_000))

    [conflict] = anna.pull().conflicts()
    assert result.status is Status.CONFLICT
    assert conflict["kind"] == ConflictKind.RULE
    assert json.loads(str(conflict["theirs"])) == {"amount": 10_000}
    assert anna.value(part, "amount") == 10_000


def test_texts_that_merge_into_one_too_long_are_asked_about(world: World) -> None:
    half = "x" * 12_000
    rossi = world.add_customer(world.north, note="a\nb\n")
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()

    lin.push(lin.edit(rossi, note=f"{half}\na\nb\n"))
    result = anna.push(anna.edit(rossi, note=f"a\nb\n{half}\n", phone="2"))

    [conflict] = anna.pull().conflicts()
    assert (result.status, conflict["kind"]) == (Status.CONFLICT, ConflictKind.RULE)
    assert json.loads(str(conflict["mine"]))["phone"] == "2"
    assert anna.value(rossi, "phone") is None  # all of the action or nothing


def test_ones_own_mistake_is_no_conflict(world: World) -> None:
    rossi = world.add_customer(world.north)
    order = world.add(ServiceOrder, rossi, **an_order(rossi))  # type: ignore[arg-type]
    part = world.add(PartUsed, rossi, service_order_id=order, description="Bolt", amount=50_000)
    anna = world.laptop(world.anna).pull()

    result = anna.push(anna.edit(part, amount=-10_000))

    assert (result.status, result.code) == (Status.REJECTED, "field.not_positive")


# Edit against delete


def test_edits_of_a_deleted_row_are_one_question(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()
    lin.push(lin.delete(contact))

    anna.push(anna.edit(contact, phone="2"))
    anna.push(anna.edit(contact, email="a@b"))

    [conflict] = anna.pull().conflicts()
    kept = json.loads(str(conflict["mine"]))
    assert (kept["phone"], kept["email"]) == ("2", "a@b")


def test_a_conflict_about_a_row_that_somebody_deletes_keeps_the_row(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi, phone="1"))
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()
    lin.push(lin.edit(contact, phone="2"))
    anna.push(anna.edit(contact, phone="3"))

    lin.pull().push(lin.delete(contact))

    [conflict] = anna.pull().conflicts()
    assert conflict["kind"] == ConflictKind.DELETED_THERE
    kept = json.loads(str(conflict["mine"]))
    assert (kept["name"], kept["phone"]) == ("Wang Fang", "3")


def test_a_row_one_wanted_gone_and_a_third_person_deletes_is_no_question_any_more(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna, lin, mo = (world.laptop(user).pull() for user in (world.anna, world.lin, world.mo))
    lin.push(lin.edit(contact, phone="2"))
    anna.push(anna.delete(contact))

    mo.pull().push(mo.delete(contact))

    assert anna.pull().conflicts() == []
    assert len(anna.conflicts("met")) == 1


def test_a_third_person_who_writes_the_same_closes_the_conflict(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin, mo = (world.laptop(user).pull() for user in (world.anna, world.lin, world.mo))
    lin.push(lin.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, phone="3"))

    mo.pull().push(mo.edit(rossi, phone="3"))

    assert anna.pull().conflicts() == []


# What only the office answers


def _asked(laptop: Laptop) -> str:
    [conflict] = [row_id for row_id, row in laptop.rows.items() if row.values.get("state") == "open"
                  and "their_author_id" in row.values]  # fmt: skip
    return conflict


@pytest.mark.parametrize("what", ["money", "signed"])
def test_money_and_signed_orders_are_for_the_office_to_answer(world: World, what: str) -> None:
    rossi = world.add_customer(world.north)
    facts = an_order(rossi, cost=10_000, currency="CNY", state="working" if what == "money" else "signed")
    order = world.add(ServiceOrder, rossi, **facts)  # type: ignore[arg-type]
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()
    changed = {"cost": (20_000, 30_000)} if what == "money" else {"subject": ("A", "B")}
    [(name, (theirs, mine))] = changed.items()
    lin.push(lin.edit(order, **{name: theirs}))
    anna.push(anna.edit(order, **{name: mine}))
    conflict = _asked(anna.pull())

    refused = anna.push(anna.edit(conflict, state="resolved"))
    lin.pull()
    answered = lin.push(lin.edit(conflict, state="resolved", resolved_by_id=world.lin))

    assert refused.code == "right.conflict"
    assert answered.status is Status.APPLIED


def test_two_orders_with_the_same_number_are_told_apart(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()

    for laptop in (anna, lin, lin):
        laptop.push(laptop.create(ServiceOrder, an_order(rossi)))  # type: ignore[arg-type]

    numbers = sorted(str(order["number"]) for order in anna.pull().of(ServiceOrder).values())
    assert numbers == ["SO-1", "SO-1-2", "SO-1-3"]


def test_two_peoples_child_rows_never_clash(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()
    facts = {"type": "routine", "state": "planned", "planned_from": NOW, "purpose": "Look"}
    visit = {"customer_id": rossi, **facts}

    results = [laptop.push(laptop.create(Visit, visit)) for laptop in (anna, lin)]

    assert {result.status for result in results} == {Status.APPLIED}
    assert len(anna.pull().of(Visit)) == 2
