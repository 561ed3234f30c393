"""Own changes are undone, reverted, corrected, and told in words."""

from uuid import UUID

import pytest

from app.domain.customers import Contact, Customer
from app.domain.errors import RuleViolation
from app.domain.visits import VisitState
from app.language import tr
from app.persistence.replica import Replica
from app.queries.marks import Mark
from tests.builders import MORNING, a_customer, a_visit
from tests.replicas import pulled


@pytest.fixture
def customer(replica) -> UUID:
    made = a_customer(phone="1", labels=frozenset({"老客户"}))
    customer_id = made.id
    pulled(replica, made)
    return customer_id


def refuse(replica: Replica, op_id: UUID, code: str = "field.server_only") -> None:
    with replica.absorb() as connection:
        connection.exec_driver_sql(
            "UPDATE outbox SET state = 'rejected', n = 1, code = ?, field = 'phone' WHERE op_id = ?",
            (code, op_id.hex),
        )


def send(replica: Replica, op_id: UUID, state: str = "acked") -> None:
    with replica.absorb() as connection:
        connection.exec_driver_sql(
            "UPDATE outbox SET state = ?, n = 1, commit_seq = 9 WHERE op_id = ?", (state, op_id.hex)
        )


def test_an_unsent_change_is_taken_back_without_a_trace(services, queries, customer):
    changes = services.records.save(Customer, customer, {"phone": "2"})
    services.outbox.undo(changes.op_id)

    record = queries.records.values(Customer, customer)
    assert (record.values["phone"], record.mark) == ("1", Mark.NONE)
    assert queries.sync_centre.overview().waiting == ()


def test_a_change_already_sent_is_undone_by_one_to_the_contrary(services, queries, replica, customer):
    changes = services.records.save(
        Customer, customer, {"phone": "2", "labels": frozenset({"老客户", "重点"})}
    )
    send(replica, changes.op_id)

    services.outbox.undo(changes.op_id)

    values = queries.records.values(Customer, customer).values
    assert (values["phone"], values["labels"]) == ("1", {"老客户"})
    (waiting,) = queries.sync_centre.overview().waiting
    assert waiting.title == f"{tr('Customer')} 苏州正远机械有限公司 · {tr('undone')}"


def test_what_others_have_built_on_is_not_undone(services, replica, customer):
    changes = services.records.save(Customer, customer, {"phone": "2"})
    send(replica, changes.op_id)
    services.records.save(Customer, customer, {"phone": "3"})

    with pytest.raises(RuleViolation, match="built_upon"):
        services.outbox.undo(changes.op_id)


def test_a_new_record_is_undone_by_removing_it(services, queries, replica, customer):
    contact, changes = services.customers.add_contact(customer, {"name": "沈敏"})
    send(replica, changes.op_id)

    services.outbox.undo(changes.op_id)

    assert queries.records.values(Contact, contact) is None


def test_what_waits_is_said_in_words(services, queries, replica, customer):
    visit = a_visit(customer, purpose="季度回访")
    visit_id = visit.id
    pulled(replica, visit)
    services.customers.add_contact(customer, {"name": "沈敏"})
    services.records.save(Customer, customer, {"phone": "2", "city": "苏州"})
    services.visits.cancel(visit_id)

    waiting = queries.sync_centre.overview().waiting

    changed = tr("changed {fields}", fields=tr(", ").join((tr("Phone"), tr("Address"))))
    assert [change.title for change in waiting] == [
        f"{tr('Contact')} 沈敏 · {tr('new')}",
        f"{tr('Customer')} 苏州正远机械有限公司 · {changed}",
        f"{tr('Visit')} 季度回访 · {tr('cancelled')}",
    ]
    assert [change.subtitle for change in waiting] == ["苏州正远机械有限公司", "", "苏州正远机械有限公司"]
    assert all(change.can_undo for change in waiting)
    assert {change.at for change in waiting} == {MORNING}


