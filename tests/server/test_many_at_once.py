"""Many laptops at the same time, in real threads on a real database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.customers import Contact
from app.domain.service_orders import PartUsed, ServiceOrder
from sync.protocol import Status
from sync.server.pull import pull
from sync.server.push import push
from tests.server.oracle import holds, should_hold
from tests.server.test_visibility import TODAY
from tests.server.world import Laptop, World, a_contact

WRITERS = 6
EDITS = 12


def test_whoever_polls_while_others_write_misses_no_row(world: World) -> None:
    rossi = world.add_customer(world.north)
    writers = [world.laptop(world.anna).pull() for _ in range(WRITERS)]
    pollers = [world.laptop(user).pull() for user in (world.anna, world.lin)]
    writing = threading.Event()
    writing.set()

    def write(laptop: Laptop) -> None:
        for _ in range(EDITS):
            assert laptop.push(laptop.new_contact(rossi)).status is Status.APPLIED

    def poll(laptop: Laptop) -> None:
        while writing.is_set():
            laptop.pull(limit=3)

    with ThreadPoolExecutor(len(pollers)) as polling:
        polls = [polling.submit(poll, laptop) for laptop in pollers]
        _all_at_once([lambda laptop=laptop: write(laptop) for laptop in writers])  # type: ignore[misc]
        writing.clear()
        for done in polls:
            done.result()

    for laptop in pollers:
        laptop.pull()
        assert len(laptop.of(Contact)) == WRITERS * EDITS
        assert holds(laptop) == should_hold(world, laptop.caller.user, TODAY)


def test_amounts_added_at_the_same_time_all_count(world: World) -> None:
    rossi = world.add_customer(world.north)
    order = world.add(
        ServiceOrder, rossi, number="1", customer_id=rossi, type="repair", state="accepted",
        severity="normal", subject="Door",
    )  # fmt: skip
    part = world.add(PartUsed, rossi, service_order_id=order, description="Bolt", amount=0)
    laptops = [world.laptop(world.anna).pull() for _ in range(WRITERS)]

    def book(laptop: Laptop) -> None:
        for _ in range(5):
            amount = laptop.value(part, "amount")
            assert isinstance(amount, int)
            laptop.push(laptop.edit(part, amount=amount + 10_000))

    _all_at_once([lambda laptop=laptop: book(laptop) for laptop in laptops])  # type: ignore[misc]

    assert laptops[0].pull().value(part, "amount") == WRITERS * 5 * 10_000


def test_rows_touched_in_opposite_order_never_block_for_good(world: World) -> None:
    rossi = world.add_customer(world.north)
    first, second = (world.add(Contact, rossi, **a_contact(rossi)) for _ in range(2))
    forward, backward = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()

    def edit(laptop: Laptop, rows: list[str]) -> None:
        for number in range(10):
            ops = [laptop.edit(row, email=f"{number}@{laptop.caller.device}") for row in rows]
            assert laptop.push(*ops).status in (Status.APPLIED, Status.CONFLICT)

    _all_at_once([lambda: edit(forward, [first, second]), lambda: edit(backward, [second, first])])


def test_the_same_push_arriving_twice_at_once_is_applied_once(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    wire = [anna.mutation(anna.new_contact(rossi)).to_wire()]
    results = []

    def send() -> None:
        results.extend(push(world.database, anna.caller, wire))

    _all_at_once([send] * 4)

    assert len({result.seq for result in results}) == 1
    assert len(anna.pull().of(Contact)) == 1


def test_a_child_made_while_its_parent_is_deleted_dangles_nowhere(world: World) -> None:
    anna, lin = world.laptop(world.anna), world.laptop(world.lin)
    for _ in range(6):
        rossi = world.add_customer(world.north)
        anna.pull()
        lin.pull()

        _all_at_once([lambda: anna.push(anna.new_contact(rossi)), lambda: lin.push(lin.delete(rossi))])  # noqa: B023

        lin.pull()
        orphans = [row for row in lin.of(Contact).values() if row["customer_id"] not in lin.rows]
        assert orphans == []


def _all_at_once(jobs: list[Callable[[], object]]) -> None:
    ready = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        ready.wait()
        job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result()


@pytest.mark.parametrize("reader", ["anna", "lin"])
def test_a_reader_sees_one_moment_throughout_a_page(world: World, reader: str) -> None:
    rossi = world.add_customer(world.north)
    laptop = world.laptop(getattr(world, reader))

    with world.database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sync_row").all()
        world.add(Contact, rossi, **a_contact(rossi))
        page = pull(connection, laptop.caller)

    assert b'"contact"' not in page.body
