"""A laptop in a process of its own: the real engine over the real replica, told what to do line by line.

`python -m tests.bench.laptop` reads JSON objects from standard input and answers each with one.
"""

import gc
import json
import secrets
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from app.clock import local_now
from app.domain.changes import Changes
from app.domain.registry import entity_named
from app.persistence import search_index
from app.persistence.replica import Replica, join_replica
from app.persistence.sync_journal import SyncJournal
from app.persistence.sync_store import SyncStore
from sync.client.credentials import Credentials, Tokens
from sync.client.engine import Report, perform, run_round
from sync.client.http import Http
from sync.client.news import News
from sync.client.transport import HttpServer
from tests.bench.meters import Cost, peak_of, timed
from tests.replicas import KEY


class Laptop:
    """One device of one person, with one replica at a time."""

    def __init__(self) -> None:
        self._tokens = Tokens("")
        self._lines: dict[str, HttpServer] = {}
        self._replica: Replica | None = None

    def open(self, path: str, access: str, refresh: str) -> dict[str, Any]:
        """The tokens are those of the sign-in; later ones replace them."""
        if self._replica:
            self._replica.close()
        else:
            self._tokens = Tokens(refresh, access)
        self._replica = join_replica(Path(path), KEY)
        self._store = SyncStore(self._replica)
        self._journal = SyncJournal(self._replica)
        self._lines.clear()
        return {}

    def round(self, server: str) -> dict[str, Any]:
        """What the sync process does for one round, without its reports."""
        line = self._line(server)
        reports: list[Report] = []
        begun = time.perf_counter()
        shown: list[float] = []

        def tell(news: News) -> None:
            if isinstance(news, Changes):
                shown.append((time.perf_counter() - begun) * 1e3)

        def run() -> None:
            report = perform(run_round(self._store, tell), line)
            assert isinstance(report, Report)
            self._journal.note_round(local_now(), {"pulled": report.pulled} if report.pulled else {})
            reports.append(report)

        cost = timed(run)
        [report] = reports
        counts = {"pulled": report.pulled, "sent": report.sent, "refused": report.refused}
        return {**_said(cost), **counts, "shown": shown[:1]}

    def index(self) -> dict[str, Any]:
        """Make everything findable."""

        assert self._replica
        absorb = self._replica.absorb

        def index_all() -> None:
            left = True
            while left:
                with absorb() as connection:
                    left = search_index.index_pending(connection) > 0

        return _said(timed(index_all))

    def edit(self, rows: list[tuple[str, str, Mapping[str, str]]]) -> dict[str, Any]:
        """Each row in an action of its own, as people work."""
        assert self._replica
        for entity_name, row_id, values in rows:
            with self._replica.write(f"{entity_name}.edit") as write:
                row = write.session.get_one(entity_named(entity_name), UUID(row_id))
                for name, value in values.items():
                    setattr(row, name, value)
        return {}

    def peak(self) -> dict[str, Any]:
        return {"mb": peak_of()}

    def _renewed(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def _line(self, server: str) -> HttpServer:
        if server not in self._lines:
            http = Http(server)
            nonce = partial(secrets.token_urlsafe, 16)
            credentials = Credentials(http, self._journal, nonce, self._renewed, self._tokens)
            self._lines[server] = HttpServer(http, credentials)
        return self._lines[server]


def _said(cost: Cost) -> dict[str, Any]:
    return {"wall": cost.wall, "cpu": cost.cpu}


def main() -> None:
    laptop = Laptop()
    gc.freeze()  # as the sync process does
    gc.set_threshold(50_000, 20)
    for line in sys.stdin:
        said = json.loads(line)
        do = getattr(laptop, said.pop("do"))
        print(json.dumps(do(**said)), flush=True)


if __name__ == "__main__":
    main()