def test_a_refused_change_is_a_draft_with_the_reason(services, queries, replica, customer):
    changes = services.records.save(Customer, customer, {"phone": "2"})
    refuse(replica, changes.op_id)

    centre = queries.sync_centre.overview()

    (draft,) = centre.drafts
    assert (draft.code, draft.field, draft.values) == ("field.server_only", "phone", {"phone": "2"})
    assert centre.waiting_count == 0
    assert queries.records.values(Customer, customer).mark is Mark.REFUSED


def test_a_draft_is_reverted(services, queries, replica, customer):
    changes = services.records.save(Customer, customer, {"phone": "2"})
    refuse(replica, changes.op_id)
    services.outbox.revert(changes.op_id)

    record = queries.records.values(Customer, customer)
    assert (record.values["phone"], record.mark) == ("1", Mark.NONE)


def test_a_draft_is_corrected_and_sent_again(services, queries, replica, customer):
    changes = services.records.save(Customer, customer, {"phone": "2", "email": "a@b.cn"})
    refuse(replica, changes.op_id)

    again = services.outbox.resubmit(changes.op_id, {"phone": "3"})

    values = queries.records.values(Customer, customer).values
    assert (values["phone"], values["email"]) == ("3", "a@b.cn")
    centre = queries.sync_centre.overview()
    assert (centre.drafts, [change.op_id for change in centre.waiting]) == ((), [again.op_id])
    with replica.read() as session:
        replaced = session.connection().exec_driver_sql("SELECT replaces FROM outbox").scalar_one()
    assert replaced == changes.op_id.hex


def test_a_correction_refused_in_turn_takes_the_place_of_what_it_corrected(
    services, queries, replica, customer
):
    aside = services.records.save(Customer, customer, {"phone": "2"})
    refuse(replica, aside.op_id, "sync.quarantined")
    correction = services.outbox.resubmit(aside.op_id, {"phone": "3"})
    refuse(replica, correction.op_id)

    services.outbox.resubmit(correction.op_id, {"phone": "4"})

    with replica.read() as session:
        replaced = session.connection().exec_driver_sql("SELECT replaces FROM outbox").scalars().all()
    assert replaced == [aside.op_id.hex]


def test_a_refused_new_record_is_corrected_with_all_that_hangs_on_it(services, queries, replica, customer):
    machine_order, changes = services.orders.dispatch({"customer_id": customer, "subject": "异响"})
    refuse(replica, changes.op_id)

    services.outbox.resubmit(changes.op_id, {"subject": "主轴异响"})

    card = queries.order_card(machine_order)
    assert (card.row.subject, card.row.mark) == ("主轴异响", Mark.UNSYNCED)
    assert len(card.checklist) == 7


def test_a_bad_correction_leaves_the_draft_as_it_is(services, queries, replica, customer):
    changes = services.records.save(Customer, customer, {"phone": "2"})
    refuse(replica, changes.op_id)

    with pytest.raises(RuleViolation, match="too_long"):
        services.outbox.resubmit(changes.op_id, {"phone": "2" * 50})

    assert len(queries.sync_centre.overview().drafts) == 1


def test_only_what_was_refused_is_reverted(services, customer):
    changes = services.records.save(Customer, customer, {"phone": "2"})

    with pytest.raises(RuleViolation, match="not_refused"):
        services.outbox.revert(changes.op_id)
    with pytest.raises(RuleViolation, match=r"outbox\.gone"):
        services.outbox.undo(UUID(int=5))


def test_the_journal_lists_what_was_done_newest_first(services, queries, replica, customer):
    visit = a_visit(customer)
    visit_id = visit.id
    pulled(replica, visit)
    changes = services.visits.cancel(visit_id)
    send(replica, changes.op_id, "done")
    services.visits.reopen(visit_id)

    assert [change.title.rpartition(" · ")[2] for change in queries.sync_centre.journal()] == [
        tr("planned again"),
        tr("cancelled"),
    ]
    assert queries.visit_card(visit_id).row.state is VisitState.PLANNED
