"""Which of the histories that continuous integration plays notices each planted fault, kept in caught.json.

`python -m tests.simulation --find-planted` looks again for those whose history notices no more, since
every change of the program or of the simulator may send a history another way.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from tests.simulation.planted import PLANTED, Planted
from tests.simulation.script import script_of
from tests.simulation.simulation import Outcome, play, the_world

MANY = 2_000
"""Histories of continuous integration, from seed 0 on: it plays many of them, and those that are recorded."""
KEPT = Path(__file__).with_name("caught.json")


@dataclass(frozen=True)
class Caught:
    """The history that notices, and the invariant that does not hold there."""

    seed: int
    by: str


def kept() -> Mapping[str, Caught]:
    """As recorded, by the name of the fault."""
    found = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    return {name: Caught(**one) for name, one in found.items()}


def keep(found: Mapping[str, Caught]) -> None:
    listed = {name: asdict(found[name]) for name in PLANTED if name in found}
    KEPT.write_text(json.dumps(listed, indent=2) + "\n", "utf-8")


def find_all(jobs: int) -> Iterator[tuple[str, Caught | None]]:
    """The history of each fault: the recorded one where it still notices, else another."""
    recorded = kept()
    with ProcessPoolExecutor(jobs) as pool:
        yield from zip(PLANTED, pool.map(_find, PLANTED, map(recorded.get, PLANTED)), strict=True)


def _find(name: str, recorded: Caught | None) -> Caught | None:
    logging.disable(logging.CRITICAL)
    likely = [recorded.seed] if recorded else []
    return first_of([*likely, *likely_first(PLANTED[name].features)], PLANTED[name])


def first_of(seeds: Iterable[int], fault: Planted) -> Caught | None:
    """The first that goes wrong with the fault, in a way it may, and does not without."""
    for seed in seeds:
        broken = with_fault(fault, seed).broken
        if broken is not None and broken in fault.by and without_fault(seed).broken is None:
            return Caught(seed, broken)
    return None


def likely_first(features: tuple[str, ...]) -> list[int]:
    """Seeds of continuous integration: first those of histories in which the fault matters, and of these
    the ones in which little else happens."""

    def unlikely(seed: int) -> tuple[int, int, int]:
        script = _script(seed)
        missing = set(features).difference(script.features)
        return len(missing), len(script.features), len(script.steps)

    return sorted(range(MANY), key=unlikely)


_script = cache(script_of)


def with_fault(fault: Planted, seed: int) -> Outcome:
    """How a plain history of that seed ends; the beginning of all histories was without faults."""
    world = the_world()
    world.prepare()
    with fault.plant():
        return play(script_of(seed), world)


@cache
def without_fault(seed: int) -> Outcome:
    """A history may notice several faults."""
    return play(script_of(seed))
