"""Journal and unknown fields."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "row_extra",
        sa.Column("entity", sa.VARCHAR(40), nullable=False),
        sa.Column("row_id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.Column("columns", sa.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("entity", "row_id"),
    )
    with op.batch_alter_table("row_extra", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_row_extra_root_id"), ["root_id"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("done_at", sa.VARCHAR(30), nullable=True))
