"""What the world does: lines that fail, processes that die, clocks that jump, servers that go back."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import sqlcipher3.dbapi2 as sqlcipher

from tests.simulation.seat import Seat
from tests.simulation.wire import BROKEN, BUSY, LOST
from tests.simulation.world import World

Mishap = Callable[[World, Seat, Random], None]


def sync(world: World, seat: Seat, chance: Random) -> None:
    """A round without any trouble."""
    world.sync(seat)


def begin_a_round(world: World, seat: Seat, chance: Random) -> None:
    """Only some messages of a round; the rest follows later, or never."""
    world.sync(seat, chance.randrange(1, 6))


def _sync_with(world: World, seat: Seat, chance: Random, kinds: tuple[str, ...]) -> None:
    seat.line.faults = [chance.choice((*kinds, None, None)) for _ in range(chance.randrange(1, 8))]
    world.sync(seat)
    seat.line.faults = []


def sync_over_a_bad_line(world: World, seat: Seat, chance: Random) -> None:
    """Requests and answers are lost, repeated, or late."""
    _sync_with(world, seat, chance, LOST)


def sync_through_a_hotel(world: World, seat: Seat, chance: Random) -> None:
    """Answers are cut, garbled, or a stranger's."""
    _sync_with(world, seat, chance, BROKEN)


def sync_with_a_busy_server(world: World, seat: Seat, chance: Random) -> None:
    """The server asks to wait, or no longer knows the token."""
    _sync_with(world, seat, chance, BUSY)


def sync_twice_at_once(world: World, seat: Seat, chance: Random) -> None:
    """Two sync processes work on the same replica, one message of this and one of that, as it happens."""
    seat.start_another_process()
    for _ in range(chance.randrange(6, 40)):
        if chance.random() < 0.5:
            seat.turn_to_the_other()
        world.sync(seat, 1)
    seat.round = None


def hear_late(world: World, seat: Seat, chance: Random) -> None:
    """Requests that hung somewhere arrive now, behind later ones."""
    world.note(f"  {seat.line.arrive_late()} requests arrive late")


def crash(world: World, seat: Seat, chance: Random) -> None:
    seat.crash()


def crash_in_a_round(world: World, seat: Seat, chance: Random) -> None:
    """The laptop dies before or after one of its commits."""
    seat.commits.expect(chance.randrange(1, 9), chance.choice(["before", "after"]))
    world.sync(seat)
    seat.commits.forget()


def crash_of_the_server(world: World, seat: Seat, chance: Random) -> None:
    """The server dies before or after one of its commits, while it answers."""
    world.office.commits.expect(chance.randrange(1, 4), chance.choice(["before", "after"]))
    world.sync(seat)
    world.office.commits.forget()


def collision_at_the_server(world: World, seat: Seat, chance: Random) -> None:
    """Another transaction was first; the database wants this one again."""
    world.office.commits.expect(chance.randrange(1, 4), world.office.backend.collision())
    world.sync(seat)
    world.office.commits.forget()


def full_disk(world: World, seat: Seat, chance: Random) -> None:
    _fail(world, seat, chance, sqlcipher.SQLITE_FULL, "database or disk is full")


def busy_file(world: World, seat: Seat, chance: Random) -> None:
    _fail(world, seat, chance, sqlcipher.SQLITE_BUSY, "database is locked")


def _fail(world: World, seat: Seat, chance: Random, code: int, words: str) -> None:
    problem = sqlcipher.OperationalError(words)
    problem.sqlite_errorcode = code
    seat.commits.expect(chance.randrange(1, 6), problem)
    world.sync(seat)
    seat.commits.forget()


def clock_jumps(world: World, seat: Seat, chance: Random) -> None:
    """Somebody set the laptop's clock, rightly or not."""
    seat.skew = timedelta(hours=chance.randrange(-50_000, 50_000))


def copy_of_the_server(world: World, seat: Seat, chance: Random) -> None:
    """A backup, or how far the stand-by has come."""
    world.copies.append(world.office.copy())


def fail_over(world: World, seat: Seat, chance: Random) -> None:
    """The server goes on from its newest copy; what was committed since is gone."""
    if world.copies:
        world.rewind_server(world.copies[-1])


def restore_of_the_server(world: World, seat: Seat, chance: Random) -> None:
    """The server goes on from any of its copies."""
    if world.copies:
        world.rewind_server(chance.choice(world.copies))


def copy_of_a_disk(world: World, seat: Seat, chance: Random) -> None:
    world.disks[seat.name] = seat.take_disk()


def restore_of_a_disk(world: World, seat: Seat, chance: Random) -> None:
    """The laptop is lost; a new one starts from the copy."""
    if seat.name in world.disks:
        world.restore_disk(seat, world.disks[seat.name])


def clone_a_laptop(world: World, seat: Seat, chance: Random) -> None:
    """Another laptop of the same person starts from a copy of this one's disk, and both go on."""
    for other in world.in_turn():
        if other is not seat and other.person is seat.person:
            world.restore_disk(other, seat.take_disk())


def new_laptop(world: World, seat: Seat, chance: Random) -> None:
    """The old one is lost with all that was only on it."""
    world.new_laptop(seat)


def a_bit_flips(world: World, seat: Seat, chance: Random) -> None:
    """A row of the laptop is not what it was: another value, another revision, gone, or one too many."""
    covered = {row[0] for row in seat.raw.execute("SELECT row_id FROM shadow").fetchall()}
    rows = [row_id for _, row_id in seat.screen.of("contact") if row_id not in covered]
    if not rows:
        return
    row_id, other = chance.choice(rows), f"{chance.getrandbits(128):032x}"
    damage = chance.choice(DAMAGES)
    seat.damage(damage, (other, row_id) if "INSERT" in damage else (row_id,))


DAMAGES = (
    "UPDATE contact SET department = 'flipped' WHERE id = ?",
    "UPDATE contact SET rev = rev + 1 WHERE id = ?",
    "DELETE FROM contact WHERE id = ?",
    "INSERT INTO contact (id, root_id, rev, customer_id, name, is_primary)"
    " SELECT ?, root_id, 1, customer_id, 'nobody', 0 FROM contact WHERE id = ?",
)
