"""One server process, hundreds of laptops, a working day in minutes: `poe load`."""

import argparse
import tempfile
from pathlib import Path

from tests.bench.meters import busy
from tests.load.company import found
from tests.load.day import Day, postgres, work


def main() -> None:
    ask = argparse.ArgumentParser(prog="load", description=__doc__)
    ask.add_argument("--devices", type=int, default=500)
    ask.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    ask.add_argument("--minutes", type=float, default=3.0)
    ask.add_argument("--pause", type=float, default=30.0, help="seconds between two looks of a laptop")
    ask.add_argument("--seed", type=int, default=1)
    said = ask.parse_args()
    day = Day(said.devices, said.minutes * 60, said.pause, said.seed)
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        if said.database == "sqlite":
            report = work(found(f"sqlite:///{folder}/server.db", said.devices), day, Path(folder))
        else:
            with postgres() as url:
                report = work(found(url, said.devices), day, Path(folder))
    print(f"{said.database}, {said.devices} devices, {said.minutes:g} minutes, seed {said.seed}; {busy()}")
    print(report.told())


if __name__ == "__main__":
    main()
