"""`collect`: forgets deletions and old intervals that no laptop needs to hear of any more."""

import time

from app.language import tr
from sync.server.collecting import Keeping
from sync.server.collecting import collect as sweep
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import out


def collect(database: DatabaseOption = None) -> None:
    """Collect what was deleted long ago; `serve` does it once a day. Others may work meanwhile."""
    with opened(database) as at:
        keeping = Keeping(at.settings.keep_days, at.settings.keep_at_most_days)
        done = sweep(at.database, at.tenant, time.time(), keeping)
    out.print(
        tr(
            "Collected up to commit {horizon}: {deleted} deletions, {intervals} intervals, {commits} commits,"
            " {results} results.",
            horizon=done.horizon, deleted=done.deleted, intervals=done.intervals, commits=done.commits,
            results=done.results,
        ),
        markup=False,
    )  # fmt: skip
