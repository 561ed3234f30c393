"""Remembers what failed, each thing for itself, and when it may be tried again."""

from collections.abc import Callable, Iterable

FIRST, LAST = 30.0, 3600.0  # seconds


class Retries:
    """`clock` counts seconds steadily."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed: dict[str, tuple[int, float]] = {}

    def put_off(self, name: str) -> None:
        """It failed; each time it rests for longer."""
        failures = self._failed[name][0] + 1 if name in self._failed else 1
        wait = min(LAST, FIRST * 2.0 ** min(failures - 1, 16))
        self._failed[name] = (failures, self._clock() + wait)

    def forget(self, name: str) -> None:
        """It went well."""
        self._failed.pop(name, None)

    def due(self, names: Iterable[str]) -> list[str]:
        """Those that need not rest now."""
        now = self._clock()
        return [name for name in names if name not in self._failed or self._failed[name][1] <= now]

    def wait(self) -> float | None:
        """Seconds until the next of them has rested; None where nothing rests."""
        now = self._clock()
        return min((when - now for _, when in self._failed.values() if when > now), default=None)
