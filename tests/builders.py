"""Entities for tests, valid by default: a test states only what it is about."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.assets import AsBuiltItem, Asset, PartReplacement
from app.domain.customers import Collaborator, Contact, Customer, Site
from app.domain.entity import CATALOGUE, Entity
from app.domain.ids import imported_id, new_id
from app.domain.notes import Attachment, Note
from app.domain.organisation import ProductLine, Region, Role, Territory, TerritoryAssignment, User
from app.domain.products import Product, ProductPart, SparePart
from app.domain.service_orders import (
    ChecklistItem,
    PartUsed,
    ServiceOrder,
    ServiceRequest,
    SignOff,
    TimeEntry,
)
from app.domain.visits import Commitment, Visit, VisitPlan

CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)

EAST = imported_id("test", "east")
PRESSES = imported_id("test", "presses")
EAST_PRESSES = imported_id("test", "east presses")
LI_WEI = imported_id("test", "li wei")
PUMP = imported_id("test", "pump")
SEAL = imported_id("test", "seal")
"""Rows of the catalogue that every replica of `tests/replicas.py` holds."""


def the_catalogue() -> list[Entity]:
    """One of each, so that whatever a test makes has something to point to."""
    return [
        a_region(id=EAST),
        a_product_line(id=PRESSES),
        a_territory(id=EAST_PRESSES),
        a_user(id=LI_WEI),
        a_product(id=PUMP),
        a_spare_part(id=SEAL),
    ]


def a_region(**values: Any) -> Region:
    return Region(
        **{"id": new_id(), "root_id": CATALOGUE, "code": "EAST", "name": "华东", "position": 1} | values
    )


def a_product_line(**values: Any) -> ProductLine:
    return ProductLine(**{"id": new_id(), "root_id": CATALOGUE, "code": "PRESS", "name": "压力机"} | values)


def a_territory(**values: Any) -> Territory:
    return Territory(
        **{
            "id": new_id(),
            "root_id": CATALOGUE,
            "name": "华东 压力机",
            "region_id": EAST,
            "product_line_id": PRESSES,
        }
        | values
    )


def a_user(**values: Any) -> User:
    return User(
        **{
            "id": new_id(),
            "root_id": CATALOGUE,
            "login": "li.wei",
            "name": "李伟",
            "role": Role.ENGINEER,
            "region_id": EAST,
            "active": True,
        }
        | values
    )


def an_assignment(
    territory_id: UUID = EAST_PRESSES, user_id: UUID = LI_WEI, **values: Any
) -> TerritoryAssignment:
    return TerritoryAssignment(
        **{"id": new_id(), "root_id": CATALOGUE, "territory_id": territory_id, "user_id": user_id} | values
    )


def a_product(**values: Any) -> Product:
    return Product(
        **{
            "id": new_id(),
            "root_id": CATALOGUE,
            "code": "YH-200",
            "name": "液压泵",
            "product_line_id": PRESSES,
            "discontinued": False,
        }
        | values
    )


def a_spare_part(**values: Any) -> SparePart:
    return SparePart(
        **{"id": new_id(), "root_id": CATALOGUE, "code": "MF-17", "name": "密封圈", "unit": "件"} | values
    )


def a_product_part(product_id: UUID = PUMP, spare_part_id: UUID = SEAL, **values: Any) -> ProductPart:
    return ProductPart(
        **{
            "id": new_id(),
            "root_id": CATALOGUE,
            "product_id": product_id,
            "spare_part_id": spare_part_id,
            "amount": Decimal(2),
        }
        | values
    )


def a_customer(**values: Any) -> Customer:
    return Customer(**{"id": new_id(), "name": "苏州正远机械有限公司", "territory_id": EAST_PRESSES} | values)


def a_site(customer_id: UUID, **values: Any) -> Site:
    return Site(**{"id": new_id(), "customer_id": customer_id, "name": "一号厂房", "city": "苏州"} | values)


def a_contact(customer_id: UUID, **values: Any) -> Contact:
    return Contact(
        **{"id": new_id(), "customer_id": customer_id, "name": "王芳", "mobile": "13800138000"} | values
    )


def a_collaborator(customer_id: UUID, user_id: UUID = LI_WEI, **values: Any) -> Collaborator:
    return Collaborator(**{"id": new_id(), "customer_id": customer_id, "user_id": user_id} | values)


def an_asset(customer_id: UUID, **values: Any) -> Asset:
    return Asset(
        **{"id": new_id(), "customer_id": customer_id, "name": "200 吨压力机", "serial_no": "SN-2021-003"}
        | values
    )


def an_as_built_item(asset_id: UUID, **values: Any) -> AsBuiltItem:
    return AsBuiltItem(
        **{"id": new_id(), "asset_id": asset_id, "description": "主油缸密封", "amount": Decimal(1)} | values
    )


def a_part_replacement(asset_id: UUID, **values: Any) -> PartReplacement:
    return PartReplacement(**{"id": new_id(), "asset_id": asset_id, "replaced_at": MORNING} | values)


def a_visit_plan(customer_id: UUID, **values: Any) -> VisitPlan:
    return VisitPlan(
        **{
            "id": new_id(),
            "customer_id": customer_id,
            "purpose": "例行回访",
            "visit_cadence": 30,
            "starts_on": MORNING.date(),
        }
        | values
    )


def a_visit(customer_id: UUID, **values: Any) -> Visit:
    return Visit(
        **{
            "id": new_id(),
            "customer_id": customer_id,
            "owner_id": LI_WEI,
            "purpose": "了解设备使用情况",
            "planned_from": MORNING,
            "planned_to": MORNING + timedelta(hours=1),
        }
        | values
    )


def a_commitment(customer_id: UUID, **values: Any) -> Commitment:
    return Commitment(
        **{"id": new_id(), "customer_id": customer_id, "promise": "寄送备件", "due_on": MORNING.date()}
        | values
    )


def a_request(customer_id: UUID, **values: Any) -> ServiceRequest:
    return ServiceRequest(
        **{"id": new_id(), "customer_id": customer_id, "symptom": "压力不足", "reported_at": MORNING} | values
    )


def an_order(customer_id: UUID, **values: Any) -> ServiceOrder:
    return ServiceOrder(
        **{
            "id": new_id(),
            "customer_id": customer_id,
            "number": "SO-2026-0001",
            "engineer_id": LI_WEI,
            "subject": "更换主油缸密封",
        }
        | values
    )


def a_checklist_item(service_order_id: UUID, **values: Any) -> ChecklistItem:
    return ChecklistItem(
        **{"id": new_id(), "service_order_id": service_order_id, "position": 1, "step": "断电上锁"} | values
    )


def a_time_entry(service_order_id: UUID, **values: Any) -> TimeEntry:
    return TimeEntry(
        **{"id": new_id(), "service_order_id": service_order_id, "started_at": MORNING, "minutes": 60}
        | values
    )


def a_part_used(service_order_id: UUID, **values: Any) -> PartUsed:
    return PartUsed(
        **{
            "id": new_id(),
            "service_order_id": service_order_id,
            "spare_part_id": SEAL,
            "description": "密封圈",
            "amount": Decimal(2),
        }
        | values
    )


def a_sign_off(service_order_id: UUID, **values: Any) -> SignOff:
    return SignOff(
        **{
            "id": new_id(),
            "service_order_id": service_order_id,
            "signer_name": "王芳",
            "signed_at": MORNING,
            "strokes": "[[[0,0],[10,10]]]",
        }
        | values
    )


def a_note(customer_id: UUID, **values: Any) -> Note:
    return Note(
        **{"id": new_id(), "customer_id": customer_id, "written_at": MORNING, "body": "客户希望下周回电"}
        | values
    )


def an_attachment(customer_id: UUID, **values: Any) -> Attachment:
    return Attachment(
        **{
            "id": new_id(),
            "customer_id": customer_id,
            "file_name": "铭牌.jpg",
            "media_type": "image/jpeg",
            "size": 3,
            "sha256": "0" * 64,
        }
        | values
    )
