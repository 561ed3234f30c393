"""What is recorded on an order while it is worked on: steps, time, parts, findings."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.clock import Clock
from app.domain.assets import AsBuiltItem, Asset, PartReplacement
from app.domain.changes import Changes
from app.domain.entity import Entity
from app.domain.errors import RuleViolation
from app.domain.products import SparePart
from app.domain.service_orders import Activity, ChecklistItem, PartUsed, TimeEntry
from app.persistence.replica import Replica
from app.services.orders import unsigned
from app.services.rows import add, edit, fetch

LONGEST = timedelta(days=1)


class OrderWork:
    """Records on an order; all of them are refused once the customer has signed."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def tick(self, item_id: UUID, *, done: bool = True, remark: str | None = None) -> Changes:
        """Check a step off, or take that back; without a `remark` the old one stays."""
        with self._replica.write("checklist_item.tick") as write:
            item = fetch(write.session, ChecklistItem, item_id)
            unsigned(write.session, item.service_order_id)
            if done != (item.done_at is not None):
                item.done_at = self._clock() if done else None
            if remark is not None:
                edit(item, {"remark": remark})
        return write.changes

    def book_time(
        self,
        order_id: UUID,
        minutes: int,
        activity: Activity = Activity.WORK,
        started_at: datetime | None = None,
    ) -> tuple[UUID, Changes]:
        """Minutes of ours; without a start they ended just now."""
        if not 0 < minutes <= LONGEST.total_seconds() / 60:
            raise RuleViolation("time.minutes", field="minutes")
        identity = self._replica.identity
        values = {
            "service_order_id": order_id,
            "engineer_id": identity.user_id if identity else None,
            "activity": activity,
            "started_at": started_at or self._clock() - timedelta(minutes=minutes),
            "minutes": minutes,
        }
        with self._replica.write("service_order.book_time") as write:
            unsigned(write.session, order_id)
            entry_id = add(write.session, TimeEntry, values).id
        return entry_id, write.changes

    def use_part(
        self,
        order_id: UUID,
        amount: Decimal,
        *,
        spare_part_id: UUID | None = None,
        description: str | None = None,
        serial_no: str | None = None,
    ) -> Changes:
        """Book parts out; more of the same part, unless it has a serial number, adds up."""
        if amount <= 0:
            raise RuleViolation("part.amount", field="amount")
        with self._replica.write("service_order.use_part") as write:
            unsigned(write.session, order_id)
            same = select(PartUsed).where(
                PartUsed.service_order_id == order_id,
                PartUsed.spare_part_id == spare_part_id,
                PartUsed.serial_no.is_(None),
            )
            booked = write.session.scalar(same.limit(1)) if spare_part_id and not serial_no else None
            if booked is not None:
                booked.amount += amount
            else:
                part = fetch(write.session, SparePart, spare_part_id) if spare_part_id else None
                values = {
                    "service_order_id": order_id,
                    "spare_part_id": spare_part_id,
                    "description": description or (part.name if part else None),
                    "amount": amount,
                    "serial_no": serial_no,
                }
                add(write.session, PartUsed, values)
        return write.changes

    def record(self, order_id: UUID, *, findings: str | None = None, remedy: str | None = None) -> Changes:
        """What was found and what was done about it; what is not given stays."""
        said = {"findings": findings, "remedy": remedy}
        with self._replica.write("service_order.record") as write:
            order = unsigned(write.session, order_id)
            edit(order, {name: text for name, text in said.items() if text is not None})
        return write.changes

    def read_meter(self, order_id: UUID, meter: Decimal) -> Changes:
        """Running hours of the machine as found."""
        with self._replica.write("service_order.read_meter") as write:
            order = unsigned(write.session, order_id)
            if order.asset_id is None:
                raise RuleViolation("order.no_asset")
            edit(fetch(write.session, Asset, order.asset_id), {"meter": meter})
        return write.changes

    def replace_part(
        self,
        order_id: UUID,
        as_built_item_id: UUID,
        new_serial_no: str,
        *,
        cause: str | None = None,
        spare_part_id: UUID | None = None,
    ) -> tuple[UUID, Changes]:
        """One part of the machine taken out and another put in; both serial numbers are kept."""
        with self._replica.write("service_order.replace_part") as write:
            order = unsigned(write.session, order_id)
            item = fetch(write.session, AsBuiltItem, as_built_item_id)
            if order.asset_id != item.asset_id:
                raise RuleViolation("part.other_machine")
            values = {
                "asset_id": item.asset_id,
                "as_built_item_id": item.id,
                "service_order_id": order.id,
                "spare_part_id": spare_part_id or item.spare_part_id,
                "old_serial_no": item.serial_no,
                "new_serial_no": new_serial_no,
                "replaced_at": self._clock(),
                "cause": cause,
            }
            replacement_id = add(write.session, PartReplacement, values).id
            edit(item, {"serial_no": new_serial_no, "spare_part_id": spare_part_id or item.spare_part_id})
        return replacement_id, write.changes

    def remove(self, entity: type[Entity], row_id: UUID) -> Changes:
        """Take back a booking of time or parts."""
        with self._replica.write("service_order.unbook") as write:
            row: Any = fetch(write.session, entity, row_id)
            unsigned(write.session, row.service_order_id)
            write.session.delete(row)
        return write.changes
