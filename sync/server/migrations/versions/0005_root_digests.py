"""root digests"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from sync.digest import halves, row_hash

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_LIVING = sa.text("SELECT tenant_id, root_id, entity, id, rev FROM sync_row WHERE deleted = 0")


def upgrade() -> None:
    table = op.create_table(
        "sync_root_digest",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "root_id", name=op.f("pk_sync_root_digest")),
    )
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for tenant_id, root_id, entity, row_id, rev in op.get_bind().execute(_LIVING):
        low, high = halves(row_hash(entity, row_id, rev))
        parts = sums[tenant_id, root_id]
        parts[0] += 1
        parts[1] += low
        parts[2] += high
    found = [
        {"tenant_id": tenant_id, "root_id": root_id, "rows": rows, "low": low, "high": high}
        for (tenant_id, root_id), (rows, low, high) in sums.items()
    ]
    op.bulk_insert(table, found)
