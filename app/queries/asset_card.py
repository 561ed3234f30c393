"""One machine: what it is, what is built into it, and everything that was done to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.assets import AsBuiltItem, Asset, PartReplacement
from app.domain.entity import fields
from app.domain.notes import Attachment, Note
from app.domain.products import Product, SparePart
from app.domain.service_orders import ServiceOrder, ServiceRequest
from app.persistence.replica import Replica
from app.queries.activity import Activity, asset_activity
from app.queries.assets import AssetRow, asset_rows
from app.queries.contacts import AttachmentRow, NoteRow, attachment_rows, note_rows
from app.queries.marks import Mark, marked
from app.queries.orders import OrderRow, RequestRow, order_rows, request_rows
from app.queries.windows import day_after, midnight

MOST = 200


@dataclass(frozen=True)
class AsBuiltRow:
    """A built-in part as it is today."""

    id: UUID
    position: str | None
    description: str
    part_code: str | None
    serial_no: str | None
    amount: Decimal | None
    mark: Mark


@dataclass(frozen=True)
class ReplacementRow:
    id: UUID
    replaced_at: datetime
    description: str | None
    part_code: str | None
    old_serial_no: str | None
    new_serial_no: str | None
    cause: str | None
    order_id: UUID | None
    order_number: str | None
    mark: Mark


@dataclass(frozen=True)
class AssetCard:
    row: AssetRow
    values: Mapping[str, Any]
    product_code: str | None
    as_built: tuple[AsBuiltRow, ...]
    replacements: tuple[ReplacementRow, ...]
    parts_of_it: tuple[AssetRow, ...]
    orders: tuple[OrderRow, ...]
    requests: tuple[RequestRow, ...]
    history: tuple[Activity, ...]
    notes: tuple[NoteRow, ...]
    files: tuple[AttachmentRow, ...]


def card(replica: Replica, clock: Clock, asset_id: UUID) -> AssetCard | None:
    """None where the machine is not on this laptop."""
    now = clock()
    with replica.read() as session:
        asset = session.get(Asset, asset_id)
        if asset is None:
            return None
        product = session.get(Product, asset.product_id) if asset.product_id else None
        below = session.scalars(
            select(Asset.id).where(Asset.part_of_id == asset_id).order_by(Asset.name).limit(MOST)
        )
        orders = session.scalars(
            select(ServiceOrder.id)
            .where(ServiceOrder.asset_id == asset_id)
            .order_by(ServiceOrder.number.desc())
            .limit(MOST)
        )
        return AssetCard(
            row=asset_rows(session, [asset_id], now.date())[0],
            values={name: getattr(asset, name) for name in fields(Asset)},
            product_code=product.code if product else None,
            as_built=tuple(as_built(session, asset_id)),
            replacements=tuple(replacements(session, PartReplacement.asset_id == asset_id)),
            parts_of_it=tuple(asset_rows(session, below.all(), now.date())),
            orders=tuple(order_rows(session, orders.all(), now)),
            requests=tuple(request_rows(session, ServiceRequest.asset_id == asset_id, limit=MOST)),
            history=tuple(asset_activity(session, asset_id)),
            notes=tuple(note_rows(session, Note.asset_id == asset_id)),
            files=tuple(attachment_rows(session, replica, Attachment.asset_id == asset_id)),
        )


def configuration(replica: Replica, clock: Clock, asset_id: UUID, on: date) -> list[AsBuiltRow]:
    """What was built into the machine at the end of a day.

    Today's list is walked back through the replacements since: each put in a part whose predecessor
    stood there before.
    """
    end = midnight(day_after(on), clock().tzinfo)
    with replica.read() as session:
        since = session.execute(
            select(PartReplacement.as_built_item_id, PartReplacement.old_serial_no)
            .where(PartReplacement.asset_id == asset_id, PartReplacement.replaced_at >= end)
            .order_by(PartReplacement.replaced_at.desc())
        )
        before = {item_id: old_serial_no for item_id, old_serial_no in since if item_id is not None}
        return [
            AsBuiltRow(
                row.id,
                row.position,
                row.description,
                row.part_code,
                before.get(row.id, row.serial_no),
                row.amount,
                row.mark,
            )
            for row in as_built(session, asset_id)
        ]


def as_built(session: Session, asset_id: UUID) -> list[AsBuiltRow]:
    """In the order of positions."""
    found = session.execute(
        select(
            AsBuiltItem.id,
            AsBuiltItem.position,
            AsBuiltItem.description,
            SparePart.code,
            AsBuiltItem.serial_no,
            AsBuiltItem.amount,
        )
        .outerjoin(SparePart, SparePart.id == AsBuiltItem.spare_part_id)
        .where(AsBuiltItem.asset_id == asset_id)
        .order_by(AsBuiltItem.position, AsBuiltItem.description)
    )
    return marked(session, AsBuiltRow, found.all())


def replacements(session: Session, about: Any) -> list[ReplacementRow]:
    """Newest first."""
    found = session.execute(
        select(
            PartReplacement.id,
            PartReplacement.replaced_at,
            AsBuiltItem.description,
            SparePart.code,
            PartReplacement.old_serial_no,
            PartReplacement.new_serial_no,
            PartReplacement.cause,
            PartReplacement.service_order_id,
            ServiceOrder.number,
        )
        .outerjoin(AsBuiltItem, AsBuiltItem.id == PartReplacement.as_built_item_id)
        .outerjoin(SparePart, SparePart.id == PartReplacement.spare_part_id)
        .outerjoin(ServiceOrder, ServiceOrder.id == PartReplacement.service_order_id)
        .where(about)
        .order_by(PartReplacement.replaced_at.desc())
        .limit(MOST)
    )
    return marked(session, ReplacementRow, found.all())
