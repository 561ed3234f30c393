"""What stands in a calendar, and where: entries of a day side by side where they overlap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

SHOWN_AT_LEAST = timedelta(minutes=30)
SNAP_MINUTES = 15


@dataclass(frozen=True)
class WeekEntry:
    """Times are instants; they are shown on this computer's clock."""

    id: UUID
    title: str
    subline: str
    starts: datetime
    ends: datetime | None = None
    tone: str = "accent"
    mark: str = ""
    movable: bool = True

    @property
    def local_start(self) -> datetime:
        return self.starts.astimezone()

    @property
    def local_end(self) -> datetime:
        """At least half an hour after the start, or nothing could be read."""
        end = (self.ends or self.starts).astimezone()
        return max(end, self.local_start + SHOWN_AT_LEAST)

    def moved(self, by: timedelta) -> "WeekEntry":
        """The same entry at another time, on a quarter of an hour."""
        start = self.local_start + by
        late = timedelta(minutes=start.minute % SNAP_MINUTES, seconds=start.second)
        start -= (
            late if late < timedelta(minutes=SNAP_MINUTES / 2) else late - timedelta(minutes=SNAP_MINUTES)
        )
        shift = start - self.local_start
        return replace(self, starts=start, ends=self.ends.astimezone() + shift if self.ends else None)


@dataclass(frozen=True)
class Place:
    """An entry's lane among those it overlaps with."""

    entry: WeekEntry
    day: date
    lane: int
    lanes: int


def places(entries: Sequence[WeekEntry]) -> list[Place]:
    """Every entry with its lane, in the order of time."""
    found: list[Place] = []
    cluster: list[tuple[WeekEntry, int]] = []
    ends: list[datetime] = []  # of the lanes of the present cluster
    for entry in sorted(entries, key=lambda e: (e.starts, str(e.id))):
        if cluster and (entry.local_start >= max(ends) or _day(entry) != _day(cluster[0][0])):
            found += _placed(cluster, len(ends))
            cluster, ends = [], []
        lane = next((i for i, end in enumerate(ends) if end <= entry.local_start), len(ends))
        ends[lane : lane + 1] = [entry.local_end]
        cluster.append((entry, lane))
    return found + _placed(cluster, len(ends))


def _placed(cluster: Sequence[tuple[WeekEntry, int]], lanes: int) -> list[Place]:
    return [Place(entry, _day(entry), lane, lanes) for entry, lane in cluster]


def _day(entry: WeekEntry) -> date:
    return entry.local_start.date()
