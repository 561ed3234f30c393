"""How fast synchronisation is, beside the least Python must do: `python -m tests.bench.sync [size] [times]`.

A real server process and the real engine in a process of its own, against a floor measured in the same
run on the same rows. Times on a busy computer drift, ratios of processor time hardly do.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import urllib3
import zstandard

from app.demo.fault_proxy import FaultProxy
from app.domain.entity import name_of
from app.domain.ids import new_id
from app.persistence import raw_rows
from tests.bench import meters, workload
from tests.bench.floor import FirstSync, FloorLaptop, floor_of, make_server_database, write_to_server
from tests.bench.meters import Cost, middle, timed
from tests.bench.scene import Company, Process, Signed, floor_served, found_company, served
from tests.replicas import KEY

PULLED = (1, 100, 1_000, 10_000)
PUSHED = (1, 100, 1_000, 10_000)
ROUNDS = 3
_LONG = 10_000
"""So many rows are moved once, and once before: making ten thousand edits alone takes a minute."""
_LEVEL = 3


@dataclass(frozen=True)
class Result:
    """A line of the answer."""

    work: str
    floor: Cost
    ours: Cost
    goal: str

    def cells(self) -> list[str]:
        wall, cpu = (_share(getattr(self.ours, it), getattr(self.floor, it)) for it in ("wall", "cpu"))
        return [
            self.work, f"{self.floor.wall:.1f}", f"{self.ours.wall:.1f}", wall,
            f"{self.floor.cpu:.1f}", f"{self.ours.cpu:.1f}", cpu, self.goal,
        ]  # fmt: skip


def main(size: str, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        company = found_company(folder / "office.db")
        with served(company, folder) as laptop:
            laptop.open(folder / "catalogue.db")
            laptop.round()
            laptop.open(folder / "none.db")  # which closes the other: its file is complete
            bench = Bench(company, laptop, folder, size, rounds)
            with floor_served(bench.floor_path, folder) as (url, server):
                bench.run(url, server)


class Bench:
    """One run. Floor and ours take turns, so that whatever else the computer does hits both."""

    def __init__(self, company: Company, laptop: Signed, folder: Path, size: str, rounds: int) -> None:
        self._company = company
        self._laptop = laptop
        self._folder = folder
        self._rounds = rounds
        self._salt = 0
        self._held = workload.rows(workload.SIZES[size], company.territory, company.engineer.hex)
        self._size = size
        self._http = urllib3.PoolManager()
        self.floor_path = folder / "floor.db"
        company.write(self._held)
        make_server_database(self.floor_path, self._held)

    def run(self, floor_url: str, floor_server: Process) -> None:
        self._floor_url, self._floor_server = floor_url, floor_server
        count = workload.size_of(self._held)
        print(f"{self._size}: {count:,} rows, {meters.busy()}, medians of {self._rounds}")
        first, findable, parts = self._first_sync()
        self._print_parts(parts)
        results = [Result("first sync", floor_of(parts), first, "≤ 1.5")]
        results.append(Result("… and all findable", floor_of(parts), first + findable, "≤ 4"))
        peaks = meters.peak_of(self._laptop.server.pid), self._laptop.process.told(do="peak")["mb"]
        self._index()
        results += self._later_rounds()
        heads = ("", "floor ms", "ours ms", "ratio", "floor CPU", "ours CPU", "ratio", "goal")
        print("\n" + meters.table(heads, [result.cells() for result in results]))
        print("\n" + meters.table(("", "floor", "ours", "ratio", "goal"), self._bytes()))
        print(f"\nfirst rows on show after {self._shown:.0f} ms of the last first sync")
        print(f"peak memory: server {peaks[0]:.0f} MB, laptop {peaks[1]:.0f} MB (≤ 250 MB each at L)")

    # The first sync

    def _first_sync(self) -> tuple[Cost, Cost, dict[str, Cost]]:
        """Ours, making it findable, and the floor's parts."""
        floor = FirstSync(self.floor_path, self._http, self._floor_url)
        ours: list[Cost] = []
        findable: list[Cost] = []
        parts: list[dict[str, Cost]] = []
        for turn in range(self._rounds + 1):
            self._floor = self._floor_laptop(f"floor-{turn}")
            after = self._floor_laptop(f"floor-after-{turn}")
            parts.append(floor.parts(self._floor, after))
            after.close()
            self._laptop.open(self._folder / f"laptop-{turn}.db")
            ours.append(self._round(lambda said: said["pulled"] >= workload.size_of(self._held)))
            self._shown = self._last["shown"][0]
            said = self._laptop.process.told(do="index")
            findable.append(Cost(said["wall"], said["cpu"]))
        named = {name: middle(part[name] for part in parts[1:]) for name in parts[0]}
        return middle(ours[1:]), middle(findable[1:]), named

    def _floor_laptop(self, name: str) -> FloorLaptop:
        return FloorLaptop(self._folder / f"{name}.db", (self._folder / "catalogue.db").read_bytes(), KEY)

    def _print_parts(self, parts: dict[str, Cost]) -> None:
        lines = [(name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}") for name, cost in parts.items()]
        print("\n" + meters.table(("floor of a first sync", "ms", "CPU"), lines))

    # Later rounds

    def _later_rounds(self) -> Iterator[Result]:
        self._floor.pull(self._http, self._floor_url)
        yield self._compare("no change", 0, self._nothing, self._pull_floor, "≤ 2")
        for count in PULLED:
            if count <= workload.size_of(self._held):
                goal = "≤ 1.5" if count == 10_000 else "≤ 2"
                yield self._compare(f"pull {count:,}", count, self._change_there, self._pull_floor, goal)
        for count in PUSHED:
            if count <= workload.size_of(self._held):
                yield self._compare(f"push {count:,}", count, self._change_here, self._push_floor, "≤ 2")

    def _compare(
        self, work: str, count: int, prepare: Callable[[int], None], floor: Callable[[], object], goal: str
    ) -> Result:
        floors: list[Cost] = []
        ours: list[Cost] = []
        for turn in range(self._rounds + 1 if count < _LONG else 2):
            prepare(count)
            before = meters.cpu_of(self._floor_server.pid)
            cost = timed(floor)
            server = meters.cpu_of(self._floor_server.pid) - before
            found = self._round(lambda said: said["pulled"] + said["sent"] >= count and not said["refused"])
            self._index()
            if turn:
                floors.append(Cost(cost.wall, cost.cpu + server))
                ours.append(found)
        return Result(work, middle(floors), middle(ours), goal)

    def _nothing(self, count: int) -> None:
        pass

    def _change_there(self, count: int) -> None:
        changes = self._changes(count)
        self._company.write(changes)
        write_to_server(self.floor_path, changes)

    def _change_here(self, count: int) -> None:
        """In both replicas alike; ours notes each row as an action of its own."""
        changes = self._changes(count)
        self._floor.edit(changes)
        said = []
        for entity, rows in changes.items():
            names = workload.edited_fields(entity)
            places = [raw_rows.columns(entity).index(name) for name in names]
            for row in rows:
                values = {name: row[place] for name, place in zip(names, places, strict=True)}
                said.append((name_of(entity), row[0], values))
        self._laptop.process.told(do="edit", rows=said)

    def _changes(self, count: int) -> workload.Rows:
        self._salt += 1
        return workload.changed(self._held, count, self._salt)

    def _pull_floor(self) -> None:
        self._floor.pull(self._http, self._floor_url)

    def _push_floor(self) -> None:
        self._floor.push(self._http, self._floor_url)

    def _round(self, moved: Callable[[Any], bool]) -> Cost:
        said = self._laptop.round()
        assert moved(said), said
        self._last = said
        return Cost(said["wall"], said["cpu"] + said["server_cpu"])

    def _index(self) -> None:
        """Not part of what is timed; a queue that grows would be."""
        self._laptop.process.told(do="index")

    # What travels

    def _bytes(self) -> Iterator[tuple[str, ...]]:
        host, _, port = self._laptop.url.removeprefix("http://").partition(":")
        proxy = FaultProxy((host, int(port)))
        self._laptop.round(proxy.url)
        changes = self._changes(1_000)
        yield self._carried("no change", proxy, 0, "≤ 600 B, 1 request")
        self._company.write(changes)
        yield self._carried("pull 1,000", proxy, _compressed(changes), "≤ 1.1")
        self._change_here(100)
        yield self._carried("push 100", proxy, _compressed_edits(self._changes(100), self._held), "≤ 1.1")
        self._laptop.open(self._folder / "carried.db")
        yield self._carried("first sync", proxy, _compressed(self._held), "≤ 1.1")
        self._laptop.open(self._folder / "closing.db")  # and with it the line through the proxy
        proxy.close()

    def _carried(self, work: str, proxy: FaultProxy, least: int, goal: str) -> tuple[str, ...]:
        proxy.requests.clear()
        proxy.bytes_up = proxy.bytes_down = 0
        self._laptop.round(proxy.url)
        carried, requests = proxy.bytes_up + proxy.bytes_down, proxy.requests.total()
        ours = f"{carried:,} B in {requests}"
        return work, f"{least:,} B", ours, _share(carried, least) if least else "", goal


def _compressed(rows: workload.Rows) -> int:
    return len(zstandard.compress(workload.as_lines(rows), _LEVEL))


def _compressed_edits(changes: workload.Rows, held: workload.Rows) -> int:
    """The least an edit needs to be merged: ids of action, row and customer, new values, and those seen."""
    before = {row[0]: row for rows in held.values() for row in rows}
    said: list[Any] = []
    for entity, rows in changes.items():
        places = [raw_rows.columns(entity).index(name) for name in workload.edited_fields(entity)]
        for row in rows:
            was = before[row[0]]
            values = [row[place] for place in places], [was[place] for place in places]
            said.append([new_id().hex, row[0], row[1], *values])
    return len(zstandard.compress(orjson.dumps(said), _LEVEL))


def _share(ours: float, floor: float) -> str:
    return f"{ours / floor:.2f}"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "M", int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS)
