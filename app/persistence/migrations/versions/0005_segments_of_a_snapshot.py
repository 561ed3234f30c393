"""Segments of a snapshot."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "snapshot_row", sa.Column("row_id", sa.VARCHAR(32), nullable=False), sa.PrimaryKeyConstraint("row_id")
    )
    op.create_table(
        "snapshot_segment",
        sa.Column("sha256", sa.VARCHAR(64), nullable=False),
        sa.Column("piece", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sha256"),
    )
