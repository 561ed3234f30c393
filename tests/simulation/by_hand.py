"""What waits is carried to the server in a file, which may be lost or brought twice; so may the receipt."""

from io import BytesIO
from pathlib import Path
from random import Random

from app.domain.errors import AppError
from sync.client.commands import Errand, ErrandKind
from tests.simulation.seat import Seat
from tests.simulation.world import World


def carry(world: World, seat: Seat, chance: Random) -> None:
    """Written, brought any number of times, and answered at once, later, or in vain."""
    path = world.folder / "carried.rtx"
    if not _run(world, seat, ErrandKind.EXPORT, path):
        return
    content = path.read_bytes()
    for _ in range(chance.randrange(3)):
        try:
            receipt = world.office.take(BytesIO(content))
        except AppError as problem:
            world.note(f"  the server will not have it: {problem.code}")
        else:
            world.receipts.append((seat.name, receipt))
    if chance.random() < 0.5:
        take_a_receipt(world, seat, chance)


def take_a_receipt(world: World, seat: Seat, chance: Random) -> None:
    """Any of those that were written, early or late; once more is no harm."""
    own = [content for name, content in world.receipts if name == seat.name]
    if own:
        path = world.folder / "receipt.rtx"
        path.write_bytes(chance.choice(own))
        _run(world, seat, ErrandKind.TAKE, path)


def _run(world: World, seat: Seat, kind: ErrandKind, path: Path) -> bool:
    """As the sync process does between two rounds. Did it go well?"""
    try:
        facts = seat.run(Errand(kind, path))
    except AppError as problem:
        world.note(f"  {seat.name}: {problem.code}")
        return False
    world.note(f"  {seat.name}: {facts}")
    return True
