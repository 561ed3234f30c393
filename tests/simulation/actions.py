"""What people do at their laptops, each through the use cases that the screens call."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from app.domain.assets import Asset
from app.domain.customers import Collaborator, Contact, Customer
from app.domain.entity import Entity, from_stored, name_of
from app.domain.organisation import TerritoryAssignment
from app.domain.registry import entity_named
from app.domain.service_orders import ORDER_EDGES, OrderState, PartUsed, ServiceOrder, TimeEntry
from app.domain.visits import VISIT_EDGES, Visit, VisitState
from app.services import Services
from app.services.conflicts import Own, Take
from tests.simulation.founding import EAST, PEOPLE, PRODUCT, WEST
from tests.simulation.intents import Place
from tests.simulation.screen import Row
from tests.simulation.seat import Seat
from tests.simulation.world import World

Act = Callable[[World, Seat, Random], None]
TEXTS = (
    ("customer", "phone"), ("contact", "job_title"), ("asset", "location"), ("service_order", "subject"),
    ("visit", "purpose"),
)  # fmt: skip
ADDRESS = ("province", "city", "district", "street", "postcode")


def pick(seat: Seat, entity: str, chance: Random) -> tuple[UUID, Row] | None:
    """Some row on the screen."""
    keys = seat.screen.of(entity)
    if not keys:
        return None
    found = chance.choice(keys)
    return UUID(found[1]), seat.screen.rows[found]


def save(world: World, seat: Seat, entity: str, row_id: UUID, **values: Any) -> None:
    """An ordinary form, opened just now."""
    kind = entity_named(entity)
    world.act(seat, lambda use: use.records.save(kind, row_id, values))


def type_a_word(world: World, seat: Seat, chance: Random) -> None:
    entity, name = chance.choice(TEXTS)
    if found := pick(seat, entity, chance):
        save(world, seat, entity, found[0], **{name: world.word()})


def type_over_what_was_shown(world: World, seat: Seat, chance: Random) -> None:
    """A form that was opened before a sync is saved after it."""
    entity, name = chance.choice(TEXTS)
    if not (found := pick(seat, entity, chance)):
        return
    row_id, row = found
    seen: dict[Place, Any] = {(entity, row_id.hex, name): row.values[name]}
    world.sync(seat)
    if (entity, row_id.hex) not in seat.screen.rows:
        return
    kind, word = entity_named(entity), world.word()
    shown = from_stored(kind, {name: row.values[name]})
    world.act(seat, lambda use: use.records.save(kind, row_id, {name: word}, shown), seen)


def write_a_line(world: World, seat: Seat, chance: Random) -> None:
    """Long texts grow at either end, or a line of them is replaced."""
    if not (found := pick(seat, "customer", chance)):
        return
    row_id, row = found
    lines = str(row.values["note"] or "").splitlines(keepends=True)
    place = chance.randrange(len(lines) + 1)
    if chance.random() < 0.3 and place < len(lines):
        lines[place] = f"{world.word()}\n"
    else:
        lines.insert(place, f"{world.word()}\n")
    save(world, seat, "customer", row_id, note="".join(lines))


def label(world: World, seat: Seat, chance: Random) -> None:
    """A word is added to a set, or taken out."""
    if not (found := pick(seat, "customer", chance)):
        return
    row_id, row = found
    labels = set(from_stored(Customer, {"labels": row.values["labels"]})["labels"] or ())
    if labels and chance.random() < 0.4:
        labels.discard(chance.choice(sorted(labels)))
    else:
        labels.add(world.word())
    save(world, seat, "customer", row_id, labels=frozenset(labels) or None)


def move_house(world: World, seat: Seat, chance: Random) -> None:
    """An address is one thing: all its fields carry the same word."""
    if found := pick(seat, "customer", chance):
        word = world.word()
        save(world, seat, "customer", found[0], **dict.fromkeys(ADDRESS, word))


def shift_a_visit(world: World, seat: Seat, chance: Random) -> None:
    """A time window keeps its length of an hour."""
    if found := pick(seat, "visit", chance):
        begins = world.now + timedelta(minutes=chance.randrange(10_000))
        save(world, seat, "visit", found[0], planned_from=begins, planned_to=begins + timedelta(hours=1))


def use_parts(world: World, seat: Seat, chance: Random) -> None:
    """Amounts add up."""
    if found := pick(seat, "part_used", chance):
        now = Decimal(found[1].values["amount"]).scaleb(-4)
        save(world, seat, "part_used", found[0], amount=now + chance.choice([-2, -1, 1, 2, 5]))


def read_the_meter(world: World, seat: Seat, chance: Random) -> None:
    """Running hours only ever rise."""
    if found := pick(seat, "asset", chance):
        world.words += 1
        save(world, seat, "asset", found[0], meter=Decimal(world.words + 10))


def move_a_state(world: World, seat: Seat, chance: Random) -> None:
    entity, states, edges = chance.choice(_MOVING)
    if found := pick(seat, entity, chance):
        onward = sorted(edges[states(found[1].values["state"])])
        if onward:
            save(world, seat, entity, found[0], state=states(chance.choice(onward)))


_MOVING: tuple[tuple[str, Any, Mapping[Any, Any]], ...] = (
    ("service_order", OrderState, ORDER_EDGES),
    ("visit", VisitState, VISIT_EDGES),
)


def add_below(world: World, seat: Seat, chance: Random) -> None:
    """A contact or a note."""
    if found := pick(seat, "customer", chance):
        customer, word = found[0], world.word()
        if chance.random() < 0.5:
            world.act(
                seat, lambda use: use.customers.add_contact(customer, {"name": "Ma", "job_title": word})
            )
        else:
            world.act(seat, lambda use: use.notes.write(customer, word))


def add_an_order_with_parts(world: World, seat: Seat, chance: Random) -> None:
    """One action, several rows."""
    if found := pick(seat, "customer", chance):
        customer, one, other = found[0], world.word(), world.word()

        def dispatch(_: Services) -> None:
            with seat.replica.write("service_order.dispatch") as write:
                order = ServiceOrder(customer_id=customer, number=one, subject=one)
                write.session.add(order)
                write.session.flush()
                part = PartUsed(service_order_id=order.id, description=other, amount=Decimal(1))
                time = TimeEntry(service_order_id=order.id, started_at=seat.clock(), minutes=30)
                write.session.add_all([part, time])

        world.act(seat, dispatch)


def add_a_customer(world: World, seat: Seat, chance: Random) -> None:
    word, territory = world.word(), chance.choice([EAST, WEST])
    values = {"name": "New", "territory_id": territory, "phone": word}
    world.act(seat, lambda use: use.customers.create(values))


def edit_many(world: World, seat: Seat, chance: Random) -> None:
    """One action over all customers on the screen."""
    words = {UUID(row_id): world.word() for _, row_id in seat.screen.of("customer")}

    def change(_: Services) -> None:
        with seat.replica.write("customer.edit_many") as write:
            for row_id, word in words.items():
                write.session.get_one(Customer, row_id).phone = word

    if words:
        world.act(seat, change)


def delete(world: World, seat: Seat, chance: Random) -> None:
    kind: type[Entity] = chance.choice([Contact, Contact, PartUsed, Visit, Customer, Asset])
    if found := pick(seat, name_of(kind), chance):
        row_id = found[0]
        world.act(seat, lambda use: use.records.delete(kind, row_id))


def undo(world: World, seat: Seat, chance: Random) -> None:
    """One of the last actions, sent or not."""
    if recent := [UUID(op_id) for op_id, _, _ in seat.outbox()[-4:]]:
        op_id = chance.choice(recent)
        world.act(seat, lambda use: use.outbox.undo(op_id))


def deal_with_a_draft(world: World, seat: Seat, chance: Random) -> None:
    """What was refused is corrected and sent again, sent again as it is, or given up."""
    refused = [UUID(op_id) for op_id, state, _ in seat.outbox() if state == "rejected"]
    if not refused:
        return
    op_id = chance.choice(refused)
    if chance.random() < 0.5:
        world.act(seat, lambda use: use.outbox.revert(op_id))
    else:
        world.act(seat, lambda use: use.outbox.resubmit(op_id), corrects=True)


def resolve(world: World, seat: Seat, chance: Random) -> None:
    """A conflict is answered: mine, theirs, or something else."""
    if not (found := _conflict(seat, chance, "open")):
        return
    conflict, row = found
    by = chance.choice([Take.MINE, Take.THEIRS, None])
    if by is None:
        name = str(row.values["field"])
        if row.values["kind"] != "field" or name in ("address", "window", "state", "amount"):
            return
        if (row.values["entity"], name) not in TEXTS:
            return
        answer = Own({name: world.word()})
        world.act(seat, lambda use: use.conflicts.resolve({conflict: answer}))
    else:
        world.act(seat, lambda use: use.conflicts.resolve({conflict: by}))


def ask_again(world: World, seat: Seat, chance: Random) -> None:
    """The answer to a conflict is taken back."""
    if found := _conflict(seat, chance, "resolved"):
        conflict = found[0]
        world.act(seat, lambda use: use.conflicts.undo([conflict]))


def _conflict(seat: Seat, chance: Random, state: str) -> tuple[UUID, Row] | None:
    rows = seat.screen.rows
    keys = [key for key in seat.screen.of("conflict") if rows[key].values["state"] == state]
    if not keys:
        return None
    found = chance.choice(keys)
    return UUID(found[1]), seat.screen.rows[found]


def reassign(world: World, seat: Seat, chance: Random) -> None:
    """A customer goes to the other territory; an engineer may try."""
    if found := pick(seat, "customer", chance):
        there = WEST if found[1].values["territory_id"] == EAST.hex else EAST
        save(world, seat, "customer", found[0], territory_id=there)


def share(world: World, seat: Seat, chance: Random) -> None:
    """A colleague is let in, or out again."""
    if chance.random() < 0.4 and (shared := pick(seat, "collaborator", chance)):
        world.act(seat, lambda use: use.records.delete(Collaborator, shared[0]))
    elif found := pick(seat, "customer", chance):
        colleague = chance.choice(PEOPLE[:3]).id
        world.act(seat, lambda use: use.customers.add_collaborator(found[0], colleague))


def grant(world: World, seat: Seat, chance: Random) -> None:
    """A manager lends a territory for some days, gives it for good, or takes one away."""
    if chance.random() < 0.4 and (held := pick(seat, "territory_assignment", chance)):
        world.act(seat, lambda use: use.records.delete(TerritoryAssignment, held[0]))
        return
    values: dict[str, Any] = {
        "territory_id": chance.choice([EAST, WEST]), "user_id": chance.choice(PEOPLE[:3]).id,
    }  # fmt: skip
    if chance.random() < 0.6:
        first = world.now.date() + timedelta(days=chance.randrange(-2, 4))
        values |= {"starts_on": first, "ends_on": first + timedelta(days=chance.randrange(5))}
    world.act(seat, lambda use: use.records.create(TerritoryAssignment, values))


def edit_the_catalogue(world: World, seat: Seat, chance: Random) -> None:
    """The office may; an engineer is refused and keeps a draft. Prices are the server's."""
    if chance.random() < 0.3:
        save(world, seat, "product", PRODUCT, list_price=Decimal(chance.randrange(1, 999)))
    else:
        save(world, seat, "product", PRODUCT, name=f"Pump {world.word()}")
