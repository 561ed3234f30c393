"""What a laptop makes of the pages it pulls."""

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import orjson
import pytest

from app.domain.customers import Contact, Customer, Site
from app.domain.entity import CATALOGUE
from app.domain.errors import SignInNeeded
from app.domain.ids import new_id
from app.domain.organisation import ProductLine, Region, Territory
from app.domain.visits import Visit
from app.persistence.bookkeeping import OutboxState
from app.persistence.inbound import OwnRowsDiffer
from app.persistence.withdrawal import take_back
from sync.pages import own_mark
from sync.protocol import Result, Status
from tests.sync.laptops import Laptop, a_page, gone, put

_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TERRITORY = new_id()
ROSSI = new_id()
REGION, LINE = new_id(), new_id()
GROUND = (
    put(Region, REGION, CATALOGUE, code="e", name="East"),
    put(ProductLine, LINE, CATALOGUE, code="m", name="Machines"),
    put(Territory, TERRITORY, CATALOGUE, name="East machines", region_id=REGION, product_line_id=LINE),
)


def rossi(rev: int = 1, **values: object) -> list[object]:
    return put(Customer, ROSSI, ROSSI, rev, **{"name": "Rossi", "territory_id": TERRITORY, **values})


def contact(contact_id: UUID, rev: int = 1, **values: object) -> list[object]:
    return put(Contact, contact_id, ROSSI, rev, **{"customer_id": ROSSI, "name": "Li", **values})


def mark_of(line: list[object]) -> list[object]:
    """The line that stands for a row which the laptop wrote itself."""
    _, name, row_id, root_id, _, rev, values = line
    mark = own_mark(str(name), str(row_id), str(root_id), cast("int", rev), orjson.dumps(values).decode())
    return ["own", name, row_id, rev, mark]


@pytest.fixture
def stocked(van: Laptop) -> Laptop:
    van.store.apply(a_page(*GROUND, rossi(phone="111"), head=1))
    return van


def answer(van: Laptop, status: Status = Status.APPLIED, seq: int = 2) -> list[Result]:
    return [Result(m.op_id, m.n, status, seq, code="no") for m in van.store.outgoing(100)]


def test_pages_are_shown_only_when_the_last_one_is_there(van: Laptop) -> None:
    li = new_id()

    van.store.stage(a_page(contact(li), complete=False, cursor="p1"))
    before = van.rows()
    van.restart()
    changes = van.store.apply(a_page(*GROUND, rossi(), head=5))

    assert before == {}
    assert van.shown(Contact, li, "name") == "Li"
    assert changes.touch(Contact)
    assert changes.touch(Customer)
    assert van.store.position().token == "after-5"


def test_an_interrupted_pull_goes_on_at_the_page_it_had_reached(van: Laptop) -> None:
    van.store.stage(a_page(contact(new_id()), complete=False, cursor="p1"))

    van.restart()

    assert van.store.position().token == "p1"


def test_what_is_pulled_is_never_queued_for_the_server(stocked: Laptop) -> None:
    assert stocked.outbox() == {}
    assert stocked.store.outgoing(10) == ()


def test_an_unsent_edit_stays_on_show_while_the_server_changes_other_fields(stocked: Laptop) -> None:
    stocked.edit(Customer, ROSSI, phone="222")

    stocked.store.apply(a_page(rossi(2, phone="111", website="rossi.example"), head=2))

    assert stocked.shown(Customer, ROSSI, "phone", "website") == ("222", "rossi.example")


def test_an_accepted_edit_stays_on_show_until_its_commit_was_pulled(stocked: Laptop) -> None:
    op = stocked.edit(Customer, ROSSI, phone="222")
    stocked.store.settle(answer(stocked, seq=7))

    stocked.store.apply(a_page(rossi(2, phone="111", website="w"), head=6))
    early = stocked.shown(Customer, ROSSI, "phone"), stocked.outbox()[op]
    stocked.store.apply(a_page(rossi(3, phone="222", website="w"), head=7))

    assert early == ("222", OutboxState.ACKED)
    assert stocked.shown(Customer, ROSSI, "phone") == "222"
    assert stocked.outbox()[op] == OutboxState.DONE


def test_after_a_conflict_the_servers_value_stands_once_it_is_here(stocked: Laptop) -> None:
    stocked.edit(Customer, ROSSI, phone="222")
    stocked.store.settle(answer(stocked, Status.CONFLICT, seq=2))
    before = stocked.shown(Customer, ROSSI, "phone")

    stocked.store.apply(a_page(rossi(2, phone="333"), head=2))

    assert before == "222"
    assert stocked.shown(Customer, ROSSI, "phone") == "333"


