"""What two people did to the same row, brought together by the declared policies on a real database."""

import json

from app.domain.assets import Asset
from app.domain.conflicts import Conflict, ConflictKind
from app.domain.customers import Contact
from app.domain.service_orders import PartUsed, ServiceOrder
from sync.protocol import OpKind, Status
from tests.server.world import NOW, Laptop, World, a_contact


def _order(world: World, customer: str, **values: object) -> str:
    facts = {
        "number": "SO-1", "customer_id": customer, "type": "repair", "state": "accepted",
        "severity": "normal", "subject": "Door jams",
    } | values  # fmt: skip
    return world.add(ServiceOrder, customer, **facts)  # type: ignore[arg-type]


def _pair(world: World) -> tuple[Laptop, Laptop]:
    return world.laptop(world.anna).pull(), world.laptop(world.lin).pull()


def test_edits_of_different_fields_are_both_kept(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1", industry="crane")
    anna, lin = _pair(world)

    lin.push(lin.edit(rossi, industry="boiler"))
    result = anna.push(anna.edit(rossi, phone="2"))

    anna.pull()
    assert result.status is Status.APPLIED
    assert (anna.value(rossi, "industry"), anna.value(rossi, "phone")) == ("boiler", "2")


def test_the_same_field_changed_twice_is_asked_and_the_first_value_stands(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)

    lin.push(lin.edit(rossi, phone="2"))
    result = anna.push(anna.edit(rossi, phone="3"))

    anna.pull()
    [conflict] = anna.conflicts()
    assert result.status is Status.CONFLICT
    assert anna.value(rossi, "phone") == "2"
    assert [conflict[name] for name in ("base", "mine", "theirs")] == ['"1"', '"3"', '"2"']
    assert conflict["author_id"] == world.anna
    assert conflict["their_author_id"] == world.lin
    assert lin.pull().conflicts() == [conflict]


def test_both_having_typed_the_same_is_no_conflict(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)

    lin.push(lin.edit(rossi, phone="2"))

    assert anna.push(anna.edit(rossi, phone="2")).status is Status.APPLIED


def test_an_address_is_never_mixed_from_two(world: World) -> None:
    rossi = world.add_customer(world.north, city="Suzhou", street="Old Street 1")
    anna, lin = _pair(world)

    lin.push(lin.edit(rossi, city="Wuxi"))
    anna.push(anna.edit(rossi, street="New Street 2"))

    [conflict] = anna.pull().conflicts()
    assert (anna.value(rossi, "city"), anna.value(rossi, "street")) == ("Wuxi", "Old Street 1")
    assert conflict["field"] == "address"
    assert json.loads(str(conflict["mine"]))["street"] == "New Street 2"


def test_parts_booked_by_two_people_add_up(world: World) -> None:
    rossi = world.add_customer(world.north)
    order = _order(world, rossi)
    part = world.add(PartUsed, rossi, service_order_id=order, description="Bolt", amount=10_000)
    anna, lin = _pair(world)

    lin.push(lin.edit(part, amount=30_000))
    anna.push(anna.edit(part, amount=20_000))

    assert anna.pull().value(part, "amount") == 40_000


def test_of_two_meter_readings_the_higher_stands(world: World) -> None:
    rossi = world.add_customer(world.north)
    lift = world.add(Asset, rossi, customer_id=rossi, name="Lift", status="running", meter=100_000)
    anna, lin = _pair(world)

    lin.push(lin.edit(lift, meter=300_000))
    anna.push(anna.edit(lift, meter=200_000))

    assert anna.pull().value(lift, "meter") == 300_000


def test_tags_added_by_two_people_are_all_there(world: World) -> None:
    rossi = world.add_customer(world.north, labels='["old"]')
    anna, lin = _pair(world)

    lin.push(lin.edit(rossi, labels='["lift","old"]'))
    anna.push(anna.edit(rossi, labels='["crane"]'))

    assert anna.pull().value(rossi, "labels") == '["crane","lift"]'


def test_a_long_note_is_merged_by_line(world: World) -> None:
    rossi = world.add_customer(world.north, note="one\ntwo\nthree\n")
    anna, lin = _pair(world)

    lin.push(lin.edit(rossi, note="ONE\ntwo\nthree\n"))
    anna.push(anna.edit(rossi, note="one\ntwo\nTHREE\n"))

    assert anna.pull().value(rossi, "note") == "ONE\ntwo\nTHREE\n"


def test_a_state_follows_its_edges_only(world: World) -> None:
    rossi = world.add_customer(world.north)
    order = _order(world, rossi)
    anna = world.laptop(world.anna).pull()

    result = anna.push(anna.edit(order, state="completed"))

    assert (result.status, result.code) == (Status.REJECTED, "state.no_edge")


def test_work_on_an_order_the_office_cancelled_meanwhile_is_asked(world: World) -> None:
    rossi = world.add_customer(world.north)
    order = _order(world, rossi)
    anna, lin = _pair(world)

    lin.push(lin.edit(order, state="cancelled"))
    result = anna.push(anna.edit(order, state="en_route"))

    assert result.status is Status.CONFLICT
    assert anna.pull().value(order, "state") == "cancelled"


def test_all_or_nothing_means_that_a_conflict_keeps_everything_back(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))

    result = anna.push(anna.edit(rossi, phone="3", email="a@b"), on_conflict="all")

    assert (result.status, result.code) == (Status.REJECTED, "conflict.all_or_nothing")
    assert world.laptop(world.anna).pull().value(rossi, "email") is None


# One disagreement is one record


