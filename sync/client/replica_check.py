"""Compares the contents of this replica with the server's when somebody asks, and once a week by itself."""

from collections.abc import Callable
from datetime import timedelta

from app.clock import Clock
from app.domain.changes import Changes
from app.domain.errors import SyncRefused
from app.persistence.sync_store import SyncStore
from sync.client.checking import check
from sync.client.dialogue import Server
from sync.client.engine import perform
from sync.client.news import Compared, News

EVERY = timedelta(days=7)

Facts = dict[str, str | int]


class ReplicaCheck:
    """Of one replica, as its last finished pull left it."""

    def __init__(self, store: SyncStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def is_due(self) -> bool:
        """A week has passed since the last one; of a new replica, since it was first looked at."""
        now, last = self._clock(), self._store.repair.checked_at()
        if last is None:
            self._store.repair.begin_checking(now)
            return False
        return now - last >= EVERY or last > now  # a clock that was ahead must not put it off for ever

    def run(
        self, server: Server, follow: Callable[[int, int], None], show: Callable[[Changes], None]
    ) -> Facts:
        """What was found, in figures. `follow` hears how many of how many rows are compared, `show` of rows
        that were mended. Raises AppError; what was mended until then stays so."""
        cursor = self._store.cursor()
        if not cursor:
            raise SyncRefused("sync.nothing_received")

        def tell(news: News) -> None:
            if isinstance(news, Compared):
                follow(news.rows, news.total)
            elif isinstance(news, Changes):
                show(news)

        found = perform(check(self._store.repair, cursor, tell), server)
        counts = {
            "compared": found.compared, "fetched": found.fetched,
            "dropped": found.dropped, "parked": found.parked,
        }  # fmt: skip
        if not found.content:
            counts["revisions_only"] = 1
        self._store.repair.note_check(self._clock(), counts)
        return {"kind": "check", **counts}
