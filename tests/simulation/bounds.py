"""What must not grow without end: pages, answers, what is remembered of what is over (invariant 14)."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from sync.server.pull import MAX_RESULTS
from tests.simulation.front_door import Answer
from tests.simulation.moments import Broken
from tests.simulation.wire import Message, unpacked

if TYPE_CHECKING:
    from tests.simulation.world import World

ROWS = (b'["put"', b'["del"', b'["own"')
LONGEST_LINE = 4_000
"""Bytes; no row of a simulated history is longer."""


def a_page_is_no_longer_than_asked(message: Message, answer: Answer) -> None:
    """As many rows as asked for and a bounded number of results; no line without measure."""
    if answer.status != 200 or "/sync/pull" not in message.url:
        return
    most = int(parse_qs(urlsplit(message.url).query)["limit"][0])
    lines = unpacked(answer).splitlines()
    rows = sum(line.startswith(ROWS) for line in lines)
    results = sum(line.startswith(b'["res"') for line in lines)
    longest = max(map(len, lines))
    if rows > most or results > MAX_RESULTS or longest > LONGEST_LINE:
        raise Broken("14 bounds", f"a page of {rows} rows, {results} results, {longest} bytes in a line")


def nothing_is_left_behind(world: "World", horizon: int) -> None:
    """After a collection the server remembers of what is over only what came after the horizon."""
    for what, query in LEFT.items():
        found = world.office.rows(query, *[horizon] * query.count("?"))[0][0]
        if found:
            raise Broken("14 bounds", f"{found} {what} up to {horizon}")
    rows = world.office.rows("SELECT count(*), count(DISTINCT id) FROM sync_row")[0]
    if rows[0] != rows[1]:
        raise Broken("14 bounds", f"{rows[0]} entries of {rows[1]} rows")


LEFT = {
    "deleted rows": "SELECT count(*) FROM sync_row WHERE deleted = 1 AND seq <= ?",
    "old memberships": "SELECT count(*) FROM sync_member WHERE out_seq <= ?",
    "old grants": "SELECT count(*) FROM sync_grant WHERE out_seq <= ?",
    "commits": "SELECT count(*) FROM sync_commit WHERE seq < ?",
}


def queues_are_short(world: "World") -> None:
    """Nothing of pulls, downloads and mutations that are over stays on a laptop."""
    for seat in world.in_turn():
        for what, query in KEPT.items():
            found = seat.raw.execute(query).fetchone()[0]
            if found:
                raise Broken("14 bounds", f"{seat.name} keeps {found} {what}")


KEPT = {
    "rows of mutations it forgot": "SELECT count(*) FROM outbox_row"
    " WHERE position NOT IN (SELECT position FROM outbox)",
    "pages": "SELECT count(*) FROM staged_page",
    "segments": "SELECT count(*) FROM snapshot_segment",
    "names of a snapshot": "SELECT count(*) FROM snapshot_row",
}
