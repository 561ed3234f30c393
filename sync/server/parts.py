"""Builds what every request needs, once, and says so plainly where the server is not set up."""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from uuid import UUID

from sqlalchemy import Connection, insert, select

from app.domain.errors import RuleViolation
from sync.carried import Keys
from sync.server.access_tokens import AccessTokens
from sync.server.account_tables import SECRET
from sync.server.accounts import Accounts
from sync.server.blobs import BlobStore
from sync.server.calendar import Calendar
from sync.server.database import Database
from sync.server.events import Notifier
from sync.server.log_writer import head
from sync.server.settings import ServerSettings
from sync.server.snapshots import Snapshots
from sync.server.tenants import all_tenants

VERSION = version("roundtrip")
_SIGNING_KEY = "signing_key"
_SHORTEST_KEY = 32


@dataclass(frozen=True)
class Parts:
    """The server's parts; safe to share between threads."""

    settings: ServerSettings
    database: Database
    tenant_id: UUID
    accounts: Accounts
    notifier: Notifier
    calendar: Calendar
    blobs: BlobStore
    snapshots: Snapshots
    keys: Keys
    clock: Callable[[], float]

    @property
    def tenant(self) -> str:
        """The tenant as stored."""
        return self.tenant_id.hex


def assemble(settings: ServerSettings, database: Database, clock: Callable[[], float] = time.time) -> Parts:
    """Raises RuleViolation where `migrate` has not been run."""
    tenant = only_tenant(database)
    key = database.transact(lambda connection: signing_key(connection, settings))
    tokens = AccessTokens(key, clock)

    def read_head() -> int:
        with database.read() as connection:
            return head(connection, tenant)

    return Parts(
        settings=settings,
        database=database,
        tenant_id=UUID(tenant),
        accounts=Accounts(database, UUID(tenant), tokens, clock),
        notifier=Notifier(read_head),
        calendar=Calendar(database, tenant),
        blobs=BlobStore(settings.blob_folder),
        snapshots=Snapshots(database, settings.snapshot_folder, clock),
        keys=Keys(hmac.digest(key, b"changes carried by hand", "sha256")),
        clock=clock,
    )


def only_tenant(database: Database) -> str:
    """The tenant this server is for; one server serves one, whatever the tables allow."""
    with database.read() as connection:
        tenants = list(all_tenants(connection))
    if not tenants:
        raise RuleViolation("server.not_set_up")
    return tenants[0]


def signing_key(connection: Connection, settings: ServerSettings) -> bytes:
    """The operator's key; else one made once and kept in the database, on SQLite and PostgreSQL alike.

    In the database every worker finds it without a shared folder. Whoever reads the database could
    sign tokens, so an operator whose backups are less well kept gives a key of his own.
    """
    if settings.signing_key is not None:
        given = settings.signing_key.get_secret_value().encode()
        if len(given) < _SHORTEST_KEY:
            raise RuleViolation("server.signing_key_short", shortest=_SHORTEST_KEY)
        return given
    query = select(SECRET.c.value).where(SECRET.c.name == _SIGNING_KEY)
    kept = connection.execute(query).scalar()
    if kept is None:
        kept = secrets.token_hex(32)
        connection.execute(insert(SECRET).values(name=_SIGNING_KEY, value=kept))
    return bytes.fromhex(kept)
