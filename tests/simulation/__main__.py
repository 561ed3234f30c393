"""`python -m tests.simulation`: plays many histories, and prints the shortest script of each that fails.

--seeds 2000 --from 0 --jobs 2     histories 0 … 1999, on two cores
--replay FILE                      one history, told step by step
--differential --seeds 200         each history on SQLite and on PostgreSQL: are they the same?
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulation.differential import compare_all
from tests.simulation.script import Script, script_of
from tests.simulation.shrinking import shrink
from tests.simulation.simulation import Outcome, play
from tests.simulation.small_scope import every_script

AT_A_TIME = 20
MOST_FAILURES = 5
"""After so many there is enough to do."""


def main() -> int:
    """The number of failures, at most one of which is shrunk for each invariant."""
    asked = _asked()
    logging.disable(logging.CRITICAL)
    if asked.differential:
        return _compare(asked)
    if asked.replay:
        return _replay(Path(asked.replay))
    began, played, failures = time.monotonic(), 0, 0
    seen: set[str] = set()
    for script, broken in _results(_scripts(asked), asked.jobs):
        played += 1
        if broken is None:
            continue
        failures += 1
        print(f"seed {script.seed}: {broken}", flush=True)
        if broken not in seen:
            seen.add(broken)
            _print_shortest(script, broken)
        if failures >= asked.failures:
            break
    seconds = time.monotonic() - began
    print(f"{played} histories in {seconds:.0f} s, {failures} failed")
    return 1 if failures else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many histories")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--failures", type=int, default=MOST_FAILURES, help="stop after so many")
    parser.add_argument("--small", type=int, help="every small history, up to so many steps")
    parser.add_argument("--replay", help="a script printed earlier")
    parser.add_argument("--differential", action="store_true", help="on both databases")
    return parser.parse_args()


def _scripts(asked: argparse.Namespace) -> Iterable[Script]:
    if asked.small:
        return every_script(asked.small)
    return map(script_of, range(asked.first, asked.first + asked.seeds))


def _results(scripts: Iterable[Script], jobs: int) -> Iterator[tuple[Script, str | None]]:
    if jobs <= 1:
        yield from map(_broken, scripts)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_broken, scripts, chunksize=AT_A_TIME)


def _broken(script: Script) -> tuple[Script, str | None]:
    logging.disable(logging.CRITICAL)
    return script, play(script).broken


def _print_shortest(script: Script, broken: str) -> None:
    short = shrink(script, lambda other: play(other).broken == broken)
    _tell(play(short))
    print(short.to_json(), flush=True)


def _compare(asked: argparse.Namespace) -> int:
    """Tells how far it is, since it takes longer than playing."""
    began, different = time.monotonic(), 0
    for played, (script, found) in enumerate(compare_all(_scripts(asked), asked.jobs), 1):
        if found is not None:
            different += 1
            print(f"seed {script.seed}: {found}", flush=True)
        if played % AT_A_TIME == 0 or played == asked.seeds:
            seconds = time.monotonic() - began
            print(f"{played} of {asked.seeds} histories in {seconds:.0f} s, {different} differ", flush=True)
        if different >= asked.failures:
            break
    return 1 if different else 0


def _replay(path: Path) -> int:
    outcome = play(Script.from_json(path.read_text("utf-8")))
    _tell(outcome)
    return 1 if outcome.broken else 0


def _tell(outcome: Outcome) -> None:
    print("\n".join(outcome.trace))


if __name__ == "__main__":
    sys.exit(main())
