"""Every entity there is; adding one here gives it tables, sync, form, list, export and tests."""

from collections.abc import Mapping
from uuid import UUID

from app.domain.assets import AsBuiltItem, Asset, PartReplacement
from app.domain.conflicts import Conflict
from app.domain.customers import Collaborator, Contact, Customer, DelegatedCustomer, Site
from app.domain.entity import CATALOGUE, Entity, name_of, parents
from app.domain.notes import Attachment, Note
from app.domain.organisation import Delegation, ProductLine, Region, Territory, TerritoryAssignment, User
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

# Parents before children, so that loading in this order never dangles.
ENTITIES: tuple[type[Entity], ...] = (
    Region, ProductLine, Territory, User, TerritoryAssignment, Delegation, Product, SparePart, ProductPart,
    Customer, Site, Contact, Collaborator, DelegatedCustomer, Asset, AsBuiltItem, VisitPlan, Visit,
    Commitment, ServiceRequest, ServiceOrder, ChecklistItem, TimeEntry, PartUsed, SignOff, PartReplacement,
    Note, Attachment, Conflict,
)  # fmt: skip

_BY_NAME: Mapping[str, type[Entity]] = {name_of(entity): entity for entity in ENTITIES}

CATALOGUE_ENTITIES: frozenset[type[Entity]] = frozenset(
    {Region, ProductLine, Territory, User, TerritoryAssignment, Delegation, Product, SparePart, ProductPart}
)


def entity_named(name: str) -> type[Entity]:
    """The entity with this code name; KeyError where there is none."""
    return _BY_NAME[name]


def own_root(entity: type[Entity], row_id: UUID) -> UUID | None:
    """The root of a row that hangs below no other; None for one whose parent decides."""
    if entity is Customer:
        return row_id
    if entity in CATALOGUE_ENTITIES:
        return CATALOGUE
    return None


def parent_of(entity: type[Entity]) -> tuple[str, str] | None:
    """(field, parent entity) that decides the root of a row; None for roots, catalogue, conflicts."""
    return next(parents(entity), None)
