"""What people do more rarely: much at once, machines that change hands, work done by a colleague."""

from datetime import timedelta
from random import Random
from uuid import UUID

from app.domain.notes import Note
from app.services import Services
from tests.simulation.actions import pick
from tests.simulation.founding import EAST, PEOPLE, WEST
from tests.simulation.seat import Seat
from tests.simulation.world import World

MUCH = 250


def write_much_at_once(world: World, seat: Seat, chance: Random) -> None:
    """Hundreds of rows in one action, or as many as make a hundred pages."""
    if not (found := pick(seat, "customer", chance)):
        return
    customer, word = found[0], world.word()

    def import_notes(_: Services) -> None:
        with seat.replica.write("note.import") as write:
            for number in range(min(MUCH, 30 * world.page_rows)):
                body = f"{word if number == 0 else ''}line {number}"
                write.session.add(Note(customer_id=customer, body=body, written_at=seat.clock()))

    world.act(seat, import_notes)


def sell(world: World, seat: Seat, chance: Random) -> None:
    """A machine goes to another customer, and with it everything that belongs to it."""
    machine, customer = pick(seat, "asset", chance), pick(seat, "customer", chance)
    if machine and customer:
        world.act(seat, lambda use: use.assets.sell(machine[0], customer[0]))


def lend(world: World, seat: Seat, chance: Random) -> None:
    """Someone is away for some days, sooner or later than planned."""
    running = pick(seat, "delegation", chance)
    if running and chance.random() < 0.5:
        _change(world, seat, chance, running[0])
        return
    owner, delegate = seat.person.id, chance.choice(PEOPLE[:3]).id
    first = world.now.date() + timedelta(days=chance.randrange(-1, 3))
    last = first + timedelta(days=chance.randrange(4))
    customer = pick(seat, "customer", chance)
    chosen = [customer[0]] if customer and chance.random() < 0.5 else []
    territories = [] if chosen else [chance.choice([EAST, WEST])]
    world.act(
        seat,
        lambda use: use.delegations.begin(
            owner, delegate, first, last, territory_ids=territories, customer_ids=chosen
        ),
    )


def _change(world: World, seat: Seat, chance: Random, running: UUID) -> None:
    first = world.now.date() - timedelta(days=1)
    last = first + timedelta(days=chance.randrange(5))
    if chance.random() < 0.5:
        world.act(seat, lambda use: use.delegations.change_period(running, first, last))
    else:
        world.act(seat, lambda use: use.delegations.end(running))
