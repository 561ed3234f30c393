"""`python -m tests.simulation`: plays many histories, and prints the shortest script of each that fails.

--seeds 2000 --from 0 --jobs 2     histories 0 … 1999, on two cores
--replay FILE                      one history, told step by step
--find-planted                     record which history notices each planted fault (caught.json)
--differential --seeds 200         each history on SQLite and on PostgreSQL: are they the same?
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulation import finding
from tests.simulation.differential import compare_all
from tests.simulation.script import Script, script_of
from tests.simulation.shrinking import shrink
from tests.simulation.simulation import Outcome, play
from tests.simulation.small_scope import every_script

AT_A_TIME = 20
NOW_AND_THEN = 100
MOST_FAILURES = 5
"""After so many there is enough to do."""


def main() -> int:
    """The number of failures, at most one of which is shrunk for each invariant."""
    asked = _asked()
    logging.disable(logging.CRITICAL)
    if asked.differential:
        return _compare(asked)
    if asked.find_planted:
        return _find_planted(asked.jobs)
    if asked.replay:
        return _replay(Path(asked.replay))
    scripts = _scripts(asked)
    began, failures = time.monotonic(), 0
    seen: set[str] = set()
    for played, (script, broken) in enumerate(_results(scripts, asked.jobs), 1):
        if played % NOW_AND_THEN == 0 or played == len(scripts):
            _tell_how_far(played, len(scripts), began, f"{failures + bool(broken)} failed")
        if broken is None:
            continue
        failures += 1
        print(f"seed {script.seed}: {broken}", flush=True)
        if broken not in seen:
            seen.add(broken)
            _print_shortest(script, broken)
        if failures >= asked.failures:
            print(f"enough of it after {played} histories")
            break
    return 1 if failures else 0


def _tell_how_far(played: int, of: int, began: float, found: str) -> None:
    """Whoever waits, at a terminal or over a log, sees that it goes on, and how long it will."""
    seconds = time.monotonic() - began
    left = seconds / played * (of - played)
    print(f"{played} of {of} histories in {seconds:.0f} s, {found}, {left:.0f} s to go", flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many histories")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--failures", type=int, default=MOST_FAILURES, help="stop after so many")
    parser.add_argument("--small", type=int, help="every small history, up to so many steps")
    parser.add_argument("--find-planted", action="store_true", help="which history notices which fault")
    parser.add_argument("--replay", help="a script printed earlier")
    parser.add_argument("--differential", action="store_true", help="on both databases")
    return parser.parse_args()


def _scripts(asked: argparse.Namespace) -> Sequence[Script]:
    if asked.small:
        return list(every_script(asked.small))
    return [script_of(seed) for seed in range(asked.first, asked.first + asked.seeds)]


def _results(scripts: Iterable[Script], jobs: int) -> Iterator[tuple[Script, str | None]]:
    if jobs <= 1:
        yield from map(_broken, scripts)
        return
    pool = ProcessPoolExecutor(jobs)
    try:
        yield from pool.map(_broken, scripts, chunksize=AT_A_TIME)
    finally:
        pool.shutdown(cancel_futures=True)


def _broken(script: Script) -> tuple[Script, str | None]:
    logging.disable(logging.CRITICAL)
    return script, play(script).broken


def _print_shortest(script: Script, broken: str) -> None:
    short = shrink(script, lambda other: play(other).broken == broken)
    _tell(play(short))
    print(short.to_json(), flush=True)


def _compare(asked: argparse.Namespace) -> int:
    """Tells how far it is, since it takes longer than playing."""
    scripts = _scripts(asked)
    began, different = time.monotonic(), 0
    for played, (script, found) in enumerate(compare_all(scripts, asked.jobs), 1):
        if found is not None:
            different += 1
            print(f"seed {script.seed}: {found}", flush=True)
        if played % AT_A_TIME == 0 or played == len(scripts):
            _tell_how_far(played, len(scripts), began, f"{different} differ")
        if different >= asked.failures:
            break
    return 1 if different else 0


def _find_planted(jobs: int) -> int:
    """Records each as soon as it is found."""
    found = dict(finding.kept())
    missed = 0
    for name, caught in finding.find_all(jobs):
        print(f"{name}: {caught or 'noticed by no history'}", flush=True)
        if caught is None:
            missed += 1
            continue
        found[name] = caught
        finding.keep(found)
    return 1 if missed else 0


def _replay(path: Path) -> int:
    outcome = play(Script.from_json(path.read_text("utf-8")))
    _tell(outcome)
    return 1 if outcome.broken else 0


def _tell(outcome: Outcome) -> None:
    print("\n".join(outcome.trace))


if __name__ == "__main__":
    sys.exit(main())
