"""What those who run the server do to it, rightly or not, and a server that fails at one mutation."""

from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import text

from app.domain.ambient import decided_by, today
from sync.server.collecting import Keeping, collect
from sync.server.mending import mend
from sync.server.push import FAILURES
from sync.server.quarantine import retry
from sync.server.tenants import follow_the_calendar
from tests.simulation.bounds import nothing_is_left_behind
from tests.simulation.intents import words_in
from tests.simulation.seat import Seat
from tests.simulation.truth import logged_rows
from tests.simulation.world import World


def pass_days(world: World, days: int) -> None:
    """The server's calendar gives and takes what dates say, and so do the laptops'."""
    world.pass_time(timedelta(days=days))
    with world.office.write() as connection, decided_by(world.ambient):
        follow_the_calendar(connection, world.office.tenant, today())
    for other in world.in_turn():
        other.look_at_the_calendar()


def days_pass(world: World, seat: Seat, chance: Random) -> None:
    pass_days(world, chance.randrange(1, 4))


def a_long_absence(world: World, seat: Seat, chance: Random) -> None:
    """One laptop lies in a drawer while the others go on, and what only it has not heard of is collected.

    Nobody goes back to a copy of the server that is older than what laptops remember of their work.
    """
    for _ in range(chance.randrange(1, 3)):
        pass_days(world, chance.choice([100, 190, 420]))
        for other in world.in_turn():
            if other is not seat and chance.random() < 0.8:
                world.sync(other)
    world.copies.clear()
    world.disks.clear()
    office = world.office
    with decided_by(world.ambient):
        done = collect(office.database, office.tenant, world.now.timestamp(), Keeping())
    nothing_is_left_behind(world, done.horizon)
    world.note(f"  collected up to {done.horizon}: {done.deleted} rows, {done.commits} commits")


def write_behind_the_log(world: World, seat: Seat, chance: Random) -> None:
    """Somebody changes, deletes or adds a contact by SQL; soon, or at last, the log is told."""
    contacts = sorted(key for key in logged_rows(world, deleted=0) if key[0] == "contact")
    if not contacts:
        return
    row_id, other = chance.choice(contacts)[1], f"{chance.getrandbits(128):032x}"
    doing = chance.choice(WRITINGS)
    with world.office.write() as connection:
        if doing == WRITINGS[1]:
            found = connection.execute(text(WORDS_OF), {"row": row_id}).scalar()
            world.intents.lost_knowingly |= words_in(found)
        connection.execute(text(doing), {"row": row_id, "new": other})
    world.note(f"  {doing.split()[0]} {row_id[-6:]}")
    if doing != WRITINGS[0] or chance.random() < 0.5:
        tell_the_log(world)


WORDS_OF = "SELECT job_title FROM contact WHERE id = :row"
WRITINGS = (
    "UPDATE contact SET department = 'by hand' WHERE id = :row",
    "DELETE FROM contact WHERE id = :row",
    "INSERT INTO contact (tenant_id, id, root_id, rev, customer_id, name, is_primary)"
    " SELECT tenant_id, :new, root_id, 1, customer_id, 'by hand', 0 FROM contact WHERE id = :row",
)


def tell_the_log(world: World) -> None:
    """`check --mend`: laptops hear of what was written behind their back."""
    with world.office.write() as connection:
        mended = mend(connection, world.office.tenant)
    world.note(f"  mended: {mended.published}, refused {len(mended.refused)}")


def poison(world: World, seat: Seat, chance: Random) -> None:
    """The server fails at one mutation, again and again, until it is set aside."""
    waiting = [op_id for op_id, state, _ in seat.outbox() if state == "pending"]
    if not waiting:
        return
    world.office.poison.add(UUID(chance.choice(waiting)))
    for _ in range(chance.choice([1, FAILURES, FAILURES + 1])):
        world.sync(seat)


def take_again(world: World, seat: Seat, chance: Random) -> None:
    """The server was repaired; what had been set aside is taken again."""
    world.office.poison.clear()
    with decided_by(world.ambient):
        retry(world.office.database, world.office.tenant, lambda mutation, result: None)
    world.office.read_ledger_anew()


def put_right(world: World) -> None:
    """Once the faults have stopped."""
    tell_the_log(world)
    take_again(world, next(world.in_turn()), Random(0))
