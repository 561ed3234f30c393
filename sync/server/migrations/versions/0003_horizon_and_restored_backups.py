"""horizon and restored backups"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cursor_seq", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("sync_clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("horizon", sa.BigInteger(), server_default="0", nullable=False))

    with op.batch_alter_table("tenant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("restored_from", sa.String(length=30), nullable=True))
