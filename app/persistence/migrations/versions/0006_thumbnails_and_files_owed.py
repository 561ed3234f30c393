"""Thumbnails and files owed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "file_owed",
        sa.Column("sha256", sa.VARCHAR(64), nullable=False),
        sa.Column("attachment_id", sa.VARCHAR(32), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thumbnail", sa.VARCHAR(64), nullable=True))
        batch_op.create_index(batch_op.f("ix_attachment_thumbnail"), ["thumbnail"], unique=False)
