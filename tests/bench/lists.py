"""How long the long lists take at 100,000 customers: open, last page, filters, search, cards.

Run it with `python -m tests.bench.lists [rows]`; it makes its own replica in a temporary folder.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from app.domain.customers import Customer, Industry, LifecycleStage
from app.domain.entity import Entity
from app.domain.service_orders import OrderState
from app.domain.visits import VisitState
from app.persistence import raw_rows, search_index
from app.persistence.overlay import Version
from app.persistence.replica import Replica
from app.queries import Queries
from app.queries.assets import AssetFilter, AssetSort
from app.queries.customers import CustomerFilter, CustomerSort
from app.queries.orders import OrderFilter, OrderSort
from tests.builders import LI_WEI, MORNING, a_contact, a_customer, a_visit, an_asset, an_order
from tests.replicas import a_replica

PLACES = ("苏州", "无锡", "宁波", "杭州", "常州", "昆山", "合肥", "南通", "扬州", "青岛")
NAMES = "恒远凯泽东骏瑞达天衡明川博铭越峰新智华海润丰正元精工"
KINDS = ("精密机械有限公司", "液压科技有限公司", "注塑设备股份有限公司", "包装机械厂", "模具有限公司")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        replica = a_replica(Path(folder))
        begun = time.perf_counter()
        some = fill(replica, count)
        print(f"filled {count} customers in {time.perf_counter() - begun:.1f} s")
        begun = time.perf_counter()
        index(replica)
        print(f"indexed in {time.perf_counter() - begun:.1f} s")
        report(Queries.over(replica, lambda: MORNING), count, some)
        replica.close()


def fill(replica: Replica, count: int) -> Customer:
    """A fifth of the customers with a machine, a contact and an order each; one with many."""
    dice = random.Random(7)
    made: list[Entity] = []
    for number in range(count):
        city, name = dice.choice(PLACES), "".join(dice.sample(NAMES, 2))
        customer = a_customer(
            name=f"{city}{name}{dice.choice(KINDS)}",
            code=f"C-{number:06d}",
            city=city,
            owner_id=LI_WEI if number % 10 == 0 else None,
            industry=dice.choice(list(Industry)),
            lifecycle_stage=dice.choice(list(LifecycleStage)),
            phone=f"0512-{dice.randrange(10**8):08d}",
        )
        made.append(customer)
        if number % 5 == 0:
            made += below(customer, number, dice)
        if len(made) > 20_000:
            put(replica, made)
            made = []
    first = a_customer(name="苏州恒远精密机械有限公司", owner_id=LI_WEI)
    made.append(first)
    for number in range(300):
        made += below(first, count + number, dice)
    put(replica, made)
    return first


def below(customer: Customer, number: int, dice: random.Random) -> list[Entity]:
    machine = an_asset(
        customer.id,
        name=f"加工中心 VMX-{dice.randrange(900)}",
        serial_no=f"VMX-{number:07d}",
        warranty_until=MORNING.date() + timedelta(days=dice.randrange(-900, 900)),
    )
    order = an_order(
        customer.id,
        number=f"SO-{number:07d}",
        asset_id=machine.id,
        due_at=MORNING + timedelta(hours=dice.randrange(-2000, 2000)),
        state=dice.choice([OrderState.DISPATCHED, *[OrderState.COMPLETED] * 9]),
    )
    visit = a_visit(customer.id, state=VisitState.DONE, planned_from=MORNING - timedelta(days=number % 365))
    return [machine, a_contact(customer.id), order, visit]


def put(replica: Replica, rows: list[Entity]) -> None:
    from app.domain.entity import stored_values

    by_kind: dict[type[Entity], list[raw_rows.RawRow]] = {}
    for row in rows:
        known = {name: value for name, value in stored_values(row).items() if value is not None}
        root = row.id if isinstance(row, Customer) else row.customer_id  # type: ignore[attr-defined]
        raw = raw_rows.raw(type(row), row.id.hex, Version(root.hex, 1, known))
        by_kind.setdefault(type(row), []).append(raw)
    with replica.absorb() as connection:
        for entity, raws in by_kind.items():
            raw_rows.upsert(connection, entity, raws)


def index(replica: Replica) -> None:
    while True:
        with replica.absorb() as connection:
            if not search_index.index_pending(connection, 2_000):
                return


def report(queries: Queries, count: int, some: Customer) -> None:
    any_customer, mine = CustomerFilter(), CustomerFilter(mine=True)
    customers, assets, orders = queries.customers, queries.assets, queries.orders
    last = count - 200
    measured: list[tuple[str, Callable[[], object]]] = [
        ("customers: count", lambda: customers.count(any_customer)),
        ("customers: first page", lambda: customers.page(any_customer)),
        ("customers: last page", lambda: customers.page(any_customer, offset=last)),
        ("customers: last page by no.", lambda: customers.page(any_customer, CustomerSort.CODE, last)),
        ("customers: newest", lambda: customers.page(any_customer, CustomerSort.NEWEST)),
        ("customers: mine, count", lambda: customers.count(mine)),
        ("customers: mine, page", lambda: customers.page(mine)),
        ("customers: industry, count", lambda: customers.count(CustomerFilter(industry=Industry.BOILER))),
        ("customers: industry, page", lambda: customers.page(CustomerFilter(industry=Industry.BOILER))),
        ("customers: stage, page", lambda: customers.page(CustomerFilter(stage=LifecycleStage.PROSPECT))),
        ("customers: open orders", lambda: customers.page(CustomerFilter(with_open_orders=True))),
        ("customers: open orders, count", lambda: customers.count(CustomerFilter(with_open_orders=True))),
        ("customers: unsynced", lambda: customers.page(CustomerFilter(unsynced=True))),
        ("customers: text 恒远", lambda: customers.page(CustomerFilter(text="恒远"))),
        ("customers: text hengyuan, count", lambda: customers.count(CustomerFilter(text="hengyuan"))),
        ("customers: text 有限公司, count", lambda: customers.count(CustomerFilter(text="有限公司"))),
        ("machines: first page", lambda: assets.page(AssetFilter())),
        ("machines: by warranty", lambda: assets.page(AssetFilter(), AssetSort.WARRANTY, descending=True)),
        ("machines: warranty ending", lambda: assets.page(AssetFilter(warranty_ending=True))),
        ("orders: first page", lambda: orders.page(OrderFilter())),
        ("orders: open by due", lambda: orders.page(OrderFilter(only_open=True), OrderSort.DUE)),
        ("orders: due today, count", lambda: orders.count(OrderFilter(due_today=True))),
        ("search: hengyuan", lambda: queries.search.find("hengyuan")),
        ("search: 精", lambda: queries.search.find("精")),
        ("search: VMX-0000100", lambda: queries.search.find("VMX-0000100")),
        ("home", queries.home),
        ("overview with 300 of each", lambda: queries.customer_overview(some.id)),
        ("week", lambda: queries.visits.week(MORNING.date(), MORNING.date() + timedelta(days=6))),
        ("sync centre", queries.sync_centre.overview),
    ]
    for name, run in measured:
        run()
        times = sorted(elapsed(run) for _ in range(7))
        print(f"{name:36} {median(times):7.1f} ms   worst {times[-1]:7.1f}")


def elapsed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
