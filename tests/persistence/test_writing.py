"""An edit and its mutation are one: what is saved is queued, and what is queued was saved."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import text

from app.domain.customers import Contact, Customer, SourceChannel
from app.domain.entity import Entity, name_of
from app.domain.ids import new_id
from app.domain.service_orders import PartUsed
from app.domain.visits import Visit
from app.persistence.replica import Replica
from tests.builders import (
    MORNING,
    a_checklist_item,
    a_contact,
    a_customer,
    a_part_used,
    a_visit,
    an_order,
)
from tests.replicas import ENGINEER, a_replica, count, edit, pulled, queued


def shadow(replica: Replica, row: Entity) -> Any:
    with replica.read() as session:
        found = session.execute(
            text("SELECT rev, payload FROM shadow WHERE entity = :entity AND row_id = :id"),
            {"entity": name_of(row), "id": row.id.hex},
        ).one_or_none()
    return found and (found.rev, found.payload and orjson.loads(found.payload))


def test_a_new_row_is_queued_whole_with_its_root(replica: Replica) -> None:
    customer = a_customer(name="新客户", source_channel=SourceChannel.REFERRAL)
    row_id = customer.id

    with replica.write("customer.create") as write:
        write.session.add(customer)

    (op,) = queued(replica)
    assert (op["op"], op["entity"], op["id"], op["root_id"]) == ("create", "customer", row_id.hex, row_id.hex)
    assert op["values"]["name"] == "新客户"
    assert op["values"]["source_channel"] == "referral"
    assert op["values"]["lifecycle_stage"] == "unqualified"  # a default is part of the row
    assert "phone" not in op["values"]
    assert write.changes.entities == {Customer}
    assert write.changes.ids == {row_id}


def test_an_edit_is_queued_as_a_patch_that_carries_what_the_user_saw(replica: Replica) -> None:
    customer = a_customer(phone="111", city="苏州")
    pulled(replica, customer, rev=7)

    edit(replica, Customer, customer.id, phone="222")

    (op,) = queued(replica)
    assert op["base_rev"] == 7
    assert op["patch"] == {"set": {"phone": "222"}, "was": {"phone": "111"}}


def test_a_group_travels_whole(replica: Replica) -> None:
    customer = a_customer(province="江苏", city="苏州")
    pulled(replica, customer)

    edit(replica, Customer, customer.id, city="无锡")

    (op,) = queued(replica)
    assert op["patch"]["set"] == {
        "province": "江苏", "city": "无锡", "district": None, "street": None, "postcode": None,
    }  # fmt: skip
    assert op["patch"]["was"]["city"] == "苏州"


def test_numbers_that_add_up_and_tags_are_queued_as_what_was_added(replica: Replica) -> None:
    customer = a_customer(labels=frozenset({"重点", "老客户"}))
    order = an_order(customer.id)
    part = a_part_used(order.id, amount=Decimal(2))
    pulled(replica, customer, order, part)

    with replica.write("order.book") as write:
        write.session.get_one(PartUsed, part.id).amount = Decimal("3.5")
        write.session.get_one(Customer, customer.id).labels = frozenset({"重点", "投诉"})

    patches = {op["entity"]: op["patch"] for op in queued(replica)}
    assert patches["part_used"] == {"delta": {"amount": 15000}}
    assert patches["customer"] == {"add": {"labels": ["投诉"]}, "remove": {"labels": ["老客户"]}}


def test_a_deletion_is_queued_and_the_row_is_gone(replica: Replica) -> None:
    customer = a_customer()
    contact = a_contact(customer.id)
    pulled(replica, customer, contact, rev=3)

    with replica.write("contact.delete") as write:
        write.session.delete(write.session.get_one(Contact, contact.id))

    (op,) = queued(replica)
    assert (op["op"], op["entity"], op["base_rev"]) == ("delete", "contact", 3)
    assert op["root_id"] == customer.id.hex
    assert count(replica, "contact") == 0
    assert shadow(replica, contact)[1]["name"] == "王芳"


def test_assigning_the_same_value_queues_nothing(replica: Replica) -> None:
    customer = a_customer(phone="111")
    pulled(replica, customer)

    with replica.write("customer.edit") as write:
        write.session.get_one(Customer, customer.id).phone = "111"

    assert not write.changes
    assert count(replica, "outbox") == count(replica, "shadow") == 0


def test_an_edit_taken_back_within_the_action_queues_nothing(replica: Replica) -> None:
    customer = a_customer(phone="111")
    pulled(replica, customer)

    with replica.write("customer.edit") as write:
        row = write.session.get_one(Customer, customer.id)
        row.phone = "222"
        write.session.flush()
        row.phone = "111"

    assert count(replica, "outbox") == 0


def test_a_row_made_and_removed_within_the_action_queues_nothing(replica: Replica) -> None:
    with replica.write("customer.create") as write:
        row = a_customer()
        write.session.add(row)
        write.session.flush()
        write.session.delete(row)

    assert count(replica, "outbox") == count(replica, "customer") == 0


def test_several_flushes_are_one_patch_from_what_was_there_first(replica: Replica) -> None:
    customer = a_customer(phone="1")
    pulled(replica, customer)

    with replica.write("customer.edit") as write:
        row = write.session.get_one(Customer, customer.id)
        for phone in ("2", "3"):
            row.phone = phone
            write.session.flush()
        row.email = "a@b.c"

    (op,) = queued(replica)
    assert op["patch"]["set"] == {"phone": "3", "email": "a@b.c"}
    assert op["patch"]["was"] == {"phone": "1", "email": None}


def test_one_action_is_one_mutation_with_parents_before_children(replica: Replica) -> None:
    with replica.write("order.dispatch") as write:
        customer = a_customer()
        order = an_order(customer.id)
        write.session.add_all([a_checklist_item(order.id), order, customer])
        root = customer.id

    assert count(replica, "outbox") == 1
    assert [op["entity"] for op in queued(replica)] == ["customer", "service_order", "checklist_item"]
    assert {op["root_id"] for op in queued(replica)} == {root.hex}


def test_a_new_row_gets_the_root_of_a_parent_that_was_there_before(replica: Replica) -> None:
    customer = a_customer()
    order = an_order(customer.id)
    pulled(replica, customer, order)

    with replica.write("checklist.add") as write:
        write.session.add(a_checklist_item(order.id))

    assert queued(replica)[0]["root_id"] == customer.id.hex


def test_the_mutation_says_who_did_what_and_when(tmp_path: Any) -> None:
    replica = a_replica(tmp_path, clock=lambda: MORNING)
    refused = new_id()

    with replica.write("customer.create", on_conflict="all", replaces=refused) as write:
        write.session.add(a_customer())

    with replica.read() as session:
        row = session.execute(text("SELECT * FROM outbox")).one()
    assert row.op_id == write.op_id.hex
    assert (row.name, row.on_conflict, row.replaces) == ("customer.create", "all", refused.hex)
    assert row.acted_at == "2026-11-23T01:00:00.000Z+08:00"
    assert row.state == "pending"
    assert row.n is None  # numbered when it is first sent, so that one undone leaves no gap
    assert replica.identity == ENGINEER
    replica.close()


def test_the_servers_version_is_put_away_once_however_often_the_row_is_edited(replica: Replica) -> None:
    customer = a_customer(phone="111")
    pulled(replica, customer, rev=4)

    edit(replica, Customer, customer.id, phone="222")
    edit(replica, Customer, customer.id, phone="333")

    rev, payload = shadow(replica, customer)
    assert rev == 4
    assert payload["phone"] == "111"
    assert [op["patch"]["was"]["phone"] for op in queued(replica)] == ["111", "222"]


def test_a_row_of_ours_has_an_empty_server_version(replica: Replica) -> None:
    customer = a_customer()
    with replica.write("customer.create") as write:
        write.session.add(customer)
        session_copy = a_customer(id=customer.id)

    assert shadow(replica, session_copy) == (0, None)


def test_a_value_typed_over_an_older_screen_travels_with_what_the_screen_showed(replica: Replica) -> None:
    customer = a_customer(phone="111", email="old@x.cn")
    pulled(replica, customer)
    seen = {"phone": "111", "email": "old@x.cn"}
    pulled(replica, a_customer(id=customer.id, phone="222", email="new@x.cn"), rev=2)

    with replica.write("customer.edit") as write:
        write.edit(write.session.get_one(Customer, customer.id), {"phone": "333", "email": "old@x.cn"}, seen)

    (op,) = queued(replica)
    assert op["patch"] == {"set": {"phone": "333"}, "was": {"phone": "111"}}  # the server will ask
    with replica.read() as session:
        row = session.get_one(Customer, customer.id)
        assert (row.phone, row.email) == ("333", "new@x.cn")


def test_what_was_added_over_an_older_screen_is_added_to_what_is_there_now(replica: Replica) -> None:
    customer = a_customer(note="甲\n乙\n丙\n")
    order = an_order(customer.id)
    part = a_part_used(order.id, amount=Decimal(2))
    pulled(replica, customer, order, part)
    pulled(replica, a_customer(id=customer.id, note="甲\n乙\n丙\n丁\n"), rev=2)
    pulled(replica, a_part_used(order.id, id=part.id, amount=Decimal(5)), rev=2)

    with replica.write("edit") as write:
        write.edit(
            write.session.get_one(Customer, customer.id),
            {"note": "零\n甲\n乙\n丙\n"},
            {"note": "甲\n乙\n丙\n"},
        )
        write.edit(write.session.get_one(PartUsed, part.id), {"amount": Decimal(3)}, {"amount": Decimal(2)})

    with replica.read() as session:
        assert session.get_one(Customer, customer.id).note == "零\n甲\n乙\n丙\n丁\n"
        assert session.get_one(PartUsed, part.id).amount == Decimal(6)
    patches = {op["entity"]: op["patch"] for op in queued(replica)}
    assert patches["part_used"] == {"delta": {"amount": 10000}}
    assert patches["customer"]["was"] == {"note": "甲\n乙\n丙\n"}


def test_an_instant_keeps_its_authors_clock(replica: Replica) -> None:
    customer = a_customer()
    visit = a_visit(customer.id)
    pulled(replica, customer, visit)

    edit(replica, Visit, visit.id, checked_in_at=datetime(2026, 11, 23, 1, 5, tzinfo=UTC))

    with replica.read() as session:
        shown = session.get_one(Visit, visit.id)
        assert shown.planned_from.utcoffset() == timedelta(hours=8)
        assert shown.checked_in_at is not None
        assert shown.checked_in_at - shown.planned_from == timedelta(minutes=5)


def test_a_reader_sees_one_moment_while_others_write(replica: Replica) -> None:
    customer = a_customer(phone="1")
    pulled(replica, customer)

    with replica.read() as session:
        assert session.get_one(Customer, customer.id).phone == "1"
        edit(replica, Customer, customer.id, phone="2")
        session.expire_all()
        assert session.get_one(Customer, customer.id).phone == "1"
    with replica.read() as session:
        assert session.get_one(Customer, customer.id).phone == "2"
