"""What a piece of work costs: time on the wall, time on the processor, and the memory it ever needed."""

import gc
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Cost:
    """In milliseconds; `cpu` of all processes that took part."""

    wall: float
    cpu: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


def timed(work: Callable[[], object]) -> Cost:
    """What `work` costs this process."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Cost((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3)


def middle(costs: Iterable[Cost]) -> Cost:
    """The median of each measure."""
    listed = list(costs)
    return Cost(median(cost.wall for cost in listed), median(cost.cpu for cost in listed))


def cpu_of(pid: int) -> float:
    """Milliseconds of processor another process has used, threads that have ended included (Linux only)."""
    return time.clock_gettime(~pid << 3 | 2) * 1e3  # the clock of that process, as the kernel numbers it


def peak_of(pid: int | str = "self") -> float:
    """The most memory a process ever held, in MB (Linux only)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def busy() -> str:
    """How loaded this computer is: whoever reads the wall times should know."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Columns under their heads, the first to the left and the others to the right."""
    listed = [list(heads), *map(list, lines)]
    widths = [max(len(line[place]) for line in listed) for place in range(len(heads))]
    return "\n".join(
        "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(
            zip(line, widths, strict=True)
        ))
        for line in listed
    )  # fmt: skip
