"""Seeded histories of three laptops and a server, whatever people and the world do (sync design §4)."""

import logging
from collections.abc import Iterable, Iterator

import pytest

from tests.simulation.planted import PLANTED, Planted
from tests.simulation.script import FEATURES, Script, script_of
from tests.simulation.shrinking import shrink
from tests.simulation.simulation import play
from tests.simulation.small_scope import every_script

FEW = 12
"""Continuous integration plays two thousand besides."""
MANY = 2_000
SOON = 40
"""Within so many histories a planted fault is noticed."""


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    """Servers that die and lines that break say so at length."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def passes(script: Script) -> None:
    outcome = play(script)
    assert outcome.broken is None, f"{outcome.what}\n{script.to_json()}"


def test_the_same_seed_takes_the_same_way() -> None:
    for seed in (3, 5):
        first = play(script_of(seed, tuple(FEATURES)))
        assert play(script_of(seed, tuple(FEATURES))) == first


def test_a_script_survives_being_written_down() -> None:
    script = script_of(7)

    assert Script.from_json(script.to_json()) == script


@pytest.mark.parametrize("seed", range(FEW))
def test_nothing_is_lost_whatever_happens(seed: int) -> None:
    passes(script_of(seed))


def test_every_history_of_two_steps_over_one_row_ends_well() -> None:
    for script in every_script(2):
        passes(script)


@pytest.mark.parametrize("name", PLANTED)
def test_the_simulator_notices(name: str) -> None:
    assert first_caught(PLANTED[name]) is not None


def test_a_failing_history_is_cut_to_what_matters() -> None:
    fault = PLANTED["the_first_writer_wins"]
    seed = first_caught(fault)
    assert seed is not None
    with fault.plant():
        short = shrink(script_of(seed, fault.features), lambda script: play(script).broken is not None)

        assert len(short.steps) <= 8
        assert play(short).broken is not None


def first_caught(fault: Planted) -> int | None:
    """The first seed whose history goes wrong with the fault, as it does not without."""
    return first_of(range(fault.first, fault.first + SOON), fault, fault.features)


def first_of(seeds: Iterable[int], fault: Planted, features: tuple[str, ...] = ()) -> int | None:
    """Of these seeds."""
    for seed in seeds:
        script = script_of(seed, features)
        with fault.plant():
            noticed = play(script).broken
        if noticed and play(script).broken is None:
            return seed
    return None


@pytest.mark.simulation
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", PLANTED)
def test_the_histories_of_continuous_integration_notice(name: str) -> None:
    """With whatever features each of them has; the first that goes wrong is told."""
    seed = first_of(range(MANY), PLANTED[name])
    print(f"{name}: seed {seed}")
    assert seed is not None


@pytest.mark.simulation
@pytest.mark.timeout(7200)
def test_nothing_is_lost_in_thousands_of_histories() -> None:
    for seed in range(MANY):
        passes(script_of(seed))


@pytest.mark.simulation
@pytest.mark.timeout(7200)
def test_every_history_of_four_steps_over_one_row_ends_well() -> None:
    for script in every_script(4):
        passes(script)