def test_after_a_conflict_over_an_unchanged_row_the_edit_goes_all_the_same(stocked: Laptop) -> None:
    stocked.edit(Customer, ROSSI, phone="222")
    stocked.store.settle(answer(stocked, Status.CONFLICT, seq=2))

    stocked.store.apply(a_page(head=2))

    assert stocked.shown(Customer, ROSSI, "phone") == "111"


def test_an_answer_that_was_lost_arrives_with_the_pull_and_is_counted_once(stocked: Laptop) -> None:
    stocked.edit(Customer, ROSSI, phone="222")
    lost = answer(stocked, seq=2)

    stocked.store.apply(a_page(rossi(2, phone="222"), head=2, results=lost))

    assert set(stocked.outbox().values()) == {OutboxState.DONE}
    assert stocked.store.outgoing(10) == ()


def test_own_work_comes_back_as_a_mark_and_is_the_servers_from_then_on(stocked: Laptop) -> None:
    op = stocked.edit(Customer, ROSSI, phone="222")
    stocked.store.settle(answer(stocked, seq=2))

    stocked.store.apply(a_page(mark_of(rossi(2, phone="222")), head=2))

    assert stocked.shown(Customer, ROSSI, "phone", "rev") == ("222", 2)
    assert stocked.outbox()[op] == OutboxState.DONE


@pytest.mark.parametrize("phone", ["222", "333"])
def test_a_mark_of_something_else_than_what_is_on_show_changes_nothing(stocked: Laptop, phone: str) -> None:
    stocked.edit(Customer, ROSSI, phone="222")
    stocked.store.settle(answer(stocked, seq=2))
    before = stocked.rows()

    with pytest.raises(OwnRowsDiffer):
        stocked.store.apply(a_page(mark_of(rossi(2, phone=phone, website="w")), head=2))

    assert stocked.rows() == before
    assert stocked.store.position().token == "after-1"


def test_a_refused_edit_stays_as_a_draft_and_holds_back_only_its_own_row(stocked: Laptop) -> None:
    other = new_id()
    stocked.store.apply(a_page(put(Customer, other, other, name="Bianchi", territory_id=TERRITORY), head=2))
    refused = stocked.edit(Customer, ROSSI, phone="bad")
    stocked.store.settle(answer(stocked, Status.REJECTED))

    behind = stocked.edit(Customer, ROSSI, website="w")
    free = stocked.edit(Customer, other, phone="9")
    sent = [mutation.op_id for mutation in stocked.store.outgoing(10)]
    stocked.store.apply(a_page(rossi(2, phone="111", email="e"), head=3))

    assert sent == [free]
    assert stocked.outbox()[refused] == OutboxState.REJECTED
    assert stocked.outbox()[behind] == OutboxState.WAITING
    assert stocked.shown(Customer, ROSSI, "phone", "website", "email") == ("bad", "w", "e")


def test_taking_a_refused_edit_back_frees_what_waited_and_corrects_what_it_saw(stocked: Laptop) -> None:
    refused = stocked.edit(Customer, ROSSI, phone="bad")
    stocked.store.settle(answer(stocked, Status.REJECTED))
    behind = stocked.edit(Customer, ROSSI, phone="good")

    take_back(stocked.replica, [refused])

    [mutation] = stocked.store.outgoing(10)
    assert mutation.op_id == behind
    [op] = orjson.loads(mutation.ops)
    assert op["patch"]["was"] == {"phone": "111"}
    assert stocked.shown(Customer, ROSSI, "phone") == "good"


def test_taking_back_a_new_record_takes_what_was_built_on_it(stocked: Laptop) -> None:
    made = stocked.add(Customer, name="Neu", territory_id=TERRITORY)
    [op_id] = stocked.outbox()
    li = stocked.add(Contact, customer_id=made, name="Li")

    take_back(stocked.replica, [op_id])

    assert stocked.outbox() == {}
    assert stocked.shown(Customer, made, "name") is None
    assert stocked.shown(Contact, li, "name") is None


def test_what_is_on_its_way_cannot_be_taken_back(stocked: Laptop) -> None:
    op = stocked.edit(Customer, ROSSI, phone="222")
    stocked.store.outgoing(10)

    take_back(stocked.replica, [op])

    assert stocked.outbox() == {op: OutboxState.PENDING}
    assert stocked.shown(Customer, ROSSI, "phone") == "222"


def test_mutations_are_numbered_without_a_gap_when_they_are_sent(stocked: Laptop) -> None:
    undone = stocked.edit(Customer, ROSSI, phone="1")
    take_back(stocked.replica, [undone])
    stocked.edit(Customer, ROSSI, phone="2")
    stocked.edit(Customer, ROSSI, phone="3")

    first = [mutation.n for mutation in stocked.store.outgoing(1)]
    stocked.restart()
    both = [mutation.n for mutation in stocked.store.outgoing(10)]

    assert (first, both) == ([1], [1, 2])


