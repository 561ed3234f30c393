"""Thumbnails of photos."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thumbnail", sa.String(length=64), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_attachment_tenant_id_sha256"), ["tenant_id", "sha256"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_tenant_id_thumbnail"), ["tenant_id", "thumbnail"], unique=False
        )
    # The log keeps each row's values in the order of the fields; the new one is the last.
    op.execute(
        "UPDATE sync_row SET payload = substr(payload, 1, length(payload) - 1) || ',null]'"
        " WHERE entity = 'attachment'"
    )
