"""One replica and one server, brought together: everything a round needs, opened and closed as one."""

import secrets
from collections.abc import Callable
from pathlib import Path

from app.clock import local_now
from app.persistence import search_index
from app.persistence.calendar import Calendar
from app.persistence.database import lock_replica
from app.persistence.departures import drop_files
from app.persistence.replica import join_replica
from app.persistence.sync_journal import SyncJournal
from app.persistence.sync_store import SyncStore
from sync.client.by_hand import ByHand
from sync.client.commands import Open
from sync.client.credentials import Credentials, Tokens
from sync.client.dialogue import Server
from sync.client.file_lane import FileLane
from sync.client.file_news import News
from sync.client.http import Http
from sync.client.listener import Listener
from sync.client.replica_check import ReplicaCheck
from sync.client.transport import HttpServer


class Link:
    """`renewed` hears of new tokens, `received` of bytes, `poked` of the server's head,
    `told` of files; the last two on other threads.

    Raises ReplicaLocked, ReplicaDamaged, Busy where another sync process has the replica, or SignInNeeded
    where nobody ever signed in.
    """

    def __init__(
        self,
        opening: Open,
        renewed: Callable[[Tokens], None],
        received: Callable[[int], None],
        poked: Callable[[int, float], None],
        told: Callable[[News], None],
    ) -> None:
        path = Path(opening.path)
        self._lock = lock_replica(path.with_name(f"{path.stem}-sync{path.suffix}"))
        self._replica = join_replica(path, opening.key)
        self.store = SyncStore(self._replica)
        self.store.identity()  # fails now, not in the middle of something, where the key does not fit
        self.journal = SyncJournal(self._replica)
        self.calendar = Calendar(self._replica)
        self._http = Http(opening.server)
        tokens = Tokens(opening.refresh_token, opening.access_token)
        self._credentials = Credentials(
            self._http, self.journal, lambda: secrets.token_urlsafe(16), renewed, tokens
        )
        self.server: Server = HttpServer(self._http, self._credentials, received)
        self.by_hand = ByHand(self._replica, self.store, self._http, self._credentials, clock=local_now)
        self.check = ReplicaCheck(self.store, local_now)
        self._server, self._poked = opening.server, poked
        self._listener = Listener(opening.server, poked)
        self.files = FileLane(opening.server, self._replica, told)

    def listen(self, head: int) -> str:
        """Hear of what happens at the server after commit `head`; the token that files may move with."""
        access = self._credentials.access
        if access:
            self._listener.listen(access, head)
        return access

    def reconnect(self) -> None:
        """The network is another: a connection over the old one may be dead without anybody saying so."""
        self._listener.close()
        self._listener = Listener(self._server, self._poked)

    def rest(self, why: str) -> None:
        """Do not listen for now, and move no files; `why` is what is told to who wants one."""
        self._listener.rest()
        self.files.rest(why)

    def drop_files(self) -> None:
        """Files of customers that left."""
        drop_files(self._replica)

    def index_some(self) -> bool:
        """Make some of what came findable; is there more?"""
        with self._replica.absorb() as connection:
            return search_index.index_pending(connection) == search_index.BATCH

    def close(self) -> None:
        self._listener.close()
        self.files.close()
        self._http.close()
        self._replica.close()
        self._lock.release()
