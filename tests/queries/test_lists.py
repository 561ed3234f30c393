"""Lists: filters, orders, windows and marks."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.assets import AssetStatus
from app.domain.conflicts import Conflict
from app.domain.customers import Contact, Customer, Industry, LifecycleStage
from app.domain.ids import new_id
from app.domain.service_orders import OrderState
from app.domain.visits import VisitState
from app.persistence import search_index
from app.queries.assets import AssetFilter, AssetSort
from app.queries.customers import CustomerFilter, CustomerSort
from app.queries.marks import Mark
from app.queries.orders import OrderFilter, OrderSort
from app.queries.visits import VisitFilter
from tests.builders import (
    LI_WEI,
    MORNING,
    a_contact,
    a_customer,
    a_note,
    a_visit,
    an_asset,
    an_order,
)
from tests.replicas import pulled

ANY = CustomerFilter()


@pytest.fixture
def three(replica) -> list[UUID]:
    customers = [
        a_customer(id=new_id(1), name="甲", code="C-3", industry=Industry.BOILER, owner_id=LI_WEI),
        a_customer(id=new_id(2), name="乙", code="C-1", industry=Industry.BOILER, city="无锡"),
        a_customer(id=new_id(3), name="丙", code="C-2", lifecycle_stage=LifecycleStage.PROSPECT),
    ]
    ids = [customer.id for customer in customers]
    pulled(replica, *customers)
    return ids


def open_conflict(row: Customer | Contact, root_id: UUID) -> Conflict:
    return Conflict(
        id=new_id(), root_id=root_id, entity=row.__tablename__, row_id=row.id, field="phone",
        base='"1"', mine='"2"', theirs='"3"', op_id=new_id(), author_id=LI_WEI, device_id=new_id(),
        acted_at=MORNING, received_at=MORNING,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (ANY, 3),
        (CustomerFilter(mine=True), 1),
        (CustomerFilter(industry=Industry.BOILER), 2),
        (CustomerFilter(stage=LifecycleStage.PROSPECT), 1),
        (CustomerFilter(text="C-1"), 1),
        (CustomerFilter(text="无此"), 0),
        (CustomerFilter(unsynced=True), 0),
        (CustomerFilter(with_open_orders=True), 0),
    ],
)
def test_customers_are_filtered(queries, three, wanted, count):
    assert queries.customers.count(wanted) == count
    assert len(queries.customers.page(wanted)) == count


@pytest.mark.parametrize(
    ("sort", "descending", "codes"),
    [
        (CustomerSort.CODE, False, ["C-1", "C-2", "C-3"]),
        (CustomerSort.CODE, True, ["C-3", "C-2", "C-1"]),
        (CustomerSort.NEWEST, False, ["C-2", "C-1", "C-3"]),
        (CustomerSort.NAME, False, ["C-2", "C-1", "C-3"]),
    ],
)
def test_customers_are_sorted(queries, three, sort, descending, codes):
    rows = queries.customers.page(ANY, sort, descending=descending)
    assert [row.code for row in rows] == codes


def test_windows_join_without_gap_or_overlap(queries, replica):
    pulled(replica, *(a_customer(name="同名") for _ in range(25)))

    windows = [queries.customers.page(ANY, offset=offset, limit=10) for offset in (0, 10, 20)]

    ids = [row.id for window in windows for row in window]
    assert [len(window) for window in windows] == [10, 10, 5]
    assert len(set(ids)) == 25


def test_a_row_tells_machines_open_orders_and_the_last_contact(queries, replica, three):
    machine = an_asset(three[0])
    pulled(
        replica,
        machine,
        an_order(three[0], number="1"),
        an_order(three[0], number="2", state=OrderState.COMPLETED),
        a_visit(three[0], state=VisitState.DONE),
        a_visit(three[0], planned_from=MORNING + timedelta(days=5)),
        a_note(three[0], written_at=MORNING - timedelta(days=1)),
    )

    (row,) = queries.customers.page(CustomerFilter(text="C-3"))
    assert (row.machines, row.open_orders, row.last_contact_at) == (1, 1, MORNING)
    assert row.owner_name == "李伟"
    assert queries.customers.count(CustomerFilter(with_open_orders=True)) == 1


def test_a_customer_is_marked_for_what_waits_below_it(queries, services, three):
    services.customers.add_contact(three[1], {"name": "沈敏"})

    marked = {row.id: row.mark for row in queries.customers.page(ANY)}
    assert [marked[customer] for customer in three] == [Mark.NONE, Mark.UNSYNCED, Mark.NONE]
    assert queries.customers.count(CustomerFilter(unsynced=True)) == 1


def test_a_conflict_is_graver_than_waiting(queries, services, replica, three):
    contact = a_contact(three[0], phone="1")
    pulled(replica, contact)
    services.records.save(Contact, contact.id, {"phone": "2"})
    pulled(replica, open_conflict(contact, three[0]))

    assert queries.customers.page(CustomerFilter(mine=True))[0].mark is Mark.CONFLICT
    assert queries.customer_overview(three[0]).contacts[0].mark is Mark.CONFLICT


def test_a_refused_draft_is_marked(queries, services, replica, three):
    services.records.save(Customer, three[0], {"phone": "2"})
    with replica.absorb() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'rejected', code = 'field.server_only'")

    assert queries.customers.page(CustomerFilter(mine=True))[0].mark is Mark.REFUSED


@pytest.mark.parametrize("typed", ["suzhou", "szzy", "ZHENGYUAN", "正远", "远", "苏州 机械"])
def test_lists_are_filtered_by_text_pinyin_and_initials(queries, replica, typed):
    pulled(replica, a_customer(), a_customer(name="无锡凯泽"))
    with replica.absorb() as connection:
        search_index.index_pending(connection)

    rows = queries.customers.page(CustomerFilter(text=typed))
    assert [row.name for row in rows] == ["苏州正远机械有限公司"]


def test_a_row_is_found_by_its_text_before_it_is_indexed(queries, replica):
    pulled(replica, a_customer(), a_customer(name="无锡凯泽"))

    rows = queries.customers.page(CustomerFilter(text="苏州 机械"))
    assert [row.name for row in rows] == ["苏州正远机械有限公司"]


def test_a_renamed_customer_is_found_by_its_new_name_at_once(queries, services, replica, three):
    with replica.absorb() as connection:
        search_index.index_pending(connection)
    services.records.save(Customer, three[0], {"name": "丁"})

    assert queries.customers.count(CustomerFilter(text="丁")) == 1
    assert queries.customers.count(CustomerFilter(text="甲")) == 0


@pytest.mark.parametrize("typed", ['"', "%", "'; DROP", "_", "* AND", "("])
def test_signs_are_characters_and_no_wildcards(queries, replica, typed):
    pulled(replica, a_customer(name="100 清洁"))
    with replica.absorb() as connection:
        search_index.index_pending(connection)

    assert queries.customers.count(CustomerFilter(text=typed)) == 0


def test_machines_show_how_long_they_are_in_warranty(queries, replica, clock, three):
    today = clock.now.date()
    pulled(
        replica,
        an_asset(three[0], name="A", warranty_until=today + timedelta(days=26)),
        an_asset(three[0], name="B", warranty_until=today - timedelta(days=1), status=AssetStatus.FAULTY),
        an_asset(three[1], name="C"),
    )

    rows = queries.assets.page(AssetFilter())
    assert [(row.name, row.warranty_days) for row in rows] == [("A", 26), ("B", -1), ("C", None)]
    assert [row.customer_name for row in rows] == ["甲", "甲", "乙"]
    assert queries.assets.count(AssetFilter(in_warranty=True)) == 1
    assert queries.assets.count(AssetFilter(warranty_ending=True)) == 1
    assert queries.assets.count(AssetFilter(status=AssetStatus.FAULTY)) == 1
    assert queries.assets.count(AssetFilter(customer_id=three[1])) == 1
    newest = queries.assets.page(AssetFilter(), AssetSort.WARRANTY, descending=True)
    assert [row.name for row in newest] == ["A", "B", "C"]


def test_orders_due_today_include_those_overdue_and_not_those_done(queries, replica, three):
    pulled(
        replica,
        an_order(three[0], number="1", due_at=MORNING - timedelta(days=2)),
        an_order(three[0], number="2", due_at=MORNING + timedelta(hours=14)),
        an_order(three[0], number="3", due_at=MORNING + timedelta(hours=16)),
        an_order(three[0], number="4", due_at=MORNING, state=OrderState.COMPLETED, engineer_id=None),
    )

    due = queries.orders.page(OrderFilter(due_today=True), OrderSort.DUE, descending=False)
    assert [(row.number, row.overdue) for row in due] == [("1", True), ("2", False)]
    assert queries.orders.count(OrderFilter(mine=True)) == 3
    assert queries.orders.count(OrderFilter(only_open=True)) == 3
    assert queries.orders.count(OrderFilter(state=OrderState.COMPLETED)) == 1
    assert [row.number for row in queries.orders.page(OrderFilter())] == ["4", "3", "2", "1"]


def test_the_week_is_that_of_the_users_clock(queries, replica, three):
    early = MORNING.replace(hour=0, minute=30)  # still yesterday in Greenwich
    pulled(
        replica,
        a_visit(three[0], planned_from=early),
        a_visit(three[0], planned_from=early - timedelta(hours=1)),
    )

    visits = queries.visits.week(MORNING.date(), MORNING.date())
    assert [visit.planned_from for visit in visits] == [early]


def test_visits_are_ahead_or_missed_or_done(queries, replica, three):
    long_ago, tomorrow = MORNING - timedelta(days=9), MORNING + timedelta(days=1)
    pulled(
        replica,
        a_visit(three[0], purpose="错过", planned_from=long_ago, state=VisitState.MISSED),
        a_visit(three[0], purpose="没去", planned_from=MORNING - timedelta(days=1)),
        a_visit(three[0], purpose="去过", planned_from=long_ago, state=VisitState.DONE),
        a_visit(three[0], purpose="还在", planned_from=long_ago, state=VisitState.UNDER_WAY),
        a_visit(three[1], purpose="明天", planned_from=tomorrow),
        a_visit(three[1], purpose="别人的", planned_from=tomorrow, owner_id=None),
    )

    def found(**wanted):
        asked = VisitFilter(**wanted)
        page = queries.visits.page(asked)
        assert queries.visits.count(asked) == len(page)
        return [visit.purpose for visit in page]

    assert found(ahead=True, owner_id=LI_WEI) == ["还在", "明天"]
    assert found(missed=True) == ["错过", "没去"]
    assert found(state=VisitState.DONE) == ["去过"]
    assert len(found()) == 6
    assert found(text="明天") == ["明天"]
    assert len(found(text="别人", owner_id=LI_WEI)) == 0


def test_a_visit_is_found_by_its_customer(queries, replica, three):
    pulled(replica, a_visit(three[0], purpose="回访"), a_visit(three[1], purpose="送资料"))
    name = queries.visits.page(VisitFilter(text="送资料"))[0].customer_name

    assert [visit.purpose for visit in queries.visits.page(VisitFilter(text=name))] == ["送资料"]
