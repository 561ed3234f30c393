"""Cards of single records, the day, the search and the service report."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from app.domain.customers import BuyingRole, Contact, Customer, LifecycleStage
from app.domain.service_orders import OrderState, ServiceOrder
from app.domain.visits import Visit, VisitState
from app.language import tr
from app.persistence import search_index
from app.queries.marks import Mark
from app.queries.search import highlights
from tests.builders import (
    LI_WEI,
    MORNING,
    PUMP,
    SEAL,
    a_commitment,
    a_contact,
    a_customer,
    a_note,
    a_product_part,
    a_request,
    a_site,
    a_spare_part,
    a_user,
    a_visit,
    an_asset,
    an_order,
)
from tests.replicas import pulled


@pytest.fixture
def customer(replica) -> UUID:
    made = a_customer(
        owner_id=LI_WEI, province="江苏省", city="苏州市", district="虎丘区", street="星湖街 218 号",
        lifecycle_stage=LifecycleStage.PROSPECT, phone="0512-68001234",
    )  # fmt: skip
    customer_id = made.id
    pulled(replica, made)
    return customer_id


def test_what_is_not_on_this_laptop_is_none(queries):
    nobody = UUID(int=9)
    cards = (queries.customer_overview, queries.asset_card, queries.visit_card, queries.order_card)
    assert [card(nobody) for card in cards] == [None] * 4
    assert queries.prep_pack(nobody) is None
    assert queries.service_report(nobody) is None
    assert queries.records.values(Customer, nobody) is None
    assert queries.conflicts.card(Customer, nobody) is None


def test_an_empty_laptop_shows_an_empty_day(queries):
    home = queries.home()
    assert (home.display_name, home.visits, home.next_visit, home.waiting) == ("李伟", (), None, 0)


def test_the_whole_customer_is_on_one_page(queries, replica, clock, customer):
    today = clock.now.date()
    machine = an_asset(customer, warranty_until=today + timedelta(days=10))
    order = an_order(customer, asset_id=machine.id, due_at=MORNING + timedelta(hours=3))
    pulled(
        replica,
        a_site(customer),
        a_contact(customer),
        machine,
        order,
        a_visit(customer, state=VisitState.DONE, planned_from=MORNING - timedelta(days=7)),
        a_visit(customer, planned_from=MORNING + timedelta(days=2)),
        a_commitment(customer, owner_id=LI_WEI),
        a_request(customer, reported_at=MORNING - timedelta(days=1)),
        a_note(customer, written_at=MORNING - timedelta(hours=1)),
    )

    page = queries.customer_overview(customer)

    metrics = page.metrics
    assert (metrics.machines, metrics.in_warranty, metrics.warranty_ending) == (1, 1, 1)
    assert (metrics.open_orders, metrics.orders_due_today, metrics.open_commitments) == (1, 1, 1)
    assert metrics.last_visit_at == MORNING - timedelta(days=7)
    assert metrics.next_visit_at == MORNING + timedelta(days=2)
    assert (page.owner_name, page.territory_name) == ("李伟", "华东 压力机")
    kinds = [event.entity.__tablename__ for event in page.activity]
    assert kinds == ["visit", "service_order", "note", "service_request", "visit"]
    assert page.machines[0].customer_name == page.name
    assert len(page.visits) == 2
    assert page.mark is Mark.NONE


def test_completeness_says_what_to_ask_next(queries, services, customer):
    before = queries.customer_overview(customer).completeness
    assert {missing.label for missing in before.missing} >= {"Contact", "Decision maker", "Industry"}

    services.customers.add_contact(customer, {"name": "周建国", "buying_role": BuyingRole.DECIDER})

    after = queries.customer_overview(customer).completeness
    assert not {"Contact", "Decision maker"} & {missing.label for missing in after.missing}
    assert after.percent > before.percent


def test_home_counts_the_users_own_day(queries, services, replica, customer):
    colleague = a_user(login="zhang", name="张强")
    pulled(
        replica,
        colleague,
        a_visit(customer, state=VisitState.DONE, planned_from=MORNING - timedelta(hours=1)),
        a_visit(customer, purpose="下一站", planned_from=MORNING + timedelta(hours=2)),
        a_visit(customer, owner_id=colleague.id),
        an_order(customer, number="1", due_at=MORNING),
        an_order(customer, number="2", due_at=MORNING + timedelta(days=3)),
        an_order(customer, number="3", engineer_id=colleague.id),
        a_commitment(customer, owner_id=LI_WEI),
        a_request(customer),
        an_asset(customer, warranty_until=MORNING.date() + timedelta(days=20)),
    )
    services.records.save(Customer, customer, {"phone": "0512-1"})

    home = queries.home()

    assert (len(home.visits), home.visits_done, home.next_visit.purpose) == (2, 1, "下一站")
    assert (home.open_orders, home.due_today) == (2, 1)
    assert [row.number for row in home.orders] == ["1", "2"]
    assert (home.waiting, home.warranties_ending, home.open_requests) == (1, 1, 1)
    assert len(home.commitments) == 1


def test_a_visit_comes_with_what_to_know_before_going_in(queries, replica, customer):
    visit = a_visit(customer)
    visit_id = visit.id
    pulled(
        replica,
        a_contact(customer),
        an_asset(customer),
        an_order(customer),
        a_request(customer),
        visit,
        a_visit(customer, purpose="上次", state=VisitState.DONE, planned_from=MORNING - timedelta(days=30)),
    )

    card = queries.visit_card(visit_id)

    prep = card.prep
    assert prep.address == "江苏省苏州市虎丘区星湖街 218 号"
    assert [visit.purpose for visit in prep.last_visits] == ["上次"]
    assert (len(prep.contacts), len(prep.machines), len(prep.open_orders), len(prep.open_requests)) == (
        1,
        1,
        1,
        1,
    )
    assert not card.row.prepared
    assert VisitState.UNDER_WAY in card.next_states


def test_an_order_says_what_may_come_next(queries, replica, customer):
    order = an_order(customer, state=OrderState.ON_SITE)
    order_id = order.id
    pulled(replica, order)

    card = queries.order_card(order_id)

    assert card.forward is OrderState.WORKING
    assert set(card.next_states) == {OrderState.WORKING, OrderState.CANCELLED, OrderState.DISPATCHED}
    assert [step.state for step in card.steps if step.current] == [OrderState.ON_SITE]
    assert sum(step.reached for step in card.steps) == 4


def test_an_order_is_marked_for_what_is_recorded_on_it(queries, services, replica, customer):
    order = an_order(customer)
    order_id = order.id
    pulled(replica, order)
    services.order_work.book_time(order_id, 30)

    card = queries.order_card(order_id)
    assert (card.row.mark, card.mark) == (Mark.NONE, Mark.UNSYNCED)


def test_the_service_report_has_every_text(queries, services, replica, customer):
    machine = an_asset(customer)
    machine_id = machine.id
    pulled(replica, machine)
    order, _ = services.orders.dispatch(
        {"customer_id": customer, "asset_id": machine_id, "subject": "主轴异响"}
    )
    services.order_work.record(order, findings="轴承磨损", remedy="更换轴承")
    services.order_work.use_part(order, Decimal("2.50"), spare_part_id=SEAL)
    services.order_work.book_time(order, 135)

    report = queries.service_report(order)

    facts = dict(report.facts)
    assert facts[tr("Customer")] == "苏州正远机械有限公司"
    assert dict(report.texts)[tr("Remedy")] == "更换轴承"
    tables = {table.title: table.rows for table in report.tables}
    assert tables[tr("Parts used")] == (("MF-17", "密封圈", "2.5", "件", ""),)
    assert tables[tr("Working time")][0][-1] == "2:15"
    assert report.signature_facts == ()
    assert report.number.startswith("SO-2611-")


def test_references_are_chosen_among_rows_of_the_same_customer(queries, replica, customer):
    other = a_customer(name="别家")
    other_id = other.id
    pulled(replica, a_contact(customer), other, a_contact(other_id, name="外人"))

    titles = [choice.title for choice in queries.records.choices("contact", customer_id=customer)]
    assert titles == ["王芳"]
    assert [c.subtitle for c in queries.records.choices("spare_part", "密封")] == ["MF-17"]
    assert {c.title for c in queries.records.choices("customer")} == {"别家", "苏州正远机械有限公司"}


def test_the_catalogue_is_found_by_number_and_name(queries, replica):
    bearing = a_spare_part(code="BR-6204", name="轴承")
    retired = a_user(login="old", name="退休", active=False)
    pulled(replica, bearing, retired, a_product_part())

    assert [c.title for c in queries.catalogue.parts("6204")] == ["轴承"]
    assert [c.title for c in queries.catalogue.parts(product_id=PUMP)] == ["密封圈"]
    assert [c.title for c in queries.catalogue.people()] == ["李伟"]
    assert [c.title for c in queries.catalogue.territories()] == ["华东 压力机"]
    assert [c.title for c in queries.catalogue.regions()] == ["华东"]


def test_search_shows_a_customer_before_the_sites_that_are_called_after_him(queries, replica):
    customer, other = a_customer(name="苏州恒远精密机械"), a_customer(name="无锡某某")
    pulled(replica, customer, other, a_site(customer.id, name="恒远一厂"))
    assert [hit.title for hit in queries.search.find("恒远").hits] == ["苏州恒远精密机械", "恒远一厂"]

    pulled(replica, a_site(other.id, name="恒远"))
    with replica.absorb() as connection:
        search_index.index_pending(connection)

    assert [hit.title for hit in queries.search.find("恒远").hits] == ["恒远", "恒远一厂", "苏州恒远精密机械"]


def test_search_shows_who_is_called_so_before_his_employer_whose_name_sounds_so_inside(queries, replica):
    customer = a_customer(name="苏州恒远精密机械")
    pulled(replica, customer, a_contact(customer.id, name="周建国"))
    with replica.absorb() as connection:
        search_index.index_pending(connection)

    assert [hit.title for hit in queries.search.find("zhou").hits] == ["周建国", "苏州恒远精密机械"]


def test_search_finds_everything_of_a_customer_and_shows_why(queries, replica, customer):
    pulled(replica, a_contact(customer), an_asset(customer), an_order(customer))
    with replica.absorb() as connection:
        search_index.index_pending(connection)

    (hit,) = queries.search.find("zhengyuan").hits
    assert (hit.entity, hit.highlights, hit.customer_id) == (Customer, ((2, 2),), customer)
    assert hit.subtitle == "苏州市 · " + tr("Machines: {count}", count=1)
    (order,) = queries.search.find("SO-2026").hits
    assert (order.entity, order.subtitle) == (ServiceOrder, "更换主油缸密封 · 苏州正远机械有限公司")
    assert [h.entity for h in queries.search.find("wf").hits] == [Contact]
    assert queries.search.find("  ").hits == ()


@pytest.mark.parametrize(
    ("title", "typed", "spans"),
    [
        ("苏州恒远精密", "hengyuan", ((2, 2),)),
        ("苏州恒远精密", "hy", ((2, 2),)),
        ("苏州恒远精密", "恒远 精", ((2, 2), (4, 1))),
        ("苏州恒远精密", "hengyua", ((2, 2),)),
        ("苏州正元精密", "hengyuan", ()),
        ("Spindle HMC-630", "hmc", ((8, 3),)),
    ],
)
def test_a_hit_shows_where_it_was_meant(title, typed, spans):
    assert highlights(title, typed) == spans


def test_the_timeline_marks_what_has_not_been_sent(queries, services, replica, customer):
    visit = a_visit(customer)
    visit_id = visit.id
    pulled(replica, visit)
    services.visits.cancel(visit_id)

    (event,) = queries.customer_overview(customer).activity
    assert (event.entity, event.state, event.mark) == (Visit, VisitState.CANCELLED, Mark.UNSYNCED)
