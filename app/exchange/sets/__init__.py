"""The real sets the server can import, all read through one door."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import RuleViolation
from app.exchange.files import Folder, Reading
from app.exchange.organisation import DEFAULT, Organisation
from app.exchange.rows import BadRow, Row
from app.exchange.sets import adventureworks, china_regions, elevators, excavators

Reader = Callable[[Folder, Organisation], Iterator[Row | BadRow]]


@dataclass(frozen=True)
class RealSet:
    """What one set needs: the files that must be there, and how they are read."""

    title: str
    files: Sequence[str]
    read: Reader
    finish: Callable[[Path], Path] | None = None
    """Makes the file this set is for, if it is not for the database; its path."""


SETS: Mapping[str, RealSet] = {
    "adventureworks": RealSet(
        "AdventureWorks: stores, people, bicycles and their parts", adventureworks.FILES, adventureworks.read
    ),
    "nyc-elevators": RealSet("The elevators of Brooklyn", elevators.FILES, elevators.read),
    "excavator-work-orders": RealSet("Work orders of three excavators", excavators.FILES, excavators.read),
    "china-regions": RealSet("China's provinces, cities, districts and towns", china_regions.FILES,
                             china_regions.read, china_regions.build_shipped),
}  # fmt: skip


def read(name: str, folder: Path, organisation: Organisation = DEFAULT) -> Reading:
    """The rows of set `name`, parents before children, and its bad lines as they are met.

    Ids repeat on every run. A row whose id the server already has is to be left as it is, since
    people may have edited it. Raises RuleViolation for an unknown set or a missing file.
    """
    if name not in SETS:
        raise RuleViolation("import.set_unknown", set=name, sets=", ".join(SETS))
    real_set = SETS[name]
    files = Folder(folder, real_set.files)
    return Reading(files, real_set.read(files, organisation))
