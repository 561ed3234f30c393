"""Every history there is of two laptops and one row, up to a few steps (small scope hypothesis: Jackson)."""

from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from uuid import UUID

from app.domain.customers import Contact
from tests.simulation import mishaps
from tests.simulation.founding import key
from tests.simulation.script import DEEDS, Deed, Script, Step
from tests.simulation.seat import Seat
from tests.simulation.world import World

SEATS = ("li", "zhao")
ROW: UUID = key("contact 0")


def edit_the_row(world: World, seat: Seat, chance: Random) -> None:
    word = world.word()
    world.act(seat, lambda use: use.records.save(Contact, ROW, {"job_title": word}))


def delete_the_row(world: World, seat: Seat, chance: Random) -> None:
    world.act(seat, lambda use: use.records.delete(Contact, ROW))


def lose_an_answer(world: World, seat: Seat, chance: Random) -> None:
    """A round whose second message is answered in vain."""
    seat.line.faults = [None, "lose_reply"]
    world.sync(seat)
    seat.line.faults = []


WHAT: Mapping[str, Deed] = {
    deed.__name__: deed for deed in (edit_the_row, delete_the_row, mishaps.sync, lose_an_answer)
}
DEEDS.update(WHAT)  # so that a script of this kind can be played, too
_CHANGES = ("edit_the_row", "delete_the_row")


def every_script(longest: int) -> Iterator[Script]:
    """All histories of up to `longest` steps, but those in which nobody changes anything."""
    for length in range(1, longest + 1):
        for steps in product(product(WHAT, SEATS), repeat=length):
            if any(what in _CHANGES for what, _ in steps):
                yield Script(0, SEATS, 40, 100, tuple(Step(what, who, 0) for what, who in steps))
