"""The list of installed machines, at any length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.domain.assets import Asset, AssetStatus
from app.domain.customers import Customer
from app.domain.options import Option
from app.domain.products import Product
from app.persistence.replica import Replica
from app.queries.marks import Mark, marked, unsynced_rows
from app.queries.matching import matching
from app.queries.windows import window

SOON = timedelta(days=30)
"""A warranty that ends within this time is worth a word with the customer."""


class AssetSort(Option):
    """Orders an index keeps."""

    NAME = "name", "Name"
    SERIAL_NO = "serial_no", "Serial number"
    WARRANTY = "warranty", "Warranty until"


@dataclass(frozen=True)
class AssetFilter:
    """What is asked for; everything left alone means any."""

    text: str = ""
    status: AssetStatus | None = None
    customer_id: UUID | None = None
    in_warranty: bool = False
    warranty_ending: bool = False
    unsynced: bool = False


@dataclass(frozen=True)
class AssetRow:
    """`warranty_days` counts from today, below zero after the end; None where no warranty is known."""

    id: UUID
    name: str
    serial_no: str | None
    customer_id: UUID
    customer_name: str
    product_name: str | None
    location: str | None
    status: AssetStatus
    installed_on: date | None
    warranty_until: date | None
    warranty_days: int | None
    mark: Mark


class Assets:
    """Counts and windows of the list."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def count(self, wanted: AssetFilter) -> int:
        with self._replica.read() as session:
            conditions = self._conditions(wanted)
            return session.scalar(select(func.count()).select_from(Asset).where(*conditions)) or 0

    def page(
        self,
        wanted: AssetFilter,
        sort: AssetSort = AssetSort.NAME,
        offset: int = 0,
        limit: int = 200,
        *,
        descending: bool = False,
    ) -> list[AssetRow]:
        by = {AssetSort.SERIAL_NO: Asset.serial_no, AssetSort.WARRANTY: Asset.warranty_until}
        with self._replica.read() as session:
            order = by.get(sort, Asset.name)
            conditions = self._conditions(wanted)
            listed = window(Asset, conditions, order, descending=descending, offset=offset, limit=limit)
            return asset_rows(session, session.scalars(listed).all(), self._clock().date())

    def _conditions(self, wanted: AssetFilter) -> list[ColumnElement[bool]]:
        today = self._clock().date()
        conditions: list[ColumnElement[bool]] = []
        if wanted.text.strip():
            conditions.append(matching(Asset, wanted.text))
        if wanted.status is not None:
            conditions.append(Asset.status == wanted.status)
        if wanted.customer_id is not None:
            conditions.append(Asset.customer_id == wanted.customer_id)
        if wanted.in_warranty:
            conditions.append(Asset.warranty_until >= today)
        if wanted.warranty_ending:
            conditions.append(warranty_ending(today))
        if wanted.unsynced:
            conditions.append(Asset.id.in_(unsynced_rows(Asset)))
        return conditions


def warranty_ending(today: date) -> ColumnElement[bool]:
    return Asset.warranty_until.between(today, today + SOON)


def asset_rows(session: Session, ids: Sequence[UUID], today: date) -> list[AssetRow]:
    """The rows of these machines, in this order."""
    found = session.execute(
        select(
            Asset.id,
            Asset.name,
            Asset.serial_no,
            Asset.customer_id,
            Customer.name,
            Product.name,
            Asset.location,
            Asset.status,
            Asset.installed_on,
            Asset.warranty_until,
        )
        .join(Customer, Customer.id == Asset.customer_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .where(Asset.id.in_(ids))
    )
    judged = [
        (*row, None if row.warranty_until is None else (row.warranty_until - today).days) for row in found
    ]
    rows = {row.id: row for row in marked(session, AssetRow, judged)}
    return [rows[asset_id] for asset_id in ids]
