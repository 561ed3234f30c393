"""What a use case may not do, and that then nothing has happened."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update

from app.domain.customers import Contact, Customer
from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.domain.service_orders import OrderState, ServiceOrder
from app.persistence.replica import Replica
from app.persistence.write import OutboxBypassed
from tests.builders import a_contact, a_customer, an_order
from tests.replicas import count, edit, pulled, queued


def test_a_row_below_a_parent_that_is_not_there_is_refused(replica: Replica) -> None:
    with pytest.raises(RuleViolation) as refused, replica.write("contact.create") as write:
        write.session.add(a_contact(new_id()))

    assert refused.value.code in ("record.parent_missing", "record.in_use")
    assert count(replica, "contact") == count(replica, "outbox") == 0


def test_an_error_in_the_block_leaves_neither_row_nor_mutation(replica: Replica) -> None:
    def fail_halfway() -> None:
        with replica.write("customer.create") as write:
            write.session.add(a_customer())
            write.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()

    assert count(replica, "customer") == count(replica, "outbox") == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": None}, "field.required"),
        ({"name": " "}, "field.required"),
        ({"phone": "1" * 41}, "field.too_long"),
        ({"employees": "many"}, "field.malformed"),
        ({"note": "a\x00b"}, "field.malformed"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_saved(
    replica: Replica, values: dict[str, Any], code: str
) -> None:
    customer = a_customer()
    pulled(replica, customer)

    with pytest.raises(RuleViolation) as refused:
        edit(replica, Customer, customer.id, **values)
    with pytest.raises(RuleViolation) as refused_new, replica.write("customer.create") as write:
        write.session.add(a_customer(**values))

    assert refused.value.code == refused_new.value.code == code
    assert count(replica, "outbox") == 0
    assert count(replica, "customer") == 1


def test_a_state_moves_only_along_its_edges(replica: Replica) -> None:
    customer = a_customer()
    order = an_order(customer.id)
    pulled(replica, customer, order)

    with pytest.raises(RuleViolation) as refused:
        edit(replica, ServiceOrder, order.id, state=OrderState.COMPLETED)
    edit(replica, ServiceOrder, order.id, state=OrderState.ACCEPTED)

    assert refused.value.code == "state.no_edge"
    assert queued(replica)[0]["patch"]["set"] == {"state": "accepted"}


def test_what_still_hangs_below_keeps_a_row_from_being_deleted(replica: Replica) -> None:
    customer = a_customer()
    pulled(replica, customer, a_contact(customer.id))

    with pytest.raises(RuleViolation) as refused, replica.write("customer.delete") as write:
        write.session.delete(write.session.get_one(Customer, customer.id))

    assert refused.value.code == "record.in_use"
    assert count(replica, "customer") == 1


@pytest.mark.parametrize(
    "bypass",
    [
        lambda session: session.execute(update(Customer).values(phone="1")),
        lambda session: session.execute(delete(Contact)),
        lambda session: session.execute(insert(Customer), [{"name": "x"}]),
        lambda session: session.execute(text('UPDATE "customer" SET phone = 1')),
        lambda session: session.execute(text("WITH x AS (SELECT 1) DELETE FROM contact")),
        lambda session: session.execute(text("INSERT OR REPLACE INTO region SELECT * FROM region")),
        lambda session: session.connection().exec_driver_sql("delete from contact"),
        lambda session: session.bulk_update_mappings(Customer, [{"id": new_id(), "phone": "1"}]),
    ],
)
def test_no_statement_gets_round_the_outbox(replica: Replica, bypass: Any) -> None:
    pulled(replica, a_customer())

    with pytest.raises(OutboxBypassed), replica.write("customer.edit") as write:
        bypass(write.session)

    assert count(replica, "customer") == 1


def test_what_was_typed_is_checked_against_the_rules(replica: Replica) -> None:
    customer = a_customer()
    pulled(replica, customer)

    with pytest.raises(RuleViolation), replica.write("customer.edit") as write:
        write.edit(write.session.get_one(Customer, customer.id), {"phone": "1" * 41}, {"phone": None})
