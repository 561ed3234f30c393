"""A visit from its plan to its report, promises, and the visits that plans bring forth."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.domain.errors import RuleViolation
from app.domain.visits import Visit, VisitState
from app.services.visit_plans import due_days
from tests.builders import MORNING, a_customer, a_visit, a_visit_plan
from tests.replicas import pulled

PREPARED = {"action_plan": "看样机，谈年度保养", "expected_result": "签年度保养"}


@pytest.fixture
def customer(replica) -> UUID:
    made = a_customer()
    pulled(replica, made)
    return made.id


@pytest.fixture
def visit(services, customer) -> UUID:
    visit_id, _ = services.visits.plan(
        {"customer_id": customer, "purpose": "例行回访", "planned_from": MORNING, **PREPARED}
    )
    return visit_id


@pytest.mark.parametrize("missing", ["purpose", "action_plan", "expected_result"])
def test_nobody_plans_a_visit_without_purpose_plan_and_expectation(services, customer, missing):
    values = {"customer_id": customer, "purpose": "例行回访", "planned_from": MORNING, **PREPARED}

    with pytest.raises(RuleViolation) as refused:
        services.visits.plan({**values, missing: "  "})

    assert (refused.value.code, refused.value.facts["field"]) == ("visit.not_prepared", missing)


def test_a_visit_is_checked_in_reported_and_finished(services, queries, clock, visit):
    services.visits.check_in(visit)
    clock.turn(minutes=50)
    services.visits.report(visit, {"needs": "第二台泵", "opinions": "交货太慢"})
    services.visits.finish(visit, {"actual_result": "同意报价"})

    card = queries.visit_card(visit)
    assert card.row.state is VisitState.DONE
    assert card.row.owner_name == "李伟"
    assert card.values["checked_out_at"] - card.values["checked_in_at"] == timedelta(minutes=50)
    assert (card.values["needs"], card.values["actual_result"]) == ("第二台泵", "同意报价")
    assert card.next_states == ()


def test_a_visit_ends_with_a_result(services, visit):
    services.visits.check_in(visit)

    with pytest.raises(RuleViolation, match=r"visit\.no_result"):
        services.visits.finish(visit)


def test_a_report_holds_the_report_and_nothing_else(services, visit):
    with pytest.raises(RuleViolation, match=r"field\.unknown"):
        services.visits.report(visit, {"purpose": "改目的"})


def test_a_generated_visit_must_be_prepared_before_it_begins(services, replica, customer):
    unprepared = a_visit(customer)
    pulled(replica, unprepared)

    with pytest.raises(RuleViolation, match="not_prepared"):
        services.visits.check_in(unprepared.id)
    services.visits.prepare(unprepared.id, PREPARED)
    services.visits.check_in(unprepared.id)


def test_a_visit_moved_to_another_hour_keeps_its_length(services, queries, replica, customer):
    planned = a_visit(customer)
    pulled(replica, planned)

    services.visits.reschedule(planned.id, MORNING + timedelta(days=1, hours=2))

    row = queries.visit_card(planned.id).row
    assert row.planned_to - row.planned_from == timedelta(hours=1)


def test_a_missed_visit_is_planned_again_by_moving_it(services, queries, visit):
    services.visits.miss(visit)
    services.visits.reschedule(visit, MORNING + timedelta(days=3))

    assert queries.visit_card(visit).row.state is VisitState.PLANNED


def test_a_visit_does_not_end_before_it_begins(services, visit):
    with pytest.raises(RuleViolation, match=r"window\.backwards"):
        services.visits.reschedule(visit, MORNING, MORNING - timedelta(hours=1))


def test_a_visit_under_way_is_not_moved(services, visit):
    services.visits.check_in(visit)

    with pytest.raises(RuleViolation, match="already_begun"):
        services.visits.reschedule(visit, MORNING + timedelta(days=1))


def test_checking_in_by_mistake_is_taken_back(services, queries, visit):
    services.visits.check_in(visit)
    services.visits.reopen(visit)

    card = queries.visit_card(visit)
    assert (card.row.state, card.values["checked_in_at"]) == (VisitState.PLANNED, None)


def test_a_promise_waits_for_the_next_visit_until_it_is_kept(services, queries, customer, visit):
    promised, _ = services.commitments.promise(customer, "寄送密封圈", date(2026, 11, 22), visit_id=visit)

    (owed,) = queries.visit_card(visit).prep.open_commitments
    assert (owed.promise, owed.overdue, owed.owner_name) == ("寄送密封圈", True, "李伟")

    services.commitments.keep(promised)
    assert queries.visit_card(visit).prep.open_commitments == ()
    with pytest.raises(RuleViolation, match="already_kept"):
        services.commitments.keep(promised)


def test_plans_bring_forth_the_visits_that_fall_due_and_none_twice(services, queries, customer):
    services.visit_plans.make(
        {"customer_id": customer, "purpose": "月度巡检", "visit_cadence": 7, "starts_on": date(2026, 11, 10)}
    )

    for _ in range(2):
        services.visit_plans.generate(date(2026, 12, 8))

    days = [row.planned_from.date() for row in queries.visits.week(date(2026, 11, 1), date(2026, 12, 31))]
    assert days == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]


def test_a_generated_visit_that_was_moved_is_not_generated_again(services, queries, customer):
    services.visit_plans.make(
        {"customer_id": customer, "purpose": "巡检", "visit_cadence": 30, "starts_on": date(2026, 11, 24)}
    )
    services.visit_plans.generate(date(2026, 11, 30))
    (row,) = queries.visits.week(date(2026, 11, 1), date(2026, 12, 31))
    services.visits.reschedule(row.id, MORNING + timedelta(days=9))

    changes = services.visit_plans.generate(date(2026, 11, 30))

    assert not changes
    assert len(queries.visits.week(date(2026, 11, 1), date(2026, 12, 31))) == 1


def test_colleagues_plans_are_theirs_to_generate(services, queries, replica, customer):
    pulled(replica, a_visit_plan(customer, owner_id=None))

    assert not services.visit_plans.generate(date(2026, 12, 31))


@pytest.mark.parametrize(
    ("starts_on", "cadence", "ends_on", "due"),
    [
        (date(2026, 11, 1), 10, None, [date(2026, 11, 11), date(2026, 11, 21)]),
        (date(2026, 11, 12), 5, date(2026, 11, 17), [date(2026, 11, 12), date(2026, 11, 17)]),
        (date(2026, 12, 1), 5, None, []),
        (date(2026, 11, 10), 100, None, [date(2026, 11, 10)]),
    ],
)
def test_a_plan_wants_visits_on_these_days(starts_on, cadence, ends_on, due):
    plan = a_visit_plan(UUID(int=1), starts_on=starts_on, visit_cadence=cadence, ends_on=ends_on)

    assert list(due_days(plan, date(2026, 11, 10), date(2026, 11, 25))) == due


def test_a_cadence_is_at_least_a_day(services, customer):
    values = {"customer_id": customer, "purpose": "巡检", "visit_cadence": 0, "starts_on": date(2026, 1, 1)}

    with pytest.raises(RuleViolation, match="cadence"):
        services.visit_plans.make(values)


def test_a_visit_that_is_gone_says_so(services):
    with pytest.raises(RuleViolation, match=r"record\.gone"):
        services.visits.check_in(UUID(int=7))


def test_what_is_refused_leaves_nothing_behind(services, replica, visit):
    with replica.read() as session:
        before = session.get_one(Visit, visit).state
    with pytest.raises(RuleViolation):
        services.visits.finish(visit, {"actual_result": "好"})

    with replica.read() as session:
        row = session.get_one(Visit, visit)
        assert (row.state, row.actual_result) == (before, None)
