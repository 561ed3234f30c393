"""A service order from the customer's request to the signature, and what its laptop may not do."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.domain.assets import Asset, AssetStatus, PartReplacement
from app.domain.checklists import CHECKLISTS
from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.domain.service_orders import (
    OrderState,
    OrderType,
    RequestState,
    ServiceOrder,
    ServiceRequest,
    Severity,
)
from app.persistence.replica import Replica
from app.queries import Queries
from app.services import Services
from tests.builders import SEAL, a_customer, a_user, an_as_built_item, an_asset
from tests.replicas import ENGINEER, a_replica, pulled

SIGNATURE = [[(0.1, 0.2), (0.3, 0.4)]]


@pytest.fixture
def machine(replica: Replica) -> Asset:
    customer = a_customer()
    asset = an_asset(customer.id, status=AssetStatus.FAULTY)
    pulled(replica, customer, asset)
    return asset


@pytest.fixture
def order(services: Services, machine: Asset) -> UUID:
    order_id, _ = services.orders.dispatch(a_repair(machine))
    return order_id


def a_repair(machine: Asset, **values: Any) -> dict[str, Any]:
    return {"customer_id": machine.customer_id, "asset_id": machine.id, "subject": "主轴异响", **values}


def bring_to_work(services: Services, order: UUID) -> None:
    for step in ("accept", "set_out", "arrive", "start_work"):
        getattr(services.orders, step)(order)


def tick_everything(services: Services, queries: Queries, order: UUID) -> None:
    card = queries.order_card(order)
    assert card
    for item in card.checklist:
        services.order_work.tick(item.id)


def test_an_order_goes_from_dispatch_to_completion(services, queries, clock, order, machine):
    services.orders.accept(order)
    services.orders.set_out(order)
    clock.turn(minutes=40)
    services.orders.arrive(order)
    services.orders.start_work(order)
    services.order_work.record(order, findings="轴承磨损", remedy="更换轴承")
    tick_everything(services, queries, order)
    clock.turn(hours=2)
    services.orders.sign(order, "王芳", SIGNATURE, signer_title="设备科长")
    services.orders.complete(order)

    card = queries.order_card(order)
    assert card.row.state is OrderState.COMPLETED
    assert card.row.engineer_name == "李伟"
    assert card.values["arrived_at"] - card.values["departed_at"] == timedelta(minutes=40)
    assert card.values["completed_at"] == clock.now
    assert card.sign_off.strokes == (((0.1, 0.2), (0.3, 0.4)),)
    assert card.locked
    assert card.forward is None
    assert [step.reached for step in card.steps] == [True] * 7


def test_an_order_comes_with_the_standard_checklist_of_its_type(services, queries, machine):
    order, _ = services.orders.dispatch(a_repair(machine, type=OrderType.MAINTENANCE))

    checklist = queries.order_card(order).checklist
    wanted = CHECKLISTS[OrderType.MAINTENANCE]
    assert [(item.position, item.mandatory) for item in checklist] == [
        (place, step.mandatory) for place, step in enumerate(wanted, start=1)
    ]


def test_every_type_of_order_has_a_checklist():
    assert CHECKLISTS.keys() == set(OrderType)


def test_no_two_orders_and_no_two_laptops_give_the_same_number(services, machine, tmp_path, clock):
    numbers = [number_of(services, services.orders.dispatch(a_repair(machine))[0]) for _ in range(3)]
    other = a_replica(tmp_path / "other", identity=replace(ENGINEER, device_id=new_id()), clock=clock)
    there = a_customer()
    asset = an_asset(there.id)
    pulled(other, there, asset)
    elsewhere = Services.over(other, clock)
    numbers.append(number_of(elsewhere, elsewhere.orders.dispatch(a_repair(asset))[0]))
    other.close()

    assert len(set(numbers)) == 4
    assert all(number.startswith("SO-2611-") for number in numbers)
    assert [number[-3:] for number in numbers] == ["001", "002", "003", "001"]


def test_a_number_is_not_given_again_when_its_order_has_left_the_laptop(services, replica, machine):
    first = number_of(services, services.orders.dispatch(a_repair(machine))[0])
    with replica.absorb() as connection:
        for table in ("checklist_item", "service_order"):
            connection.exec_driver_sql(f"DELETE FROM {table}")

    second = number_of(services, services.orders.dispatch(a_repair(machine))[0])

    assert second > first


def test_the_machine_is_in_maintenance_while_it_is_repaired(services, queries, order, machine):
    bring_to_work(services, order)
    assert queries.asset_card(machine.id).row.status is AssetStatus.IN_MAINTENANCE

    tick_everything(services, queries, order)
    services.orders.sign(order, "王芳", SIGNATURE)
    services.orders.complete(order)
    assert queries.asset_card(machine.id).row.status is AssetStatus.RUNNING


def test_a_maintenance_leaves_its_day_on_the_machine(services, queries, clock, machine):
    order, _ = services.orders.dispatch(a_repair(machine, type=OrderType.MAINTENANCE))
    bring_to_work(services, order)
    tick_everything(services, queries, order)
    services.orders.sign(order, "王芳", SIGNATURE)
    services.orders.complete(order)

    assert queries.asset_card(machine.id).values["last_inspected_on"] == clock.now.date()


def test_nobody_signs_while_a_mandatory_step_is_open(services, queries, order):
    bring_to_work(services, order)
    mandatory = [item for item in queries.order_card(order).checklist if item.mandatory]
    for item in mandatory[1:]:
        services.order_work.tick(item.id)

    with pytest.raises(RuleViolation) as refused:
        services.orders.sign(order, "王芳", SIGNATURE)

    assert refused.value.code == "order.steps_open"
    assert refused.value.facts["count"] == 1
    assert queries.order_card(order).row.state is OrderState.WORKING
    assert queries.order_card(order).sign_off is None


def test_an_empty_pad_is_no_signature(services, queries, order):
    bring_to_work(services, order)
    tick_everything(services, queries, order)

    with pytest.raises(RuleViolation, match="signature_blank"):
        services.orders.sign(order, "王芳", [[(0.5, 0.5)]])


@pytest.mark.parametrize(
    "record",
    [
        lambda services, order: services.order_work.book_time(order, 30),
        lambda services, order: services.order_work.use_part(order, Decimal(1), spare_part_id=SEAL),
        lambda services, order: services.order_work.record(order, findings="后来想到"),
        lambda services, order: services.orders.change(order, {"subject": "另一件事"}),
    ],
)
def test_a_signed_order_is_locked(services, queries, order, record):
    bring_to_work(services, order)
    tick_everything(services, queries, order)
    services.orders.sign(order, "王芳", SIGNATURE)

    with pytest.raises(RuleViolation, match=r"order\.locked"):
        record(services, order)


def test_states_are_not_skipped_or_repeated(services, order):
    with pytest.raises(RuleViolation, match="no_edge"):
        services.orders.arrive(order)
    services.orders.accept(order)
    with pytest.raises(RuleViolation, match="no_edge"):
        services.orders.accept(order)


def test_parts_of_one_kind_add_up_and_serial_numbers_stay_apart(services, queries, order):
    services.order_work.use_part(order, Decimal(2), spare_part_id=SEAL)
    services.order_work.use_part(order, Decimal("0.5"), spare_part_id=SEAL)
    services.order_work.use_part(order, Decimal(1), spare_part_id=SEAL, serial_no="A-1")
    services.order_work.use_part(order, Decimal(1), description="抹布")

    parts = queries.order_card(order).parts
    assert [(p.description, p.amount, p.serial_no) for p in parts] == [
        ("密封圈", Decimal("2.5"), None),
        ("密封圈", Decimal(1), "A-1"),
        ("抹布", Decimal(1), None),
    ]


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1)])
def test_parts_are_used_in_amounts_above_zero(services, order, amount):
    with pytest.raises(RuleViolation, match=r"part\.amount"):
        services.order_work.use_part(order, amount, spare_part_id=SEAL)


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_time_is_booked_in_minutes_of_one_day(services, order, minutes):
    with pytest.raises(RuleViolation, match=r"time\.minutes"):
        services.order_work.book_time(order, minutes)


def test_time_without_a_start_has_just_ended(services, queries, clock, order):
    services.order_work.book_time(order, 90)

    (entry,) = queries.order_card(order).time
    assert entry.started_at == clock.now - timedelta(minutes=90)
    assert queries.order_card(order).minutes == 90


def test_a_replaced_part_is_in_the_machine_and_its_predecessor_in_the_history(  # noqa: PLR0917
    services, queries, replica, clock, order, machine
):
    spindle = an_as_built_item(machine.id, serial_no="OLD-1", description="主轴")
    pulled(replica, spindle)

    services.order_work.replace_part(order, spindle.id, "NEW-2", cause="轴承磨损")

    card = queries.asset_card(machine.id)
    assert [(part.description, part.serial_no) for part in card.as_built] == [("主轴", "NEW-2")]
    (replaced,) = card.replacements
    assert (replaced.old_serial_no, replaced.new_serial_no, replaced.order_id) == ("OLD-1", "NEW-2", order)
    before = queries.configuration(machine.id, clock.now.date() - timedelta(days=1))
    assert [part.serial_no for part in before] == ["OLD-1"]
    assert [part.serial_no for part in queries.configuration(machine.id, clock.now.date())] == ["NEW-2"]
    with replica.read() as session:
        assert session.get_one(PartReplacement, replaced.id).spare_part_id is None


def test_a_part_of_another_machine_is_not_replaced_on_this_order(services, replica, order, machine):
    other = an_asset(machine.customer_id, name="另一台")
    foreign = an_as_built_item(other.id)
    pulled(replica, other, foreign)

    with pytest.raises(RuleViolation, match="other_machine"):
        services.order_work.replace_part(order, foreign.id, "X")


def test_cancelling_needs_a_reason_and_keeps_it_as_a_note(services, queries, order):
    with pytest.raises(RuleViolation, match="reason_blank"):
        services.orders.cancel(order, "  ")
    services.orders.cancel(order, "客户自行修复")

    card = queries.order_card(order)
    assert card.row.state is OrderState.CANCELLED
    assert [note.body for note in card.notes] == ["客户自行修复"]


def test_reassigning_dispatches_anew(services, queries, replica, order):
    colleague = a_user(login="zhang", name="张强")
    pulled(replica, colleague)
    services.orders.accept(order)
    services.orders.set_out(order)

    services.orders.reassign(order, colleague.id)

    card = queries.order_card(order)
    assert (card.row.state, card.row.engineer_name) == (OrderState.DISPATCHED, "张强")
    assert card.values["departed_at"] is None


def test_a_second_request_about_one_machine_is_pointed_out(services, machine):
    first, _ = services.requests.take_in(a_request_about(machine))

    with pytest.raises(RuleViolation) as refused:
        services.requests.take_in(a_request_about(machine))
    assert refused.value.code == "request.duplicate"
    assert refused.value.facts["request_id"] == first

    services.requests.take_in(a_request_about(machine), anyway=True)
    services.requests.close(first)


def test_a_standstill_is_shown_on_the_machine(services, queries, replica, machine):
    services.records.save(Asset, machine.id, {"status": AssetStatus.RUNNING})
    services.requests.take_in(a_request_about(machine, severity=Severity.STANDSTILL))

    assert queries.asset_card(machine.id).row.status is AssetStatus.FAULTY


def test_an_order_made_from_a_request_takes_its_words_over_and_closes_it(services, queries, replica, machine):
    request, _ = services.requests.take_in(a_request_about(machine, severity=Severity.HIGH))
    order, _ = services.requests.make_order(request)

    card = queries.order_card(order)
    assert (card.row.subject, card.row.severity) == ("压力不足", Severity.HIGH)
    assert card.request.state is RequestState.ORDERED

    bring_to_work(services, order)
    tick_everything(services, queries, order)
    services.orders.sign(order, "王芳", SIGNATURE)
    services.orders.complete(order)
    with replica.read() as session:
        assert session.get_one(ServiceRequest, request).state is RequestState.CLOSED


def test_a_cancelled_order_leaves_its_request_open(services, replica, machine):
    request, _ = services.requests.take_in(a_request_about(machine))
    order, _ = services.requests.make_order(request)
    services.orders.cancel(order, "换人处理")

    with replica.read() as session:
        assert session.get_one(ServiceRequest, request).state is RequestState.OPEN


def a_request_about(machine: Asset, **values: Any) -> dict[str, Any]:
    return {"customer_id": machine.customer_id, "asset_id": machine.id, "symptom": "压力不足", **values}


def number_of(services: Services, order: UUID) -> str:
    with services.orders._replica.read() as session:
        return session.get_one(ServiceOrder, order).number
