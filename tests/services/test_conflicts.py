"""Conflicts are shown with both sides, answered, and asked again."""

import json
from uuid import UUID

import pytest

from app.domain.conflicts import Conflict, ConflictKind, ConflictState
from app.domain.customers import Contact, Customer
from app.domain.entity import stored_values
from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.language import tr
from app.services.conflicts import Own, Take
from tests.builders import LI_WEI, MORNING, a_contact, a_customer, a_user
from tests.replicas import pulled

OFFICE = new_id()


@pytest.fixture
def customer(replica) -> UUID:
    made = a_customer(phone="0512-9", city="苏州", street="大道 99 号")
    customer_id = made.id
    pulled(replica, a_user(id=OFFICE, login="wang", name="王倩"), made)
    return customer_id


def a_conflict(customer: UUID, **values: object) -> Conflict:
    return Conflict(
        **{
            "id": new_id(), "root_id": customer, "entity": "customer", "row_id": customer, "field": "phone",
            "kind": ConflictKind.FIELD, "base": '"0512-1"', "mine": '"0512-2"', "theirs": '"0512-9"',
            "op_id": new_id(), "author_id": LI_WEI, "device_id": new_id(), "acted_at": MORNING,
            "received_at": MORNING, "their_author_id": OFFICE, "their_acted_at": MORNING,
            "state": ConflictState.OPEN,
        }
        | values
    )  # fmt: skip


def about_phone(replica, customer: UUID) -> UUID:
    conflict = a_conflict(customer)
    conflict_id = conflict.id
    pulled(replica, conflict)
    return conflict_id


def about_address(replica, customer: UUID) -> UUID:
    mine = {"province": None, "city": "无锡", "district": None, "street": "星湖街 218 号", "postcode": None}
    theirs = mine | {"city": "苏州", "street": "大道 99 号"}
    conflict = a_conflict(
        customer, field="address", base=json.dumps(theirs), mine=json.dumps(mine), theirs=json.dumps(theirs)
    )
    conflict_id = conflict.id
    pulled(replica, conflict)
    return conflict_id


def phone(queries, customer: UUID) -> str:
    return queries.records.values(Customer, customer).values["phone"]


@pytest.mark.parametrize(
    ("answer", "kept"),
    [(Take.MINE, "0512-2"), (Take.THEIRS, "0512-9"), (Own({"phone": "0512-3"}), "0512-3")],
)
def test_a_question_is_settled_by_either_side_or_a_third_value(  # noqa: PLR0917 - fixtures
    services, queries, replica, clock, customer, answer, kept
):
    conflict = about_phone(replica, customer)
    services.conflicts.resolve({conflict: answer})

    assert phone(queries, customer) == kept
    assert queries.conflicts.count() == 0
    with replica.read() as session:
        settled = session.get_one(Conflict, conflict)
        assert (settled.resolved_by_id, settled.resolved_at) == (LI_WEI, clock.now)
        assert kept in settled.resolution


def test_a_group_is_settled_as_one(services, queries, replica, customer):
    conflict = about_address(replica, customer)

    with pytest.raises(RuleViolation, match="other_fields"):
        services.conflicts.resolve({conflict: Own({"city": "无锡"})})
    services.conflicts.resolve({conflict: Take.MINE})

    values = queries.records.values(Customer, customer).values
    assert (values["city"], values["street"]) == ("无锡", "星湖街 218 号")


def test_one_side_may_be_taken_everywhere_and_asked_again(services, queries, replica, customer):
    conflicts = [about_phone(replica, customer), about_address(replica, customer)]
    services.conflicts.resolve_all(Take.MINE, conflicts)
    assert queries.conflicts.count() == 0

    services.conflicts.undo(conflicts)

    assert queries.conflicts.count() == 2
    assert phone(queries, customer) == "0512-9"
    assert queries.records.values(Customer, customer).values["city"] == "苏州"


def test_a_question_is_answered_once(services, replica, customer):
    conflict = about_phone(replica, customer)
    services.conflicts.resolve({conflict: Take.THEIRS})

    with pytest.raises(RuleViolation, match="no_edge"):
        services.conflicts.resolve({conflict: Take.MINE})


def test_a_contact_deleted_there_is_brought_back_or_let_go(services, queries, replica, customer):
    contact = a_contact(customer, phone="138")
    contact_id, payload = contact.id, json.dumps(stored_values(contact))
    conflict = a_conflict(
        customer, entity="contact", row_id=contact_id, field=None, kind=ConflictKind.DELETED_THERE,
        base=payload, mine=payload, theirs=None,
    )  # fmt: skip
    conflict_id = conflict.id
    pulled(replica, conflict)

    (question,) = queries.conflicts.card(Contact, contact_id).questions
    assert (question.fields, queries.conflicts.card(Contact, contact_id).title) == ({}, "王芳")

    services.conflicts.resolve({conflict_id: Take.MINE})
    assert queries.records.values(Contact, contact_id).values["phone"] == "138"
    services.conflicts.undo([conflict_id])
    assert queries.records.values(Contact, contact_id) is None
    services.conflicts.resolve({conflict_id: Take.THEIRS})
    assert queries.records.values(Contact, contact_id) is None


def test_a_contact_deleted_here_and_changed_there_is_kept_or_deleted(services, queries, replica, customer):
    contact = a_contact(customer)
    contact_id, payload = contact.id, json.dumps(stored_values(contact))
    conflict = a_conflict(
        customer, entity="contact", row_id=contact_id, field=None, kind=ConflictKind.DELETED_HERE,
        base=None, mine="null", theirs=payload,
    )  # fmt: skip
    conflict_id = conflict.id
    pulled(replica, contact, conflict)

    services.conflicts.resolve({conflict_id: Take.MINE})
    assert queries.records.values(Contact, contact_id) is None
    services.conflicts.undo([conflict_id])
    assert queries.records.values(Contact, contact_id).values["name"] == "王芳"


def test_a_card_shows_base_both_sides_who_and_when(services, queries, replica, customer):
    services.records.save(Customer, customer, {"phone": "0512-2", "industry": None, "email": "a@b.cn"})
    with replica.read() as session:
        op_id = session.connection().exec_driver_sql("SELECT op_id FROM outbox").scalar_one()
    conflict = a_conflict(customer, op_id=UUID(op_id))
    pulled(replica, conflict)

    card = queries.conflicts.card(Customer, customer)

    (question,) = card.questions
    sides = [side["phone"].value for side in (question.base, question.mine, question.theirs)]
    assert sides == ["0512-1", "0512-2", "0512-9"]
    assert (question.label, question.author_name, question.their_author_name) == (tr("Phone"), "李伟", "王倩")
    assert (card.title, card.is_mine, card.merged) == ("苏州正远机械有限公司", True, (tr("E-mail"),))


def test_the_inbox_lists_records_the_oldest_first(queries, replica, customer):
    about_address(replica, customer)
    about_phone(replica, customer)

    (row,) = queries.conflicts.page()
    assert (row.count, row.title, row.kind_words) == (2, "苏州正远机械有限公司", tr("Customer"))
    assert set(row.labels) == {tr("Phone"), tr("Address")}
    assert queries.conflicts.of_root(customer) == [row]
