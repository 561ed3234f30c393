"""The server's tables: every entity's, derived from its class, and those of the change log.

The tenant leads every key, so that one database may hold several and later be split by tenant.
Values are in stored form; nothing here converts them.
"""

from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.types import TypeEngine

from app.domain.entity import Entity, fields, name_of
from app.domain.fields import Kind
from app.domain.notes import Attachment
from app.domain.registry import ENTITIES
from app.domain.service_orders import ServiceOrder
from app.domain.types import InstantType, KeyType, WholeType

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def plain(stored: TypeEngine[Any]) -> TypeEngine[Any]:
    """The column type beneath one of ours: the server moves stored values as they are."""
    beneath = cast("TypeDecorator[Any]", stored).impl_instance
    return BigInteger() if isinstance(beneath, BigInteger) else beneath


KEY = plain(KeyType())
WHOLE = plain(WholeType())
INSTANT = plain(InstantType())
NAME = String(40)
SCOPE = String(60)


def _entity_table(entity: type[Entity]) -> Table:
    columns = entity.__table__.columns
    references = {key: spec for key, spec in fields(entity).items() if spec.kind is Kind.REFERENCE}
    return Table(
        name_of(entity),
        METADATA,
        Column("tenant_id", KEY, nullable=False),
        *(Column(column.key, plain(column.type), nullable=bool(column.nullable)) for column in columns),
        PrimaryKeyConstraint("tenant_id", "id"),
        *(_link(key, spec.target) for key, spec in references.items() if spec.target),
        *(Index(None, "tenant_id", key) for key in references if columns[key].index),
    )


def _link(key: str, target: str) -> ForeignKeyConstraint:
    """Deferred: the rows of one mutation come in any order."""
    there = [f"{target}.tenant_id", f"{target}.id"]
    return ForeignKeyConstraint(["tenant_id", key], there, deferrable=True, initially="DEFERRED")


TABLES = {entity: _entity_table(entity) for entity in ENTITIES}
Index(None, TABLES[ServiceOrder].c.tenant_id, TABLES[ServiceOrder].c.number)
Index(None, TABLES[Attachment].c.tenant_id, TABLES[Attachment].c.sha256)
Index(None, TABLES[Attachment].c.tenant_id, TABLES[Attachment].c.thumbnail)

TENANT = Table(
    "tenant",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("name", Text, nullable=False),
    # A restored backup goes on under a new name, so that laptops notice.
    Column("timeline", KEY, nullable=False),
    # The newest commit in the backup that this timeline began with; empty where it began with nothing.
    Column("restored_from", INSTANT),
)

CLOCK = Table(
    "sync_clock",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("seq", WHOLE, nullable=False),
    # What was deleted or closed up to here may have been collected; an older cursor begins anew.
    Column("horizon", WHOLE, nullable=False, server_default="0"),
)
"""One row a tenant, updated last in every writing transaction: commits are numbered in commit order."""

COMMIT = Table(
    "sync_commit",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("seq", WHOLE, primary_key=True),
    Column("nonce", KEY, nullable=False),
    Column("at", INSTANT, nullable=False),
)
"""A random number for each commit: the same seq with another nonce is another history."""

ROW = Table(
    "sync_row",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("id", KEY, primary_key=True),
    Column("entity", NAME, nullable=False),
    Column("root_id", KEY, nullable=False),
    Column("seq", WHOLE, nullable=False),
    Column("rev", WHOLE, nullable=False),
    # The revision from which on all changes are by one device: its own edits are no surprise to it.
    Column("run_rev", WHOLE, nullable=False),
    Column("deleted", WHOLE, nullable=False),
    Column("author_id", KEY),
    Column("device_id", KEY),
    Column("acted_at", INSTANT, nullable=False),
    Column("payload", Text, nullable=False),
    Index(None, "tenant_id", "seq", "id"),
    Index(None, "tenant_id", "root_id", "seq", "id"),
)
"""The newest state of every row there is or was; `payload` holds its values in the order of fields."""

ROOT_DIGEST = Table(
    "sync_root_digest",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("root_id", KEY, primary_key=True),
    Column("rows", WHOLE, nullable=False),
    Column("low", WHOLE, nullable=False),
    Column("high", WHOLE, nullable=False),
)
"""How many living rows a root has, and the sums of the lower and upper halves of their hashes: halves,
so that SQL can add them up without running over."""

MOVED = Table(
    "sync_moved",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("id", KEY, primary_key=True),
    Column("root_id", KEY, primary_key=True),
    Column("entity", NAME, nullable=False),
    Column("seq", WHOLE, nullable=False),
    Index(None, "tenant_id", "seq"),
)
"""At commit `seq` a row last went from root `root_id` to another, and lives on there: whoever sees
only the root it left must let go of it, though it was not deleted and the root is still his."""

MEMBER = Table(
    "sync_member",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("root_id", KEY, primary_key=True),
    Column("scope", SCOPE, primary_key=True),
    Column("in_seq", WHOLE, primary_key=True),
    Column("out_seq", WHOLE),
    # Not longer: it must never look better than the key to the question whether a user sees a root.
    Index(None, "tenant_id", "scope"),
    Index(None, "tenant_id", "in_seq"),
    Index(None, "tenant_id", "out_seq"),
)
"""From commit `in_seq` until before `out_seq`, a root belongs to a scope."""

GRANT = Table(
    "sync_grant",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("user_id", KEY, primary_key=True),
    Column("scope", SCOPE, primary_key=True),
    Column("in_seq", WHOLE, primary_key=True),
    Column("out_seq", WHOLE),
)
"""From commit `in_seq` until before `out_seq`, a user holds a scope."""

DEVICE = Table(
    "sync_device",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("device_id", KEY, primary_key=True),
    Column("user_id", KEY, nullable=False),
    Column("last_n", WHOLE, nullable=False),
    Column("failing_op", KEY),
    Column("failures", WHOLE, nullable=False),
)
"""How far each device's mutations have come, and the one that makes the server fail, if any."""

_SET_ASIDE = text("body IS NOT NULL")

LEDGER = Table(
    "sync_ledger",
    METADATA,
    Column("tenant_id", KEY, primary_key=True),
    Column("device_id", KEY, primary_key=True),
    Column("n", WHOLE, primary_key=True),
    Column("op_id", KEY, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("name", Text, nullable=False),
    Column("acted_at", Text, nullable=False),
    Column("received_at", INSTANT, nullable=False),
    Column("result", Text, nullable=False),
    # Kept only of a mutation that made the server fail, for whoever mends it.
    Column("body", Text),
    Index(None, "tenant_id", "op_id"),
    # Asked at every pull that has news; of thousands of mutations hardly one is in it.
    Index(None, "tenant_id", "user_id", sqlite_where=_SET_ASIDE, postgresql_where=_SET_ASIDE),
)
"""What became of every mutation, so that a repeated one is answered and not applied again."""
