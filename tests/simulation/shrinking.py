"""Finds a short history that still fails as a long one does (delta debugging: Zeller, Hildebrandt 2002)."""

from collections.abc import Callable

from tests.simulation.script import Script, Step

MOST_RUNS = 400
"""Long enough for any history of ours; a shorter script is a convenience, not a proof."""


def shrink(script: Script, fails: Callable[[Script], bool]) -> Script:
    """`script` with as few steps as still make it fail."""
    left = MOST_RUNS
    pieces = 2
    steps = script.steps
    while len(steps) > 1 and left > 0:
        for part in _without_one_of(steps, pieces):
            left -= 1
            if fails(script.with_steps(part)):
                steps, pieces = part, max(2, pieces - 1)
                break
            if left <= 0:
                break
        else:
            if pieces >= len(steps):
                break
            pieces = min(len(steps), pieces * 2)
    return script.with_steps(steps)


def _without_one_of(steps: tuple[Step, ...], pieces: int) -> list[tuple[Step, ...]]:
    size = -(-len(steps) // pieces)
    return [steps[:start] + steps[start + size :] for start in range(0, len(steps), size)]
