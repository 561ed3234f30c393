"""Photos: added, carried in parts over lines that fail, damaged anywhere, fetched, and whole at last."""

import hashlib
from pathlib import Path
from random import Random

from app.domain.notes import PART, BlobState
from tests.simulation.actions import pick
from tests.simulation.moments import Broken
from tests.simulation.screen import Row
from tests.simulation.seat import Seat
from tests.simulation.wire import BAD_PART, BROKEN, LOST
from tests.simulation.world import World

SIZES = (900, 900, PART, 2 * PART + 5)
THUMBNAIL = 300


def attach(world: World, seat: Seat, chance: Random) -> None:
    """A photo of one part or several, with a small picture of it or without; its name is a word."""
    if not (found := pick(seat, "customer", chance)):
        return
    path = world.folder / f"{world.word()}.jpg"
    path.write_bytes(chance.randbytes(chance.choice(SIZES)))
    small = chance.randbytes(THUMBNAIL) if chance.random() < 0.5 else None
    world.act(seat, lambda use: use.attachments.add(found[0], path, thumbnail=small))
    path.unlink()


def detach(world: World, seat: Seat, chance: Random) -> None:
    if found := pick(seat, "attachment", chance):
        world.act(seat, lambda use: use.attachments.remove(found[0]))


def move_files(world: World, seat: Seat, chance: Random) -> None:
    """After a round, over a good line or a bad one; some are wanted by somebody who waits."""
    world.sync(seat)
    if chance.random() < 0.7:
        kinds = (*LOST, *BROKEN, BAD_PART, BAD_PART)
        seat.line.faults = [chance.choice((*kinds, None, None)) for _ in range(chance.randrange(1, 8))]
    wanted = [hash_ for row in _shown(seat) for hash_ in _files(row) if chance.random() < 0.5]
    _move(world, seat, wanted)
    seat.line.faults = []


def files_rot(world: World, seat: Seat, chance: Random) -> None:
    """A bit flips in a file at the server, half arrived or whole."""
    files = [path for path in _server_files(world) if path.suffix not in (".parts", ".damaged")]
    if files:
        _flip(chance.choice(files), chance)


def move_all_files(world: World) -> None:
    """The faults have stopped: everybody opens every photo there is."""
    for seat in world.in_turn():
        wanted = [hash_ for row in _shown(seat) for hash_ in _files(row)]
        if _shown(seat) or seat.has_files():
            _move(world, seat, wanted, anew=True)


def files_are_whole(world: World) -> None:
    """12: who sees an attachment has what belongs to it, or nobody has who may send it."""
    for seat in world.in_turn():
        for row in _shown(seat):
            if row.rev == 0:
                continue
            state = row.values["blob"]
            waits = state != BlobState.STORED and seat.replica.blobs.get(row.values["sha256"]) is not None
            if waits:
                raise Broken("12 files", f"{seat.name} has {row.values['file_name']}, and the server not")
            small = row.values["thumbnail"]
            expected = [row.values["sha256"]] if state == BlobState.STORED else []
            if small and state != BlobState.PENDING:
                expected.append(small)
            for sha256 in expected:
                content = seat.replica.blobs.get(sha256)
                if content is None or hashlib.sha256(content).hexdigest() != sha256:
                    raise Broken("12 files", f"{seat.name} cannot open {row.values['file_name']}")


def _move(world: World, seat: Seat, wanted: list[str], *, anew: bool = False) -> None:
    news = seat.move_files(wanted, anew=anew)
    world.note(f"  {seat.name}: {', '.join(news)}")


def _shown(seat: Seat) -> list[Row]:
    return [seat.screen.rows[key] for key in seat.screen.of("attachment")]


def _files(row: Row) -> list[str]:
    """What may be fetched of it now."""
    small, state = row.values["thumbnail"], row.values["blob"]
    listed = [small] if small and state != BlobState.PENDING else []
    return [*listed, row.values["sha256"]] if state == BlobState.STORED else listed


def _server_files(world: World) -> list[Path]:
    return sorted(path for path in world.office.blobs.glob("*/*") if path.is_file())


def _flip(path: Path, chance: Random) -> None:
    content = bytearray(path.read_bytes())
    if content:
        content[chance.randrange(len(content))] ^= 1
        path.write_bytes(content)
