"""Installed machines: what stands where, as it was really built, and what was replaced in it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.domain.entity import Entity
from app.domain.fields import Policy, choice, day, instant, long_text, quantity, reference, text
from app.domain.options import Option


class AssetStatus(Option):
    RUNNING = "running", "Running"
    FAULTY = "faulty", "Faulty"
    IN_MAINTENANCE = "in_maintenance", "In maintenance"
    STOPPED = "stopped", "Out of use"
    SCRAPPED = "scrapped", "Scrapped"


class Asset(Entity):
    """One machine at a customer."""

    __tablename__ = "asset"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True, in_list=True)
    site_id: Mapped[UUID | None] = reference("Site", "site")
    product_id: Mapped[UUID | None] = reference("Product", "product")
    part_of_id: Mapped[UUID | None] = reference("Part of", "asset")
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True, index=True)
    serial_no: Mapped[str | None] = text(
        "Serial number", max_length=80, in_list=True, searchable=True, index=True
    )
    maker: Mapped[str | None] = text("Maker", searchable=True)
    location: Mapped[str | None] = text("Location", in_list=True)
    status: Mapped[AssetStatus] = choice(
        "Status", AssetStatus, required=True, default=AssetStatus.RUNNING, in_list=True, index=True
    )
    shipped_on: Mapped[date | None] = day("Shipped")
    installed_on: Mapped[date | None] = day("Installed", in_list=True)
    commissioned_on: Mapped[date | None] = day("Commissioned")
    warranty_until: Mapped[date | None] = day("Warranty until", in_list=True, index=True)
    last_inspected_on: Mapped[date | None] = day("Last inspection")
    meter: Mapped[Decimal | None] = quantity("Running hours", policy=Policy.MAX)
    specification: Mapped[str | None] = long_text("Specification")
    note: Mapped[str | None] = long_text("Note")


class AsBuiltItem(Entity):
    """A part really built into one machine, where it may differ from the standard list."""

    __tablename__ = "as_built_item"

    asset_id: Mapped[UUID] = reference("Machine", "asset", required=True, parent=True)
    spare_part_id: Mapped[UUID | None] = reference("Part", "spare_part", in_list=True)
    position: Mapped[str | None] = text("Position", max_length=60, in_list=True)
    description: Mapped[str] = text("Description", required=True, in_list=True)
    serial_no: Mapped[str | None] = text("Serial number", max_length=80, in_list=True, searchable=True)
    amount: Mapped[Decimal | None] = quantity("Quantity", in_list=True)


class PartReplacement(Entity):
    """A part taken out and another put in: the history that rebuilds a configuration at any date."""

    __tablename__ = "part_replacement"

    asset_id: Mapped[UUID] = reference("Machine", "asset", required=True, parent=True)
    as_built_item_id: Mapped[UUID | None] = reference("Position", "as_built_item")
    service_order_id: Mapped[UUID | None] = reference("Service order", "service_order")
    spare_part_id: Mapped[UUID | None] = reference("Part", "spare_part", in_list=True)
    old_serial_no: Mapped[str | None] = text("Old serial number", max_length=80, in_list=True)
    new_serial_no: Mapped[str | None] = text("New serial number", max_length=80, in_list=True)
    replaced_at: Mapped[datetime] = instant("Replaced", required=True, in_list=True)
    cause: Mapped[str | None] = text("Cause", in_list=True)
