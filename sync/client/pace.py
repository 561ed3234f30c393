"""How long a download will still take, from how it has gone so far."""

from collections.abc import Callable

SETTLED = 2.0
"""Seconds before anything is said: a guess that jumps is worse than none."""


class Pace:
    """Of one round; what earlier rounds brought says nothing about this one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began: tuple[float, int] | None = None

    def begin(self) -> None:
        """Another round."""
        self._began = None

    def seconds_left(self, done: int, total: int | None) -> int | None:
        """None where nothing can be said."""
        now = self._clock()
        if self._began is None:
            self._began = now, done
        since, before = self._began
        if total is None or done <= before or now - since < SETTLED:
            return None
        return round((now - since) * max(0, total - done) / (done - before))
