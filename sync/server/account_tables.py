"""Tables of who may come in: accounts, sign-ins and their tokens, failed attempts, our own secrets.

None of it is ever synchronised; a person's public card is the `user` entity.
"""

from sqlalchemy import (
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from sync.server.tables import INSTANT, KEY, METADATA, WHOLE

HASH = String(64)

ACCOUNT = Table(
    "account",
    METADATA,
    Column("tenant_id", KEY, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("login", String(80), nullable=False),  # lower case: nobody remembers capitals
    Column("password", Text, nullable=False),
    # Raised when rights change, which outdates every access token given before.
    Column("scope_version", Integer, nullable=False, default=1),
    # No link to the card: whoever deletes a card in the office need not know of accounts, and without
    # its card an account opens nothing.
    PrimaryKeyConstraint("tenant_id", "user_id"),
    UniqueConstraint("tenant_id", "login", name="uq_account_tenant_id_login"),
)

# A laptop that was signed in on; `state` is one of devices.State.
DEVICE = Table(
    "device",
    METADATA,
    Column("tenant_id", KEY, nullable=False),
    Column("id", KEY, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("name", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("schema", Integer),
    Column("version", String(40)),
    Column("registered_at", INSTANT, nullable=False),
    Column("last_seen_at", INSTANT, nullable=False),
    # The commit up to which it knew everything when it last said hello.
    Column("cursor_seq", WHOLE),
    # When the laptop took another id; whoever still comes under this one takes it up again.
    Column("given_up_at", INSTANT),
    PrimaryKeyConstraint("tenant_id", "id"),
    Index(None, "tenant_id", "user_id"),
)

# What a laptop signs with, and is sealed for, where changes are carried by hand (sync/carried.py).
CARRYING_KEY = Table(
    "carrying_key",
    METADATA,
    Column("tenant_id", KEY, nullable=False),
    Column("device_id", KEY, nullable=False),
    Column("public", String(128), nullable=False),
    PrimaryKeyConstraint("tenant_id", "device_id"),
)

# One sign-in on one device; each refresh token of it descends from the first.
SIGN_IN = Table(
    "sign_in",
    METADATA,
    Column("tenant_id", KEY, nullable=False),
    Column("id", KEY, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("device_id", KEY, nullable=False),
    Column("ends_at", Float, nullable=False),
    Column("revoked", String(20)),
    PrimaryKeyConstraint("tenant_id", "id"),
    Index(None, "tenant_id", "device_id"),
    Index(None, "tenant_id", "user_id"),
)

REFRESH_TOKEN = Table(
    "refresh_token",
    METADATA,
    Column("hash", HASH, primary_key=True),
    Column("tenant_id", KEY, nullable=False),
    Column("sign_in_id", KEY, nullable=False),
    Column("parent", HASH, index=True),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
    Column("nonce", HASH),
    ForeignKeyConstraint(["tenant_id", "sign_in_id"], ["sign_in.tenant_id", "sign_in.id"]),
    Index(None, "tenant_id", "sign_in_id"),
)

# `subject` is the hash of a login or of a network address.
ATTEMPT = Table(
    "sign_in_attempt",
    METADATA,
    Column("subject", HASH, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", Float, nullable=False),
    Column("last_at", Float, nullable=False),
)

SECRET = Table(
    "server_secret",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