def test_a_later_edit_of_the_same_field_joins_the_open_conflict(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))

    first = anna.push(anna.edit(rossi, phone="3"))
    second = anna.push(anna.edit(rossi, phone="4"))

    [conflict] = anna.pull().conflicts()
    assert first.conflicts == second.conflicts
    assert (conflict["base"], conflict["mine"]) == ('"1"', '"4"')


def test_a_conflict_closes_by_itself_when_the_values_meet(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, phone="3"))

    lin.push(lin.edit(rossi, phone="3"))

    assert anna.pull().conflicts() == []
    assert len(anna.conflicts("met")) == 1


def test_a_conflict_closes_when_its_author_changes_his_mind(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, phone="3"))

    anna.pull()
    anna.push(anna.edit(rossi, phone="5"))

    assert anna.pull().value(rossi, "phone") == "5"
    assert len(anna.conflicts("met")) == 1


def test_an_open_conflict_shows_the_newest_value_of_the_server(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, phone="3"))

    lin.push(lin.edit(rossi, phone="9"))

    [conflict] = anna.pull().conflicts()
    assert conflict["theirs"] == '"9"'


def test_resolving_a_conflict_is_an_ordinary_change(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, phone="3"))
    anna.pull()
    [conflict] = anna.of(Conflict)

    result = anna.push(
        anna.edit(rossi, phone="3"),
        anna.edit(conflict, state="resolved", resolved_by_id=world.anna, resolved_at=NOW),
    )

    lin.pull()
    assert result.status is Status.APPLIED
    assert lin.value(rossi, "phone") == "3"
    assert [c["resolved_by_id"] for c in lin.conflicts("resolved")] == [world.anna]


def test_resolving_too_late_asks_again(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, phone="3"))
    anna.pull()
    [conflict] = anna.of(Conflict)
    lin.push(lin.edit(rossi, phone="9"))

    result = anna.push(anna.edit(rossi, phone="3"), anna.edit(conflict, state="resolved"))

    anna.pull()
    assert result.status is Status.CONFLICT
    assert anna.value(rossi, "phone") == "9"
    assert [c["mine"] for c in anna.conflicts()] == ['"3"']
    assert len(anna.conflicts("resolved")) == 1


def test_two_people_resolving_the_same_conflict_do_not_disagree_about_it(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, phone="3"))
    anna.pull()
    lin.pull()
    [conflict] = anna.of(Conflict)

    results = [user.push(user.edit(conflict, state="resolved")) for user in (anna, lin)]

    assert {result.status for result in results} == {Status.APPLIED}


def test_nobody_rewrites_what_a_conflict_testifies(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna, lin = _pair(world)
    lin.push(lin.edit(rossi, phone="2"))
    anna.push(anna.edit(rossi, phone="3"))
    [conflict] = anna.pull().of(Conflict)

    forged = [
        anna.push(anna.edit(conflict, mine='"666"')),
        anna.push(anna.edit(conflict, state="resolved", resolved_by_id=world.lin)),
        anna.push(anna.delete(conflict)),
    ]

    assert {result.code for result in forged} == {"right.conflict"}


# Edit against delete


def test_changing_what_was_deleted_there_keeps_the_whole_row_in_a_conflict(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi, phone="1"))
    anna, lin = _pair(world)
    lin.push(lin.delete(contact))

    result = anna.push(anna.edit(contact, phone="2"))

    [conflict] = anna.pull().conflicts()
    kept = json.loads(str(conflict["mine"]))
    assert result.status is Status.CONFLICT
    assert conflict["kind"] == ConflictKind.DELETED_THERE
    assert (kept["name"], kept["phone"]) == ("Wang Fang", "2")
    assert contact not in anna.rows


def test_deleting_what_was_changed_there_leaves_the_row_and_asks(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi, phone="1"))
    anna, lin = _pair(world)
    lin.push(lin.edit(contact, phone="2"))

    result = anna.push(anna.delete(contact))

    [conflict] = anna.pull().conflicts()
    assert result.status is Status.CONFLICT
    assert conflict["kind"] == ConflictKind.DELETED_HERE
    assert anna.value(contact, "phone") == "2"


def test_ones_own_unseen_edits_do_not_stand_in_the_way_of_a_delete(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna = world.laptop(world.anna).pull()

    anna.push(anna.edit(contact, phone="2"))
    anna.push(anna.edit(contact, phone="3"))

    assert anna.push(anna.delete(contact)).status is Status.APPLIED


def test_someone_elses_edit_between_ones_own_does(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna, lin = _pair(world)

    anna.push(anna.edit(contact, phone="2"))
    lin.push(lin.edit(contact, email="a@b"))
    anna.push(anna.edit(contact, phone="3"))

    assert anna.push(anna.delete(contact)).status is Status.CONFLICT


def test_a_deleted_row_does_not_rise_again_by_chance(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna, lin = _pair(world)
    lin.push(lin.delete(contact))

    again = anna.create(Contact, a_contact(rossi), row_id=contact)

    assert anna.push(again).code == "row.deleted"


def test_resolving_may_bring_a_deleted_row_back(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna, lin = _pair(world)
    lin.push(lin.delete(contact))
    anna.push(anna.edit(contact, phone="2"))
    [conflict] = anna.pull().of(Conflict)

    kept = json.loads(str(anna.value(conflict, "mine")))
    result = anna.push(anna.create(Contact, kept, row_id=contact), anna.edit(conflict, state="resolved"))

    lin.pull()
    assert result.status is Status.APPLIED
    assert lin.value(contact, "phone") == "2"
    assert lin.rows[contact].rev == 3


def test_deleting_what_is_gone_already_is_fine(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna, lin = _pair(world)
    lin.push(lin.delete(contact))

    delete = anna.delete(contact)

    assert delete.kind is OpKind.DELETE
    assert anna.push(delete).status is Status.APPLIED
