"""Seeded histories of three laptops and a server, whatever people and the world do (sync design §4)."""

import logging
from collections.abc import Iterator

import pytest

from tests.simulation.finding import MANY, kept, with_fault, without_fault
from tests.simulation.planted import PLANTED, own_work_leaves_the_screen_when_it_is_acknowledged
from tests.simulation.script import FEATURES, Script, script_of
from tests.simulation.shrinking import shrink
from tests.simulation.simulation import play
from tests.simulation.small_scope import every_script

FEW = 12
"""Continuous integration plays two thousand besides."""


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
def test_a_planted_fault_is_noticed_by_a_history_of_continuous_integration(name: str) -> None:
    """Which is recorded in caught.json; `python -m tests.simulation --find-planted` looks anew."""
    caught = kept()[name]

    assert caught.seed in range(MANY)
    assert caught.by in PLANTED[name].by
    assert with_fault(PLANTED[name], caught.seed).broken == caught.by
    assert without_fault(caught.seed).broken is None


def test_a_failing_history_is_cut_to_what_matters() -> None:
    name = own_work_leaves_the_screen_when_it_is_acknowledged.__name__
    caught = kept()[name]
    with PLANTED[name].plant():
        short = shrink(script_of(caught.seed), lambda script: play(script).broken == caught.by)

        assert len(short.steps) <= 8
        assert play(short).broken == caught.by


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
