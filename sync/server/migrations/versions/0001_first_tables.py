"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conflict",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("mine", sa.Text(), nullable=True),
        sa.Column("theirs", sa.Text(), nullable=True),
        sa.Column("op_id", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("acted_at", sa.String(length=30), nullable=False),
        sa.Column("received_at", sa.String(length=30), nullable=False),
        sa.Column("their_author_id", sa.String(length=32), nullable=True),
        sa.Column("their_acted_at", sa.String(length=30), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("resolved_by_id", sa.String(length=32), nullable=True),
        sa.Column("resolved_at", sa.String(length=30), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_conflict")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conflict_tenant_id_row_id"), ["tenant_id", "row_id"], unique=False
        )

    op.create_table(
        "product_line",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product_line")),
    )
    op.create_table(
        "region",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_region")),
    )
    op.create_table(
        "spare_part",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_spare_part")),
    )
    op.create_table(
        "sync_clock",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_sync_clock")),
    )
    op.create_table(
        "sync_commit",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name=op.f("pk_sync_commit")),
    )
    op.create_table(
        "sync_device",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("last_n", sa.BigInteger(), nullable=False),
        sa.Column("failing_op", sa.String(length=32), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "device_id", name=op.f("pk_sync_device")),
    )
    op.create_table(
        "sync_grant",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("in_seq", sa.BigInteger(), nullable=False),
        sa.Column("out_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", "scope", "in_seq", name=op.f("pk_sync_grant")),
    )
    op.create_table(
        "sync_ledger",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("op_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("acted_at", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=30), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "device_id", "n", name=op.f("pk_sync_ledger")),
    )
    with op.batch_alter_table("sync_ledger", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sync_ledger_tenant_id_op_id"), ["tenant_id", "op_id"], unique=False
        )

    op.create_table(
        "sync_member",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("in_seq", sa.BigInteger(), nullable=False),
        sa.Column("out_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "root_id", "scope", "in_seq", name=op.f("pk_sync_member")),
    )
    with op.batch_alter_table("sync_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sync_member_tenant_id_in_seq"), ["tenant_id", "in_seq"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sync_member_tenant_id_out_seq"), ["tenant_id", "out_seq"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sync_member_tenant_id_scope"), ["tenant_id", "scope"], unique=False
        )

    op.create_table(
        "sync_row",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("run_rev", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=True),
        sa.Column("device_id", sa.String(length=32), nullable=True),
        sa.Column("acted_at", sa.String(length=30), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sync_row")),
    )
    with op.batch_alter_table("sync_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sync_row_tenant_id_root_id_seq_id"),
            ["tenant_id", "root_id", "seq", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_sync_row_tenant_id_seq_id"), ["tenant_id", "seq", "id"], unique=False
        )

    op.create_table(
        "tenant",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timeline", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_tenant")),
    )
    op.create_table(
        "product",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("product_line_id", sa.String(length=32), nullable=True),
        sa.Column("list_price", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("discontinued", sa.SmallInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_line_id"],
            ["product_line.tenant_id", "product_line.id"],
            name=op.f("fk_product_tenant_id_product_line_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_product_tenant_id_product_line_id"), ["tenant_id", "product_line_id"], unique=False
        )

    op.create_table(
        "territory",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("region_id", sa.String(length=32), nullable=False),
        sa.Column("product_line_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_line_id"],
            ["product_line.tenant_id", "product_line.id"],
            name=op.f("fk_territory_tenant_id_product_line_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "region_id"],
            ["region.tenant_id", "region.id"],
            name=op.f("fk_territory_tenant_id_region_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_territory")),
    )
    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_territory_tenant_id_product_line_id"),
            ["tenant_id", "product_line_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_territory_tenant_id_region_id"), ["tenant_id", "region_id"], unique=False
        )

    op.create_table(
        "user",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("region_id", sa.String(length=32), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("skills", sa.Text(), nullable=True),
        sa.Column("active", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "region_id"],
            ["region.tenant_id", "region.id"],
            name=op.f("fk_user_tenant_id_region_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_user")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_tenant_id_region_id"), ["tenant_id", "region_id"], unique=False
        )

    op.create_table(
        "customer",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=True),
        sa.Column("territory_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("industry", sa.String(length=30), nullable=True),
        sa.Column("lifecycle_stage", sa.String(length=30), nullable=False),
        sa.Column("source_channel", sa.String(length=30), nullable=True),
        sa.Column("priority_class", sa.String(length=30), nullable=True),
        sa.Column("value_tier", sa.String(length=30), nullable=True),
        sa.Column("loyalty_type", sa.String(length=30), nullable=True),
        sa.Column("relationship_phase", sa.String(length=30), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("province", sa.String(length=60), nullable=True),
        sa.Column("city", sa.String(length=60), nullable=True),
        sa.Column("district", sa.String(length=60), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=20), nullable=True),
        sa.Column("employees", sa.BigInteger(), nullable=True),
        sa.Column("annual_sales", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("credit_rating", sa.String(length=40), nullable=True),
        sa.Column("is_reference", sa.SmallInteger(), nullable=False),
        sa.Column("since_on", sa.String(length=10), nullable=True),
        sa.Column("labels", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_customer_tenant_id_owner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "territory_id"],
            ["territory.tenant_id", "territory.id"],
            name=op.f("fk_customer_tenant_id_territory_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_customer_tenant_id_owner_id"), ["tenant_id", "owner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_customer_tenant_id_territory_id"), ["tenant_id", "territory_id"], unique=False
        )

    op.create_table(
        "product_part",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("product_id", sa.String(length=32), nullable=False),
        sa.Column("spare_part_id", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name=op.f("fk_product_part_tenant_id_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "spare_part_id"],
            ["spare_part.tenant_id", "spare_part.id"],
            name=op.f("fk_product_part_tenant_id_spare_part_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product_part")),
    )
    with op.batch_alter_table("product_part", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_product_part_tenant_id_product_id"), ["tenant_id", "product_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_product_part_tenant_id_spare_part_id"),
            ["tenant_id", "spare_part_id"],
            unique=False,
        )

    op.create_table(
        "territory_assignment",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("territory_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=True),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "territory_id"],
            ["territory.tenant_id", "territory.id"],
            name=op.f("fk_territory_assignment_tenant_id_territory_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_territory_assignment_tenant_id_user_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_territory_assignment")),
    )
    with op.batch_alter_table("territory_assignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_territory_assignment_tenant_id_territory_id"),
            ["tenant_id", "territory_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_territory_assignment_tenant_id_user_id"), ["tenant_id", "user_id"], unique=False
        )

    op.create_table(
        "collaborator",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_collaborator_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_collaborator_tenant_id_user_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_collaborator")),
    )
    with op.batch_alter_table("collaborator", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_collaborator_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_collaborator_tenant_id_user_id"), ["tenant_id", "user_id"], unique=False
        )

    op.create_table(
        "contact",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("job_title", sa.String(length=200), nullable=True),
        sa.Column("department", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("mobile", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("buying_role", sa.String(length=30), nullable=True),
        sa.Column("influence", sa.BigInteger(), nullable=True),
        sa.Column("is_primary", sa.SmallInteger(), nullable=False),
        sa.Column("gender", sa.String(length=30), nullable=True),
        sa.Column("birthday_on", sa.String(length=10), nullable=True),
        sa.Column("interests", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_contact_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )

    op.create_table(
        "site",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("province", sa.String(length=60), nullable=True),
        sa.Column("city", sa.String(length=60), nullable=True),
        sa.Column("district", sa.String(length=60), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=20), nullable=True),
        sa.Column("access_note", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_site_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_site")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_site_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )

    op.create_table(
        "visit_plan",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("visit_cadence", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("active", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_visit_plan_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_visit_plan_tenant_id_owner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit_plan")),
    )
    with op.batch_alter_table("visit_plan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visit_plan_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_plan_tenant_id_owner_id"), ["tenant_id", "owner_id"], unique=False
        )

    op.create_table(
        "asset",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.String(length=32), nullable=True),
        sa.Column("product_id", sa.String(length=32), nullable=True),
        sa.Column("part_of_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("serial_no", sa.String(length=80), nullable=True),
        sa.Column("maker", sa.String(length=200), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("shipped_on", sa.String(length=10), nullable=True),
        sa.Column("installed_on", sa.String(length=10), nullable=True),
        sa.Column("commissioned_on", sa.String(length=10), nullable=True),
        sa.Column("warranty_until", sa.String(length=10), nullable=True),
        sa.Column("last_inspected_on", sa.String(length=10), nullable=True),
        sa.Column("meter", sa.BigInteger(), nullable=True),
        sa.Column("specification", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_asset_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "part_of_id"],
            ["asset.tenant_id", "asset.id"],
            name=op.f("fk_asset_tenant_id_part_of_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name=op.f("fk_asset_tenant_id_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_asset_tenant_id_site_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_asset")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_asset_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_asset_tenant_id_part_of_id"), ["tenant_id", "part_of_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_asset_tenant_id_product_id"), ["tenant_id", "product_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_asset_tenant_id_site_id"), ["tenant_id", "site_id"], unique=False
        )

    op.create_table(
        "visit",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("visit_plan_id", sa.String(length=32), nullable=True),
        sa.Column("site_id", sa.String(length=32), nullable=True),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("planned_from", sa.String(length=30), nullable=False),
        sa.Column("planned_to", sa.String(length=30), nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("action_plan", sa.Text(), nullable=True),
        sa.Column("expected_result", sa.Text(), nullable=True),
        sa.Column("checked_in_at", sa.String(length=30), nullable=True),
        sa.Column("checked_out_at", sa.String(length=30), nullable=True),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("product_usage", sa.Text(), nullable=True),
        sa.Column("requirements", sa.Text(), nullable=True),
        sa.Column("opinions", sa.Text(), nullable=True),
        sa.Column("actual_result", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_visit_tenant_id_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_visit_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_visit_tenant_id_owner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_visit_tenant_id_site_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_plan_id"],
            ["visit_plan.tenant_id", "visit_plan.id"],
            name=op.f("fk_visit_tenant_id_visit_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visit_tenant_id_contact_id"), ["tenant_id", "contact_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_tenant_id_owner_id"), ["tenant_id", "owner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_tenant_id_site_id"), ["tenant_id", "site_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_tenant_id_visit_plan_id"), ["tenant_id", "visit_plan_id"], unique=False
        )

    op.create_table(
        "as_built_item",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("spare_part_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.String(length=60), nullable=True),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("serial_no", sa.String(length=80), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"],
            ["asset.tenant_id", "asset.id"],
            name=op.f("fk_as_built_item_tenant_id_asset_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "spare_part_id"],
            ["spare_part.tenant_id", "spare_part.id"],
            name=op.f("fk_as_built_item_tenant_id_spare_part_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_as_built_item")),
    )
    with op.batch_alter_table("as_built_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_as_built_item_tenant_id_asset_id"), ["tenant_id", "asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_as_built_item_tenant_id_spare_part_id"),
            ["tenant_id", "spare_part_id"],
            unique=False,
        )

    op.create_table(
        "commitment",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("promise", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("kept_at", sa.String(length=30), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_commitment_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_commitment_tenant_id_owner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["visit.tenant_id", "visit.id"],
            name=op.f("fk_commitment_tenant_id_visit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_commitment")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_commitment_tenant_id_owner_id"), ["tenant_id", "owner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_commitment_tenant_id_visit_id"), ["tenant_id", "visit_id"], unique=False
        )

    op.create_table(
        "service_request",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=True),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("symptom", sa.String(length=500), nullable=False),
        sa.Column("severity", sa.String(length=30), nullable=False),
        sa.Column("impact", sa.String(length=200), nullable=True),
        sa.Column("reported_at", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"],
            ["asset.tenant_id", "asset.id"],
            name=op.f("fk_service_request_tenant_id_asset_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_service_request_tenant_id_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_service_request_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_service_request")),
    )
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_request_tenant_id_asset_id"), ["tenant_id", "asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_request_tenant_id_contact_id"), ["tenant_id", "contact_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_request_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )

    op.create_table(
        "service_order",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=True),
        sa.Column("service_request_id", sa.String(length=32), nullable=True),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("engineer_id", sa.String(length=32), nullable=True),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("severity", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("due_at", sa.String(length=30), nullable=True),
        sa.Column("planned_from", sa.String(length=30), nullable=True),
        sa.Column("planned_to", sa.String(length=30), nullable=True),
        sa.Column("departed_at", sa.String(length=30), nullable=True),
        sa.Column("arrived_at", sa.String(length=30), nullable=True),
        sa.Column("completed_at", sa.String(length=30), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"],
            ["asset.tenant_id", "asset.id"],
            name=op.f("fk_service_order_tenant_id_asset_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_service_order_tenant_id_contact_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_service_order_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engineer_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_service_order_tenant_id_engineer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_request_id"],
            ["service_request.tenant_id", "service_request.id"],
            name=op.f("fk_service_order_tenant_id_service_request_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_service_order")),
    )
    with op.batch_alter_table("service_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_order_tenant_id_asset_id"), ["tenant_id", "asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_order_tenant_id_contact_id"), ["tenant_id", "contact_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_order_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_order_tenant_id_engineer_id"), ["tenant_id", "engineer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_order_tenant_id_service_request_id"),
            ["tenant_id", "service_request_id"],
            unique=False,
        )

    op.create_table(
        "attachment",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=True),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("service_order_id", sa.String(length=32), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.String(length=30), nullable=True),
        sa.Column("blob", sa.String(length=30), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"],
            ["asset.tenant_id", "asset.id"],
            name=op.f("fk_attachment_tenant_id_asset_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_attachment_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_order_id"],
            ["service_order.tenant_id", "service_order.id"],
            name=op.f("fk_attachment_tenant_id_service_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["visit.tenant_id", "visit.id"],
            name=op.f("fk_attachment_tenant_id_visit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attachment_tenant_id_asset_id"), ["tenant_id", "asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_tenant_id_service_order_id"),
            ["tenant_id", "service_order_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_tenant_id_visit_id"), ["tenant_id", "visit_id"], unique=False
        )

    op.create_table(
        "checklist_item",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("service_order_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(length=300), nullable=False),
        sa.Column("mandatory", sa.SmallInteger(), nullable=False),
        sa.Column("done_at", sa.String(length=30), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_order_id"],
            ["service_order.tenant_id", "service_order.id"],
            name=op.f("fk_checklist_item_tenant_id_service_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_checklist_item")),
    )
    with op.batch_alter_table("checklist_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checklist_item_tenant_id_service_order_id"),
            ["tenant_id", "service_order_id"],
            unique=False,
        )

    op.create_table(
        "note",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=True),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("service_order_id", sa.String(length=32), nullable=True),
        sa.Column("author_id", sa.String(length=32), nullable=True),
        sa.Column("written_at", sa.String(length=30), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"],
            ["asset.tenant_id", "asset.id"],
            name=op.f("fk_note_tenant_id_asset_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "author_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_note_tenant_id_author_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_note_tenant_id_customer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_order_id"],
            ["service_order.tenant_id", "service_order.id"],
            name=op.f("fk_note_tenant_id_service_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["visit.tenant_id", "visit.id"],
            name=op.f("fk_note_tenant_id_visit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_note_tenant_id_asset_id"), ["tenant_id", "asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_note_tenant_id_author_id"), ["tenant_id", "author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_note_tenant_id_customer_id"), ["tenant_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_note_tenant_id_service_order_id"), ["tenant_id", "service_order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_note_tenant_id_visit_id"), ["tenant_id", "visit_id"], unique=False
        )

    op.create_table(
        "part_replacement",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=32), nullable=False),
        sa.Column("as_built_item_id", sa.String(length=32), nullable=True),
        sa.Column("service_order_id", sa.String(length=32), nullable=True),
        sa.Column("spare_part_id", sa.String(length=32), nullable=True),
        sa.Column("old_serial_no", sa.String(length=80), nullable=True),
        sa.Column("new_serial_no", sa.String(length=80), nullable=True),
        sa.Column("replaced_at", sa.String(length=30), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "as_built_item_id"],
            ["as_built_item.tenant_id", "as_built_item.id"],
            name=op.f("fk_part_replacement_tenant_id_as_built_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asset_id"],
            ["asset.tenant_id", "asset.id"],
            name=op.f("fk_part_replacement_tenant_id_asset_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_order_id"],
            ["service_order.tenant_id", "service_order.id"],
            name=op.f("fk_part_replacement_tenant_id_service_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "spare_part_id"],
            ["spare_part.tenant_id", "spare_part.id"],
            name=op.f("fk_part_replacement_tenant_id_spare_part_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_part_replacement")),
    )
    with op.batch_alter_table("part_replacement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_part_replacement_tenant_id_as_built_item_id"),
            ["tenant_id", "as_built_item_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_part_replacement_tenant_id_asset_id"), ["tenant_id", "asset_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_part_replacement_tenant_id_service_order_id"),
            ["tenant_id", "service_order_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_part_replacement_tenant_id_spare_part_id"),
            ["tenant_id", "spare_part_id"],
            unique=False,
        )

    op.create_table(
        "part_used",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("service_order_id", sa.String(length=32), nullable=False),
        sa.Column("spare_part_id", sa.String(length=32), nullable=True),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("serial_no", sa.String(length=80), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_order_id"],
            ["service_order.tenant_id", "service_order.id"],
            name=op.f("fk_part_used_tenant_id_service_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "spare_part_id"],
            ["spare_part.tenant_id", "spare_part.id"],
            name=op.f("fk_part_used_tenant_id_spare_part_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_part_used")),
    )
    with op.batch_alter_table("part_used", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_part_used_tenant_id_service_order_id"),
            ["tenant_id", "service_order_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_part_used_tenant_id_spare_part_id"), ["tenant_id", "spare_part_id"], unique=False
        )

    op.create_table(
        "sign_off",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("service_order_id", sa.String(length=32), nullable=False),
        sa.Column("signer_name", sa.String(length=200), nullable=False),
        sa.Column("signer_title", sa.String(length=200), nullable=True),
        sa.Column("signed_at", sa.String(length=30), nullable=False),
        sa.Column("strokes", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_order_id"],
            ["service_order.tenant_id", "service_order.id"],
            name=op.f("fk_sign_off_tenant_id_service_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sign_off")),
    )
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_off_tenant_id_service_order_id"),
            ["tenant_id", "service_order_id"],
            unique=False,
        )

    op.create_table(
        "time_entry",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("service_order_id", sa.String(length=32), nullable=False),
        sa.Column("engineer_id", sa.String(length=32), nullable=True),
        sa.Column("activity", sa.String(length=30), nullable=False),
        sa.Column("started_at", sa.String(length=30), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engineer_id"],
            ["user.tenant_id", "user.id"],
            name=op.f("fk_time_entry_tenant_id_engineer_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_order_id"],
            ["service_order.tenant_id", "service_order.id"],
            name=op.f("fk_time_entry_tenant_id_service_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_time_entry")),
    )
    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_time_entry_tenant_id_engineer_id"), ["tenant_id", "engineer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_time_entry_tenant_id_service_order_id"),
            ["tenant_id", "service_order_id"],
            unique=False,
        )
