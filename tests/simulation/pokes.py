"""The server's pokes: sent after each commit that laptops asked for, and heard, held up or lost."""

from collections.abc import Generator
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.moments import Broken
from tests.simulation.office import Office
from tests.simulation.wire import Message

if TYPE_CHECKING:
    from tests.simulation.seat import Seat
    from tests.simulation.world import World


@contextmanager
def everybody_is_poked(office: Office, message: Message) -> Generator[None]:
    """6: what a laptop's request committed is told to whoever listens."""
    if message.method not in ("POST", "PUT"):
        yield
        return
    before = office.head
    yield
    if office.head > before and office.announced < office.head and "/sync/" in message.url:
        raise Broken("6 liveness", f"nobody was told of commit {office.head}")


def hear_pokes(world: "World", seat: "Seat", chance: Random) -> None:
    """Who hears of a commit synchronises, and then holds it; a buffer on the way keeps it from some, who come
    by themselves later."""
    for other in world.in_turn():
        told = world.office.announced
        if other.screen.head >= told or chance.random() < 0.4:
            continue
        other.round = None
        problem = world.sync(other)
        if problem is None and other.screen.head < told:
            raise Broken("6 liveness", f"{other.name} heard of commit {told} and has {other.screen.head}")
