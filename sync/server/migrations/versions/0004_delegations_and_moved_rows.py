"""Delegations and moved rows."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sync_moved",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", "root_id", name=op.f("pk_sync_moved")),
    )
    with op.batch_alter_table("sync_moved", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sync_moved_tenant_id_seq"), ["tenant_id", "seq"], unique=False)

    op.create_table(
        "delegation",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("delegate_id", sa.String(length=32), nullable=False),
        sa.Column("territory_id", sa.String(length=32), nullable=True),
        sa.Column("starts_on", sa.String(length=10), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delegate_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_delegation_tenant_id_delegate_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_delegation_tenant_id_owner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "territory_id"],
            ["territory.tenant_id", "territory.id"],
            name=op.f("fk_delegation_tenant_id_territory_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delegation_tenant_id_delegate_id"), ["tenant_id", "delegate_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_delegation_tenant_id_owner_id"), ["tenant_id", "owner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_delegation_tenant_id_territory_id"), ["tenant_id", "territory_id"], unique=False
        )

    op.create_table(
        "delegated_customer",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("delegation_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_delegated_customer_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delegation_id"],
            ["delegation.tenant_id", "delegation.id"],
            name=op.f("fk_delegated_customer_tenant_id_delegation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delegated_customer")),
    )
    with op.batch_alter_table("delegated_customer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delegated_customer_tenant_id_customer_id"),
            ["tenant_id", "customer_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_delegated_customer_tenant_id_delegation_id"),
            ["tenant_id", "delegation_id"],
            unique=False,
        )

    with op.batch_alter_table("service_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_order_tenant_id_number"), ["tenant_id", "number"], unique=False
        )
