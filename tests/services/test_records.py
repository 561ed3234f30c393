"""Plain edits, customers and their people, and handing customers over."""

from uuid import UUID

import pytest

from app.domain.customers import Contact, Customer, LifecycleStage
from app.domain.errors import RuleViolation
from app.domain.service_orders import OrderState, ServiceOrder
from app.domain.visits import Commitment, Visit, VisitState
from app.queries.customers import CustomerFilter
from app.queries.marks import Mark
from tests.builders import (
    EAST_PRESSES,
    LI_WEI,
    a_collaborator,
    a_commitment,
    a_contact,
    a_customer,
    a_territory,
    a_user,
    a_visit,
    an_order,
)
from tests.replicas import pulled


def test_a_new_customer_is_ours_and_waits_for_the_server(services, queries):
    customer, changes = services.customers.create({"name": " 无锡凯泽 ", "territory_id": EAST_PRESSES})

    record = queries.records.values(Customer, customer)
    assert (record.values["name"], record.titles["owner_id"]) == ("无锡凯泽", "李伟")
    assert record.values["lifecycle_stage"] is LifecycleStage.UNQUALIFIED
    assert record.mark is Mark.UNSYNCED
    assert changes.touch(Customer)


def test_saving_what_did_not_change_queues_nothing(services, replica):
    customer = a_customer(phone="0512-1")
    pulled(replica, customer)

    assert not services.records.save(Customer, customer.id, {"phone": " 0512-1 ", "email": ""})


def test_what_a_sync_changed_while_the_form_was_open_is_kept(services, queries, replica):
    customer = a_customer(phone="1", city="苏州")
    pulled(replica, customer)
    seen = queries.records.values(Customer, customer.id).values
    pulled(replica, a_customer(id=customer.id, phone="2", city="苏州"), rev=2)

    services.records.save(Customer, customer.id, {"email": "a@b.cn"}, seen)

    values = queries.records.values(Customer, customer.id).values
    assert (values["phone"], values["email"]) == ("2", "a@b.cn")


@pytest.mark.parametrize(
    ("edited", "code"),
    [
        ({"name": "  "}, "field.required"),
        ({"name": "长" * 201}, "field.too_long"),
        ({"employees": "many"}, "field.malformed"),
        ({"colour": "red"}, "field.unknown"),
    ],
)
def test_bad_input_is_refused_by_name(services, replica, edited, code):
    customer = a_customer()
    pulled(replica, customer)

    with pytest.raises(RuleViolation) as refused:
        services.records.save(Customer, customer.id, edited)

    assert refused.value.code == code
    assert refused.value.facts["field"] in edited


def test_a_record_others_point_to_is_not_deleted(services, replica):
    customer = a_customer()
    contact = a_contact(customer.id)
    pulled(replica, customer, contact)

    with pytest.raises(RuleViolation) as refused:
        services.records.delete(Customer, customer.id)
    assert (refused.value.code, refused.value.facts["by"]) == ("record.in_use", "contact")

    services.records.delete(Contact, contact.id)
    services.records.delete(Customer, customer.id)


def test_there_is_one_main_contact(services, queries):
    customer, _ = services.customers.create({"name": "凯泽", "territory_id": EAST_PRESSES})
    services.customers.add_contact(customer, {"name": "周建国", "is_primary": True})
    services.customers.add_contact(customer, {"name": "沈敏", "is_primary": True})

    contacts = queries.customer_overview(customer).contacts
    assert [(c.name, c.is_primary) for c in contacts] == [("沈敏", True), ("周建国", False)]


def test_a_colleague_helps_with_a_customer_once(services, queries, replica):
    customer = a_customer()
    pulled(replica, customer)

    services.customers.add_collaborator(customer.id, LI_WEI, "会法语")
    with pytest.raises(RuleViolation, match=r"collaborator\.already"):
        services.customers.add_collaborator(customer.id, LI_WEI)

    assert queries.customers.count(CustomerFilter(mine=True)) == 1


def test_a_customer_handed_over_takes_along_what_was_planned(services, replica):
    zhang = a_user(login="zhang", name="张强")
    north = a_territory(name="华北 压力机")
    customer = a_customer(owner_id=LI_WEI)
    rows = [
        a_visit(customer.id),
        a_visit(customer.id, state=VisitState.DONE),
        a_commitment(customer.id, owner_id=LI_WEI),
        an_order(customer.id, number="SO-1"),
        an_order(customer.id, number="SO-2", state=OrderState.WORKING),
        a_collaborator(customer.id),
    ]
    ids = [row.id for row in rows]
    pulled(replica, zhang, north, customer, *rows)

    services.customers.transfer([customer.id], owner_id=zhang.id, territory_id=north.id)

    with replica.read() as session:
        moved = session.get_one(Customer, customer.id)
        assert (moved.owner_id, moved.territory_id) == (zhang.id, north.id)
        planned, done = session.get_one(Visit, ids[0]), session.get_one(Visit, ids[1])
        assert (planned.owner_id, done.owner_id) == (zhang.id, LI_WEI)
        assert session.get_one(Commitment, ids[2]).owner_id == zhang.id
        waiting, begun = session.get_one(ServiceOrder, ids[3]), session.get_one(ServiceOrder, ids[4])
        assert (waiting.engineer_id, begun.engineer_id) == (zhang.id, LI_WEI)


def test_a_customer_is_handed_over_to_someone(services):
    with pytest.raises(RuleViolation, match="to_nobody"):
        services.customers.transfer([UUID(int=1)])


def test_a_note_names_its_author_and_time(services, queries, replica, clock):
    customer = a_customer()
    pulled(replica, customer)
    services.notes.write(customer.id, "客户希望下周回电")

    (note,) = queries.customer_overview(customer.id).notes
    assert (note.body, note.author_name, note.written_at) == ("客户希望下周回电", "李伟", clock.now)
    assert note.mark is Mark.UNSYNCED
