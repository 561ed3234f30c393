"""Delegations and departed customers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("owner_id", sa.VARCHAR(32), nullable=False),
        sa.Column("delegate_id", sa.VARCHAR(32), nullable=False),
        sa.Column("territory_id", sa.VARCHAR(32), nullable=True),
        sa.Column("starts_on", sa.VARCHAR(10), nullable=False),
        sa.Column("ends_on", sa.VARCHAR(10), nullable=False),
        sa.Column("reason", sa.VARCHAR(200), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "delegated_customer",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("delegation_id", sa.VARCHAR(32), nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("delegated_customer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegated_customer_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delegated_customer_delegation_id"), ["delegation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delegated_customer_root_id"), ["root_id"], unique=False)

    op.create_table(
        "departed_root",
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("title", sa.VARCHAR(200), nullable=False),
        sa.PrimaryKeyConstraint("root_id"),
    )
