"""First."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "conflict",
        sa.Column("entity", sa.VARCHAR(40), nullable=False),
        sa.Column("row_id", sa.VARCHAR(32), nullable=False),
        sa.Column("field", sa.VARCHAR(40), nullable=True),
        sa.Column("kind", sa.VARCHAR(30), nullable=False),
        sa.Column("base", sa.TEXT, nullable=True),
        sa.Column("mine", sa.TEXT, nullable=True),
        sa.Column("theirs", sa.TEXT, nullable=True),
        sa.Column("op_id", sa.VARCHAR(32), nullable=False),
        sa.Column("author_id", sa.VARCHAR(32), nullable=False),
        sa.Column("device_id", sa.VARCHAR(32), nullable=False),
        sa.Column("acted_at", sa.VARCHAR(30), nullable=False),
        sa.Column("received_at", sa.VARCHAR(30), nullable=False),
        sa.Column("their_author_id", sa.VARCHAR(32), nullable=True),
        sa.Column("their_acted_at", sa.VARCHAR(30), nullable=True),
        sa.Column("state", sa.VARCHAR(30), nullable=False),
        sa.Column("resolved_by_id", sa.VARCHAR(32), nullable=True),
        sa.Column("resolved_at", sa.VARCHAR(30), nullable=True),
        sa.Column("resolution", sa.TEXT, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflict_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conflict_row_id"), ["row_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conflict_state"), ["state"], unique=False)

    op.create_table(
        "product_line",
        sa.Column("code", sa.VARCHAR(20), nullable=False),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("product_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_line_root_id"), ["root_id"], unique=False)

    op.create_table(
        "region",
        sa.Column("code", sa.VARCHAR(20), nullable=False),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("position", sa.INTEGER, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_root_id"), ["root_id"], unique=False)

    op.create_table(
        "spare_part",
        sa.Column("code", sa.VARCHAR(60), nullable=False),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("unit", sa.VARCHAR(20), nullable=True),
        sa.Column("price", sa.INTEGER, nullable=True),
        sa.Column("currency", sa.VARCHAR(3), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("spare_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spare_part_root_id"), ["root_id"], unique=False)

    op.create_table(
        "product",
        sa.Column("code", sa.VARCHAR(60), nullable=False),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("product_line_id", sa.VARCHAR(32), nullable=True),
        sa.Column("list_price", sa.INTEGER, nullable=True),
        sa.Column("currency", sa.VARCHAR(3), nullable=True),
        sa.Column("discontinued", sa.SMALLINT, nullable=False),
        sa.Column("description", sa.TEXT, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_line_id"], ["product_line.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_product_line_id"), ["product_line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_root_id"), ["root_id"], unique=False)

    op.create_table(
        "territory",
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("region_id", sa.VARCHAR(32), nullable=False),
        sa.Column("product_line_id", sa.VARCHAR(32), nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_line_id"], ["product_line.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_territory_product_line_id"), ["product_line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_territory_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_territory_root_id"), ["root_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("login", sa.VARCHAR(80), nullable=False),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("role", sa.VARCHAR(30), nullable=False),
        sa.Column("region_id", sa.VARCHAR(32), nullable=True),
        sa.Column("phone", sa.VARCHAR(40), nullable=True),
        sa.Column("email", sa.VARCHAR(200), nullable=True),
        sa.Column("skills", sa.TEXT, nullable=True),
        sa.Column("active", sa.SMALLINT, nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_root_id"), ["root_id"], unique=False)

    op.create_table(
        "customer",
        sa.Column("code", sa.VARCHAR(40), nullable=True),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("short_name", sa.VARCHAR(60), nullable=True),
        sa.Column("territory_id", sa.VARCHAR(32), nullable=False),
        sa.Column("owner_id", sa.VARCHAR(32), nullable=True),
        sa.Column("industry", sa.VARCHAR(30), nullable=True),
        sa.Column("lifecycle_stage", sa.VARCHAR(30), nullable=False),
        sa.Column("source_channel", sa.VARCHAR(30), nullable=True),
        sa.Column("priority_class", sa.VARCHAR(30), nullable=True),
        sa.Column("value_tier", sa.VARCHAR(30), nullable=True),
        sa.Column("loyalty_type", sa.VARCHAR(30), nullable=True),
        sa.Column("relationship_phase", sa.VARCHAR(30), nullable=True),
        sa.Column("phone", sa.VARCHAR(40), nullable=True),
        sa.Column("email", sa.VARCHAR(200), nullable=True),
        sa.Column("website", sa.VARCHAR(200), nullable=True),
        sa.Column("province", sa.VARCHAR(60), nullable=True),
        sa.Column("city", sa.VARCHAR(60), nullable=True),
        sa.Column("district", sa.VARCHAR(60), nullable=True),
        sa.Column("street", sa.VARCHAR(200), nullable=True),
        sa.Column("postcode", sa.VARCHAR(20), nullable=True),
        sa.Column("employees", sa.INTEGER, nullable=True),
        sa.Column("annual_sales", sa.INTEGER, nullable=True),
        sa.Column("currency", sa.VARCHAR(3), nullable=True),
        sa.Column("credit_rating", sa.VARCHAR(40), nullable=True),
        sa.Column("is_reference", sa.SMALLINT, nullable=False),
        sa.Column("since_on", sa.VARCHAR(10), nullable=True),
        sa.Column("labels", sa.TEXT, nullable=True),
        sa.Column("note", sa.TEXT, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_industry"), ["industry"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_lifecycle_stage"), ["lifecycle_stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_priority_class"), ["priority_class"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "product_part",
        sa.Column("product_id", sa.VARCHAR(32), nullable=False),
        sa.Column("spare_part_id", sa.VARCHAR(32), nullable=False),
        sa.Column("amount", sa.INTEGER, nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["spare_part_id"], ["spare_part.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("product_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_part_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_part_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_part_spare_part_id"), ["spare_part_id"], unique=False)

    op.create_table(
        "territory_assignment",
        sa.Column("territory_id", sa.VARCHAR(32), nullable=False),
        sa.Column("user_id", sa.VARCHAR(32), nullable=False),
        sa.Column("starts_on", sa.VARCHAR(10), nullable=True),
        sa.Column("ends_on", sa.VARCHAR(10), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("territory_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_territory_assignment_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_territory_assignment_territory_id"), ["territory_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_territory_assignment_user_id"), ["user_id"], unique=False)

    op.create_table(
        "collaborator",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("user_id", sa.VARCHAR(32), nullable=False),
        sa.Column("reason", sa.VARCHAR(200), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("collaborator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collaborator_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_collaborator_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_collaborator_user_id"), ["user_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("job_title", sa.VARCHAR(200), nullable=True),
        sa.Column("department", sa.VARCHAR(200), nullable=True),
        sa.Column("phone", sa.VARCHAR(40), nullable=True),
        sa.Column("mobile", sa.VARCHAR(40), nullable=True),
        sa.Column("email", sa.VARCHAR(200), nullable=True),
        sa.Column("buying_role", sa.VARCHAR(30), nullable=True),
        sa.Column("influence", sa.INTEGER, nullable=True),
        sa.Column("is_primary", sa.SMALLINT, nullable=False),
        sa.Column("gender", sa.VARCHAR(30), nullable=True),
        sa.Column("birthday_on", sa.VARCHAR(10), nullable=True),
        sa.Column("interests", sa.TEXT, nullable=True),
        sa.Column("note", sa.TEXT, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_root_id"), ["root_id"], unique=False)

    op.create_table(
        "site",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("province", sa.VARCHAR(60), nullable=True),
        sa.Column("city", sa.VARCHAR(60), nullable=True),
        sa.Column("district", sa.VARCHAR(60), nullable=True),
        sa.Column("street", sa.VARCHAR(200), nullable=True),
        sa.Column("postcode", sa.VARCHAR(20), nullable=True),
        sa.Column("access_note", sa.TEXT, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_root_id"), ["root_id"], unique=False)

    op.create_table(
        "visit_plan",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("owner_id", sa.VARCHAR(32), nullable=True),
        sa.Column("purpose", sa.VARCHAR(200), nullable=False),
        sa.Column("visit_cadence", sa.INTEGER, nullable=False),
        sa.Column("starts_on", sa.VARCHAR(10), nullable=False),
        sa.Column("ends_on", sa.VARCHAR(10), nullable=True),
        sa.Column("active", sa.SMALLINT, nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("visit_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_plan_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_plan_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_plan_root_id"), ["root_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("site_id", sa.VARCHAR(32), nullable=True),
        sa.Column("product_id", sa.VARCHAR(32), nullable=True),
        sa.Column("part_of_id", sa.VARCHAR(32), nullable=True),
        sa.Column("name", sa.VARCHAR(200), nullable=False),
        sa.Column("serial_no", sa.VARCHAR(80), nullable=True),
        sa.Column("maker", sa.VARCHAR(200), nullable=True),
        sa.Column("location", sa.VARCHAR(200), nullable=True),
        sa.Column("status", sa.VARCHAR(30), nullable=False),
        sa.Column("shipped_on", sa.VARCHAR(10), nullable=True),
        sa.Column("installed_on", sa.VARCHAR(10), nullable=True),
        sa.Column("commissioned_on", sa.VARCHAR(10), nullable=True),
        sa.Column("warranty_until", sa.VARCHAR(10), nullable=True),
        sa.Column("last_inspected_on", sa.VARCHAR(10), nullable=True),
        sa.Column("meter", sa.INTEGER, nullable=True),
        sa.Column("specification", sa.TEXT, nullable=True),
        sa.Column("note", sa.TEXT, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["part_of_id"], ["asset.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_part_of_id"), ["part_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_serial_no"), ["serial_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_site_id"), ["site_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_warranty_until"), ["warranty_until"], unique=False)

    op.create_table(
        "visit",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("visit_plan_id", sa.VARCHAR(32), nullable=True),
        sa.Column("site_id", sa.VARCHAR(32), nullable=True),
        sa.Column("contact_id", sa.VARCHAR(32), nullable=True),
        sa.Column("owner_id", sa.VARCHAR(32), nullable=True),
        sa.Column("type", sa.VARCHAR(30), nullable=False),
        sa.Column("state", sa.VARCHAR(30), nullable=False),
        sa.Column("planned_from", sa.VARCHAR(30), nullable=False),
        sa.Column("planned_to", sa.VARCHAR(30), nullable=True),
        sa.Column("purpose", sa.VARCHAR(200), nullable=False),
        sa.Column("action_plan", sa.TEXT, nullable=True),
        sa.Column("expected_result", sa.TEXT, nullable=True),
        sa.Column("checked_in_at", sa.VARCHAR(30), nullable=True),
        sa.Column("checked_out_at", sa.VARCHAR(30), nullable=True),
        sa.Column("needs", sa.TEXT, nullable=True),
        sa.Column("product_usage", sa.TEXT, nullable=True),
        sa.Column("requirements", sa.TEXT, nullable=True),
        sa.Column("opinions", sa.TEXT, nullable=True),
        sa.Column("actual_result", sa.TEXT, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["visit_plan_id"], ["visit_plan.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_planned_from"), ["planned_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_site_id"), ["site_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_visit_plan_id"), ["visit_plan_id"], unique=False)

    op.create_table(
        "as_built_item",
        sa.Column("asset_id", sa.VARCHAR(32), nullable=False),
        sa.Column("spare_part_id", sa.VARCHAR(32), nullable=True),
        sa.Column("position", sa.VARCHAR(60), nullable=True),
        sa.Column("description", sa.VARCHAR(200), nullable=False),
        sa.Column("serial_no", sa.VARCHAR(80), nullable=True),
        sa.Column("amount", sa.INTEGER, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["spare_part_id"], ["spare_part.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("as_built_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_as_built_item_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_as_built_item_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_as_built_item_spare_part_id"), ["spare_part_id"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("visit_id", sa.VARCHAR(32), nullable=True),
        sa.Column("owner_id", sa.VARCHAR(32), nullable=True),
        sa.Column("promise", sa.VARCHAR(500), nullable=False),
        sa.Column("due_on", sa.VARCHAR(10), nullable=False),
        sa.Column("kept_at", sa.VARCHAR(30), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "service_request",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("asset_id", sa.VARCHAR(32), nullable=True),
        sa.Column("contact_id", sa.VARCHAR(32), nullable=True),
        sa.Column("channel", sa.VARCHAR(30), nullable=False),
        sa.Column("symptom", sa.VARCHAR(500), nullable=False),
        sa.Column("severity", sa.VARCHAR(30), nullable=False),
        sa.Column("impact", sa.VARCHAR(200), nullable=True),
        sa.Column("reported_at", sa.VARCHAR(30), nullable=False),
        sa.Column("state", sa.VARCHAR(30), nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_request_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_reported_at"), ["reported_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_request_state"), ["state"], unique=False)

    op.create_table(
        "service_order",
        sa.Column("number", sa.VARCHAR(40), nullable=False),
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("asset_id", sa.VARCHAR(32), nullable=True),
        sa.Column("service_request_id", sa.VARCHAR(32), nullable=True),
        sa.Column("contact_id", sa.VARCHAR(32), nullable=True),
        sa.Column("engineer_id", sa.VARCHAR(32), nullable=True),
        sa.Column("type", sa.VARCHAR(30), nullable=False),
        sa.Column("state", sa.VARCHAR(30), nullable=False),
        sa.Column("severity", sa.VARCHAR(30), nullable=False),
        sa.Column("subject", sa.VARCHAR(500), nullable=False),
        sa.Column("description", sa.TEXT, nullable=True),
        sa.Column("due_at", sa.VARCHAR(30), nullable=True),
        sa.Column("planned_from", sa.VARCHAR(30), nullable=True),
        sa.Column("planned_to", sa.VARCHAR(30), nullable=True),
        sa.Column("departed_at", sa.VARCHAR(30), nullable=True),
        sa.Column("arrived_at", sa.VARCHAR(30), nullable=True),
        sa.Column("completed_at", sa.VARCHAR(30), nullable=True),
        sa.Column("findings", sa.TEXT, nullable=True),
        sa.Column("remedy", sa.TEXT, nullable=True),
        sa.Column("cost", sa.INTEGER, nullable=True),
        sa.Column("currency", sa.VARCHAR(3), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["engineer_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["service_request_id"], ["service_request.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_order_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_completed_at"), ["completed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_engineer_id"), ["engineer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_planned_from"), ["planned_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_service_order_service_request_id"), ["service_request_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_service_order_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_order_type"), ["type"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("asset_id", sa.VARCHAR(32), nullable=True),
        sa.Column("visit_id", sa.VARCHAR(32), nullable=True),
        sa.Column("service_order_id", sa.VARCHAR(32), nullable=True),
        sa.Column("file_name", sa.VARCHAR(200), nullable=False),
        sa.Column("media_type", sa.VARCHAR(100), nullable=False),
        sa.Column("size", sa.INTEGER, nullable=False),
        sa.Column("sha256", sa.VARCHAR(64), nullable=False),
        sa.Column("taken_at", sa.VARCHAR(30), nullable=True),
        sa.Column("blob", sa.VARCHAR(30), nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["service_order_id"], ["service_order.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachment_service_order_id"), ["service_order_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "checklist_item",
        sa.Column("service_order_id", sa.VARCHAR(32), nullable=False),
        sa.Column("position", sa.INTEGER, nullable=False),
        sa.Column("step", sa.VARCHAR(300), nullable=False),
        sa.Column("mandatory", sa.SMALLINT, nullable=False),
        sa.Column("done_at", sa.VARCHAR(30), nullable=True),
        sa.Column("remark", sa.VARCHAR(500), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_order_id"], ["service_order.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("checklist_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_item_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_checklist_item_service_order_id"), ["service_order_id"], unique=False
        )

    op.create_table(
        "note",
        sa.Column("customer_id", sa.VARCHAR(32), nullable=False),
        sa.Column("asset_id", sa.VARCHAR(32), nullable=True),
        sa.Column("visit_id", sa.VARCHAR(32), nullable=True),
        sa.Column("service_order_id", sa.VARCHAR(32), nullable=True),
        sa.Column("author_id", sa.VARCHAR(32), nullable=True),
        sa.Column("written_at", sa.VARCHAR(30), nullable=False),
        sa.Column("body", sa.TEXT, nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["service_order_id"], ["service_order.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_service_order_id"), ["service_order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_visit_id"), ["visit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_written_at"), ["written_at"], unique=False)

    op.create_table(
        "part_replacement",
        sa.Column("asset_id", sa.VARCHAR(32), nullable=False),
        sa.Column("as_built_item_id", sa.VARCHAR(32), nullable=True),
        sa.Column("service_order_id", sa.VARCHAR(32), nullable=True),
        sa.Column("spare_part_id", sa.VARCHAR(32), nullable=True),
        sa.Column("old_serial_no", sa.VARCHAR(80), nullable=True),
        sa.Column("new_serial_no", sa.VARCHAR(80), nullable=True),
        sa.Column("replaced_at", sa.VARCHAR(30), nullable=False),
        sa.Column("cause", sa.VARCHAR(200), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["as_built_item_id"], ["as_built_item.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["service_order_id"], ["service_order.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["spare_part_id"], ["spare_part.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("part_replacement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_part_replacement_as_built_item_id"), ["as_built_item_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_part_replacement_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_replacement_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_part_replacement_service_order_id"), ["service_order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_part_replacement_spare_part_id"), ["spare_part_id"], unique=False
        )

    op.create_table(
        "part_used",
        sa.Column("service_order_id", sa.VARCHAR(32), nullable=False),
        sa.Column("spare_part_id", sa.VARCHAR(32), nullable=True),
        sa.Column("description", sa.VARCHAR(200), nullable=False),
        sa.Column("amount", sa.INTEGER, nullable=False),
        sa.Column("serial_no", sa.VARCHAR(80), nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_order_id"], ["service_order.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["spare_part_id"], ["spare_part.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("part_used", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_used_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_used_service_order_id"), ["service_order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_used_spare_part_id"), ["spare_part_id"], unique=False)

    op.create_table(
        "sign_off",
        sa.Column("service_order_id", sa.VARCHAR(32), nullable=False),
        sa.Column("signer_name", sa.VARCHAR(200), nullable=False),
        sa.Column("signer_title", sa.VARCHAR(200), nullable=True),
        sa.Column("signed_at", sa.VARCHAR(30), nullable=False),
        sa.Column("strokes", sa.TEXT, nullable=False),
        sa.Column("opinion", sa.TEXT, nullable=True),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_order_id"], ["service_order.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_off_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_off_service_order_id"), ["service_order_id"], unique=False)

    op.create_table(
        "time_entry",
        sa.Column("service_order_id", sa.VARCHAR(32), nullable=False),
        sa.Column("engineer_id", sa.VARCHAR(32), nullable=True),
        sa.Column("activity", sa.VARCHAR(30), nullable=False),
        sa.Column("started_at", sa.VARCHAR(30), nullable=False),
        sa.Column("minutes", sa.INTEGER, nullable=False),
        sa.Column("id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["user.id"], initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(
            ["service_order_id"], ["service_order.id"], initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_time_entry_engineer_id"), ["engineer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_time_entry_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_time_entry_service_order_id"), ["service_order_id"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("position", sa.INTEGER, nullable=False),
        sa.Column("op_id", sa.VARCHAR(32), nullable=False),
        sa.Column("device_id", sa.VARCHAR(32), nullable=True),
        sa.Column("n", sa.INTEGER, nullable=True),
        sa.Column("name", sa.VARCHAR(80), nullable=False),
        sa.Column("schema", sa.INTEGER, nullable=False),
        sa.Column("acted_at", sa.VARCHAR(30), nullable=False),
        sa.Column("on_conflict", sa.VARCHAR(10), nullable=False),
        sa.Column("replaces", sa.VARCHAR(32), nullable=True),
        sa.Column("body", sa.TEXT, nullable=False),
        sa.Column("state", sa.VARCHAR(30), nullable=False),
        sa.Column("commit_seq", sa.INTEGER, nullable=True),
        sa.Column("code", sa.VARCHAR(80), nullable=True),
        sa.Column("field", sa.VARCHAR(80), nullable=True),
        sa.Column("message", sa.TEXT, nullable=True),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("op_id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_sequence", ["device_id", "n"], unique=True)
        batch_op.create_index(batch_op.f("ix_outbox_state"), ["state"], unique=False)

    op.create_table(
        "outbox_row",
        sa.Column("position", sa.INTEGER, nullable=False),
        sa.Column("entity", sa.VARCHAR(40), nullable=False),
        sa.Column("row_id", sa.VARCHAR(32), nullable=False),
        sa.PrimaryKeyConstraint("position", "entity", "row_id"),
    )
    with op.batch_alter_table("outbox_row", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_row_of", ["entity", "row_id"], unique=False)

    op.create_table(
        "search_queue",
        sa.Column("entity", sa.VARCHAR(40), nullable=False),
        sa.Column("row_id", sa.VARCHAR(32), nullable=False),
        sa.PrimaryKeyConstraint("entity", "row_id"),
    )
    op.create_table(
        "shadow",
        sa.Column("entity", sa.VARCHAR(40), nullable=False),
        sa.Column("row_id", sa.VARCHAR(32), nullable=False),
        sa.Column("root_id", sa.VARCHAR(32), nullable=False),
        sa.Column("rev", sa.INTEGER, nullable=False),
        sa.Column("payload", sa.TEXT, nullable=True),
        sa.Column("clipped", sa.INTEGER, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("entity", "row_id"),
    )
    with op.batch_alter_table("shadow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shadow_root_id"), ["root_id"], unique=False)

    op.create_table(
        "staged_page",
        sa.Column("position", sa.INTEGER, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sync_log",
        sa.Column("position", sa.INTEGER, nullable=False),
        sa.Column("at", sa.VARCHAR(30), nullable=False),
        sa.Column("kind", sa.VARCHAR(40), nullable=False),
        sa.Column("counts", sa.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sync_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sync_log_at"), ["at"], unique=False)

    op.create_table(
        "sync_state",
        sa.Column("key", sa.VARCHAR(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