def test_a_root_that_leaves_the_scope_takes_everything_below_with_it(stocked: Laptop) -> None:
    li = new_id()
    stocked.store.apply(a_page(contact(li), head=2))

    stocked.store.apply(a_page(["out", ROSSI.hex], head=3))

    assert stocked.shown(Customer, ROSSI, "name") is None
    assert stocked.shown(Contact, li, "name") is None
    assert stocked.shown(Territory, TERRITORY, "name") == "East machines"


def test_unsent_work_on_a_root_that_left_is_still_sent_and_returns_with_it(stocked: Laptop) -> None:
    edit = stocked.edit(Customer, ROSSI, phone="222")
    li = stocked.add(Contact, customer_id=ROSSI, name="Li")

    stocked.store.apply(a_page(["out", ROSSI.hex], head=2))
    hidden = stocked.shown(Customer, ROSSI, "name"), stocked.shown(Contact, li, "name")
    sent = [mutation.op_id for mutation in stocked.store.outgoing(10)]
    stocked.store.apply(a_page(rossi(2, phone="111"), head=3))

    assert hidden == (None, None)
    assert edit in sent
    assert len(sent) == 2
    assert stocked.shown(Customer, ROSSI, "phone") == "222"
    assert stocked.shown(Contact, li, "name") == "Li"


def test_a_row_deleted_elsewhere_goes_although_an_unsent_edit_lies_on_it(stocked: Laptop) -> None:
    op = stocked.edit(Customer, ROSSI, phone="222")

    stocked.store.apply(a_page(gone(Customer, ROSSI, ROSSI), head=2))

    assert stocked.shown(Customer, ROSSI, "phone") is None
    assert stocked.outbox() == {op: OutboxState.PENDING}


def test_a_reference_to_a_row_we_do_not_hold_is_hidden_until_that_row_comes(stocked: Laptop) -> None:
    visit, site = new_id(), new_id()
    line = put(Visit, visit, ROSSI, customer_id=ROSSI, site_id=site, purpose="p", planned_from=_NOON)

    stocked.store.apply(a_page(line, head=2))
    before = stocked.shown(Visit, visit, "purpose", "site_id"), stocked.dangling()
    stocked.store.apply(a_page(put(Site, site, ROSSI, customer_id=ROSSI, name="Plant"), head=3))

    assert before == (("p", None), [])
    assert stocked.shown(Visit, visit, "site_id") == site


def test_a_row_whose_parent_is_not_here_is_hidden_until_it_comes(van: Laptop) -> None:
    li = new_id()

    van.store.apply(a_page(contact(li), head=2))
    before = van.shown(Contact, li, "name"), van.dangling()
    van.store.apply(a_page(*GROUND, rossi(), head=3))

    assert before == (None, [])
    assert van.shown(Contact, li, "name") == "Li"


def test_fields_and_records_of_a_newer_server_do_no_harm(stocked: Laptop) -> None:
    page = a_page(rossi(2, phone="5"), ["put", "hologram", new_id().hex, ROSSI.hex, 1, 1, [1]], head=2)

    stocked.store.apply(page)

    assert stocked.shown(Customer, ROSSI, "phone") == "5"


@pytest.mark.parametrize(
    "line", [["put", "customer"], ["del", "customer", 1, 2, 3, 4], ["out", 5], ["res", 1]]
)
def test_a_line_that_means_nothing_holds_up_no_other(stocked: Laptop, line: list[object]) -> None:
    stocked.store.apply(a_page(rossi(2, phone="9"), line, head=2))

    assert stocked.shown(Customer, ROSSI, "phone") == "9"
    assert stocked.store.position().token == "after-2"


@pytest.mark.parametrize("status", [Status.FORKED, Status.GAP])
def test_ambiguous_numbers_make_the_laptop_another_device_that_sends_all_again(
    stocked: Laptop, status: Status
) -> None:
    op = stocked.edit(Customer, ROSSI, phone="2")
    before = stocked.store.identity().device_id

    stocked.store.settle(answer(stocked, status))

    [mutation] = stocked.store.outgoing(10)
    assert (mutation.op_id, mutation.n) == (op, 1)
    assert mutation.device_id == stocked.store.identity().device_id != before


def test_a_replica_nobody_signed_in_on_asks_for_a_sign_in(van: Laptop) -> None:
    with van.replica.absorb() as connection:
        connection.exec_driver_sql("DELETE FROM sync_state")

    with pytest.raises(SignInNeeded):
        van.store.outgoing(1)
