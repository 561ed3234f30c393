"""Parked rows."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "parked_row",
        sa.Column("entity", sa.VARCHAR(40), nullable=False),
        sa.Column("row_id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.Column("reason", sa.VARCHAR(80), nullable=False),
        sa.Column("line", sa.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("entity", "row_id"),
    )
