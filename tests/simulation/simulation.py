"""Plays one history to its end and judges it."""

import os
import traceback
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from random import Random
from unittest.mock import patch

from app.domain.errors import Offline
from sync.client import engine
from sync.server import segments, snapshots
from tests.simulation.attachments import move_all_files
from tests.simulation.invariants import check_at_rest
from tests.simulation.moments import Broken
from tests.simulation.operators import put_right
from tests.simulation.script import DEEDS, Script
from tests.simulation.world import World

MOST_ROUNDS = 8
"""So many rounds of everyone, in turn, must settle whatever was left when the faults stopped."""


@dataclass(frozen=True)
class Outcome:
    """How a history ended; `broken` names the invariant that did not hold."""

    fingerprint: str
    trace: tuple[str, ...]
    broken: str | None = None
    what: str = ""


def the_world() -> World:
    """One a process, whose files no other process touches: making it takes seconds, beginning anew none."""
    return _world_of(os.getpid())


@cache
def _world_of(_process: int) -> World:
    return World()


def play(
    script: Script, world: World | None = None, look: Callable[[World], None] = lambda world: None
) -> Outcome:
    """The same script, the same outcome. `look` sees the world when the faults stop, and at rest."""
    world = world or the_world()
    world.begin(script.seed, script.seats)
    world.page_rows = script.page_rows
    try:
        with _sizes_of(script):
            for number, step in enumerate(script.steps):
                world.note(f"{number} {step.who}: {step.do}")
                world.begin_step()
                DEEDS[step.do](world, world.seats[step.who], Random(step.chance))
            look(world)
            settle(world)
        look(world)
        check_at_rest(world)
    except Broken as broken:
        return _outcome(world, broken.invariant, str(broken))
    except Exception as problem:
        where = "".join(traceback.format_exception(problem)[-4:])
        return _outcome(world, f"unexpected {type(problem).__name__}", where)
    return _outcome(world)


def settle(world: World) -> None:
    """The faults stop; everyone synchronises until nothing moves any more."""
    world.note("settle")
    put_right(world)
    for seat in world.in_turn():
        seat.line.faults = []
        seat.line.too_old = False
        seat.line.arrive_late()
    for _ in range(MOST_ROUNDS):
        before = _standing(world)
        problems = [world.sync(seat) for seat in world.in_turn()]
        move_all_files(world)
        if any(isinstance(problem, Offline) for problem in problems):
            raise Broken("6 liveness", [str(problem) for problem in problems])
        if _standing(world) == before and not any(problems):
            check_the_damaged(world)
            for seat in world.in_turn():
                seat.look_again()
            return
    raise Broken("6 liveness", f"not settled after {MOST_ROUNDS} rounds")


def check_the_damaged(world: World) -> None:
    """13: a check finds and mends what is wrong with a replica; what waits to be sent is not its business. So
    it does where a replica ended something by itself, and hears no digests of the simulated newer server."""
    for seat in world.in_turn():
        if seat.damaged or (seat.doubts and seat.line.newer):
            queue = seat.outbox()
            if seat.line.newer:
                seat.line.newer.is_followed = True
            seat.check()
            if seat.outbox() != queue:
                raise Broken("13 repair", f"{seat.name}: the check touched the outbox")


def _standing(world: World) -> object:
    """Who was in the midst of a round has only ended that one, and not asked what there is since."""
    queues = [[state for _, state, _ in seat.outbox()] for seat in world.in_turn()]
    midway = [seat.round is not None for seat in world.in_turn()]
    return world.office.head, [seat.screen.head for seat in world.in_turn()], queues, midway


@contextmanager
def _sizes_of(script: Script) -> Generator[None]:
    """A push holds so many mutations; where pages are small, a snapshot has several segments."""
    with ExitStack() as sizes:
        sizes.enter_context(patch.object(engine, "BATCH", script.batch))
        if script.page_rows < 40:
            sizes.enter_context(patch.multiple(segments, SMALL=500, LARGE=1_500, GIANT=4_000))
            sizes.enter_context(patch.object(snapshots, "MOST_LISTED", 2))
        yield


def _outcome(world: World, broken: str | None = None, what: str = "") -> Outcome:
    world.note(f"{broken} {what}" if broken else "well")
    return Outcome(world.fingerprint(), tuple(world.trace), broken, what)
