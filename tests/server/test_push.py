"""A mutation is taken once, whole, and in order."""

from dataclasses import replace

from app.domain.customers import Contact, Customer
from app.domain.ids import new_id
from app.domain.organisation import User
from sync.protocol import Mutation, Op, OpKind, Result, Status
from sync.server.push import push
from tests.server.world import Laptop, World, a_contact, a_customer


def _send_all(laptop: Laptop, *mutations: Mutation) -> list[Result]:
    return push(laptop.database, laptop.caller, [mutation.to_wire() for mutation in mutations])


def test_an_edit_made_on_one_laptop_reaches_the_other(world: World) -> None:
    rossi = world.add_customer(world.north, phone="111")
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()

    result = anna.push(anna.edit(rossi, phone="222"))
    lin.pull()

    assert result.status is Status.APPLIED
    assert lin.value(rossi, "phone") == "222"


def test_a_repeated_push_gets_the_same_answer_and_changes_nothing(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    mutation = anna.mutation(anna.new_contact(rossi))

    first, again = anna.send(mutation), anna.send(mutation)

    assert again == first
    assert len(anna.pull().of(Contact)) == 1


def test_another_mutation_under_a_used_number_shows_that_the_laptop_was_restored(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    anna.push(anna.edit(rossi, phone="1"))

    anna.n = 0
    result = anna.push(anna.edit(rossi, phone="2"))

    assert result.status is Status.FORKED
    assert anna.pull().value(rossi, "phone") == "1"


def test_a_number_out_of_turn_is_not_taken(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()

    anna.n = 4
    result = anna.push(anna.edit(rossi, phone="1"))

    assert (result.status, result.message) == (Status.GAP, "0")


def test_a_mutation_resent_under_a_new_device_is_known(world: World) -> None:
    rossi = world.add_customer(world.north)
    before, after = world.laptop(world.anna).pull(), world.laptop(world.anna)
    mutation = before.mutation(before.new_contact(rossi))
    first = before.send(mutation)

    again = after.send(replace(mutation, device_id=after.caller.device_id))

    assert again == first
    assert len(after.pull().of(Contact)) == 1


def test_what_travels_together_is_taken_one_by_one_in_order(world: World) -> None:
    rossi = world.add_customer(world.north, phone="1")
    anna = world.laptop(world.anna).pull()
    edits = [anna.mutation(anna.edit(rossi, phone=str(number))) for number in range(2, 5)]
    foreign = anna.mutation(anna.new_contact(world.add_customer(world.south)))
    last = anna.mutation(anna.new_contact(rossi))

    results = _send_all(anna, *edits, foreign, last, edits[0])

    assert [result.status for result in results] == [
        Status.APPLIED, Status.APPLIED, Status.APPLIED, Status.REJECTED, Status.APPLIED, Status.APPLIED,
    ]  # fmt: skip
    seqs = [result.seq for result in results]
    assert seqs[1:3] == [seqs[0] + 1, seqs[0] + 2]  # a commit each
    assert results[5] == results[0]
    anna.pull()
    assert (anna.value(rossi, "phone"), anna.rows[rossi].rev) == ("4", 4)
    assert len(anna.of(Contact)) == 1


def test_the_same_mutation_twice_in_one_push_is_applied_once(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    mutation = anna.mutation(anna.new_contact(rossi))
    anna.n += 1

    first, again, renumbered = _send_all(anna, mutation, mutation, replace(mutation, n=anna.n))

    assert again == first
    assert renumbered == replace(first, n=anna.n)
    assert len(anna.pull().of(Contact)) == 1


def test_rights_lost_on_the_way_are_lost_for_what_follows_in_the_same_push(world: World) -> None:
    rossi = world.add_customer(world.north)
    mo = world.laptop(world.mo).pull()
    card = next(row_id for row_id, values in mo.of(User).items() if row_id == world.mo)
    allowed = mo.mutation(mo.edit(world.north, name="Far north"))
    stepping_down = mo.mutation(mo.edit(card, role="engineer"))
    too_late = mo.mutation(mo.edit(world.north, name="South"))
    unseen = mo.mutation(mo.new_contact(rossi))

    results = _send_all(mo, allowed, stepping_down, too_late, unseen)

    assert [result.code for result in results] == [None, None, "right.organisation", None]


def test_one_broken_mutation_holds_up_none_of_those_it_travels_with(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    before, broken, after = (anna.mutation(anna.new_contact(rossi)) for _ in range(3))

    results = push(
        anna.database, anna.caller, [before.to_wire(), broken.to_wire() | {"ops": "?"}, after.to_wire()]
    )

    assert [result.status for result in results] == [Status.APPLIED, Status.REJECTED, Status.APPLIED]


def test_an_answer_that_was_lost_comes_with_the_next_pull(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()

    result = anna.push(anna.edit(rossi, phone="222"))
    anna.pull()

    assert anna.results == [result]
    assert anna.acked == 1


def test_a_child_may_come_before_its_parent_in_one_mutation(world: World) -> None:
    anna = world.laptop(world.anna).pull()
    customer = new_id().hex

    result = anna.push(
        anna.new_contact(customer), anna.create(Customer, a_customer(world.north), row_id=customer)
    )
    anna.pull()

    assert result.status is Status.APPLIED
    assert {row.root_id for row in anna.rows.values() if row.entity is Contact} == {customer}


def test_a_mutation_is_taken_whole_or_not_at_all(world: World) -> None:
    rossi = world.add_customer(world.north, phone="111")
    anna = world.laptop(world.anna).pull()

    result = anna.push(anna.edit(rossi, phone="222"), anna.new_contact(rossi, name=""))

    assert (result.status, result.code, result.field) == (Status.REJECTED, "field.required", "name")
    assert world.laptop(world.anna).pull().value(rossi, "phone") == "111"


def test_a_rejected_mutation_uses_up_its_number_and_blocks_nothing(world: World) -> None:
    rossi = world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()

    refused = anna.push(anna.new_contact(rossi, name=""))
    taken = anna.push(anna.new_contact(rossi))

    assert [refused.status, taken.status] == [Status.REJECTED, Status.APPLIED]


def test_a_child_of_a_row_that_was_refused_says_on_what_it_depends(world: World) -> None:
    anna = world.laptop(world.anna).pull()

    result = anna.push(anna.new_contact(new_id().hex))

    assert (result.status, result.code) == (Status.DEPENDENCY_FAILED, "reference.missing")


def test_a_row_someone_still_points_to_cannot_be_deleted(world: World) -> None:
    rossi = world.add_customer(world.north)
    world.add(Contact, rossi, **a_contact(rossi))
    anna = world.laptop(world.anna).pull()

    result = anna.push(anna.delete(rossi))

    assert (result.status, result.code, result.field) == (Status.REJECTED, "row.still_used", "contact")


def test_a_customer_can_be_deleted_with_all_below_it_in_any_order(world: World) -> None:
    rossi = world.add_customer(world.north)
    contact = world.add(Contact, rossi, **a_contact(rossi))
    anna, lin = world.laptop(world.anna).pull(), world.laptop(world.lin).pull()

    result = anna.push(anna.delete(rossi), anna.delete(contact))

    assert result.status is Status.APPLIED
    assert not lin.pull().of(Customer)
    assert not lin.of(Contact)


def test_a_row_cannot_point_below_another_customer(world: World) -> None:
    """Else it would dangle on a laptop that has only one of the two."""
    rossi, verdi = world.add_customer(world.north), world.add_customer(world.north)
    anna = world.laptop(world.anna).pull()
    site = Op(OpKind.CREATE, "site", new_id(), values={"customer_id": verdi, "name": "Plant"})
    assert anna.push(site).status is Status.APPLIED

    asset = {"customer_id": rossi, "name": "Press", "site_id": site.id.hex}
    result = anna.push(Op(OpKind.CREATE, "asset", new_id(), values=asset))

    assert (result.status, result.code) == (Status.REJECTED, "reference.foreign_root")
