"""Customers with their sites, contacts and collaborators."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.domain.entity import Entity
from app.domain.fields import (
    choice,
    day,
    flag,
    long_text,
    money,
    reference,
    tags,
    text,
    whole,
)
from app.domain.options import Option


class LifecycleStage(Option):
    UNQUALIFIED = "unqualified", "Unqualified"
    PROSPECT = "prospect", "Prospect"
    OPPORTUNITY = "opportunity", "Opportunity"
    ORDERED = "ordered", "Ordering customer"
    IN_SERVICE = "in_service", "In service"


class SourceChannel(Option):
    MEDIA = "media", "Media"
    WEBSITE = "website", "Website"
    EVENT = "event", "Event"
    REFERRAL = "referral", "Referral"
    FIELD_SALES = "field_sales", "Field sales"


class Industry(Option):
    MACHINE_TOOL = "machine_tool", "Machine tools"
    ENVIRONMENT = "environment", "Environmental equipment"
    PRINTING = "printing", "Printing machinery"
    CRANE = "crane", "Cranes and lifts"
    BOILER = "boiler", "Boilers"
    MINING = "mining", "Mining and construction"
    TRADE = "trade", "Trade"
    PROPERTY = "property", "Property"
    OTHER = "other", "Other"


class PriorityClass(Option):
    A_PLUS = "a_plus", "A+"
    A = "a", "A"
    B = "b", "B"
    C = "c", "C"


class ValueTier(Option):
    VIP = "vip", "VIP"
    MAIN = "main", "Main"
    ORDINARY = "ordinary", "Ordinary"
    SMALL = "small", "Small"


class LoyaltyType(Option):
    LOYAL = "loyal", "Loyal"
    LONG_STANDING = "long_standing", "Long-standing"
    REGULAR = "regular", "Regular"
    NEW = "new", "New"
    POTENTIAL = "potential", "Potential"


class RelationshipPhase(Option):
    EARLY = "early", "Early"
    GROWING = "growing", "Growing"
    MATURE = "mature", "Mature"
    DECLINING = "declining", "Declining"


class Customer(Entity):
    """A company or person we visit and serve; the root of everything below it."""

    __tablename__ = "customer"

    code: Mapped[str | None] = text("Customer no.", max_length=40, searchable=True, in_list=True, index=True)
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True, index=True)
    short_name: Mapped[str | None] = text("Short name", max_length=60, searchable=True)
    territory_id: Mapped[UUID] = reference("Territory", "territory", required=True)
    owner_id: Mapped[UUID | None] = reference("Owner", "user", in_list=True)
    industry: Mapped[Industry | None] = choice("Industry", Industry, in_list=True, index=True)
    lifecycle_stage: Mapped[LifecycleStage] = choice(
        "Lifecycle stage",
        LifecycleStage,
        required=True,
        default=LifecycleStage.UNQUALIFIED,
        in_list=True,
        index=True,
    )
    source_channel: Mapped[SourceChannel | None] = choice("Source", SourceChannel)
    priority_class: Mapped[PriorityClass | None] = choice(
        "Priority class", PriorityClass, in_list=True, index=True
    )
    value_tier: Mapped[ValueTier | None] = choice("Value tier", ValueTier)
    loyalty_type: Mapped[LoyaltyType | None] = choice("Loyalty", LoyaltyType)
    relationship_phase: Mapped[RelationshipPhase | None] = choice("Relationship phase", RelationshipPhase)
    phone: Mapped[str | None] = text("Phone", max_length=40, searchable=True, in_list=True)
    email: Mapped[str | None] = text("E-mail", searchable=True)
    website: Mapped[str | None] = text("Website")
    province: Mapped[str | None] = text("Province", max_length=60, group="address")
    city: Mapped[str | None] = text("City", max_length=60, group="address", in_list=True)
    district: Mapped[str | None] = text("District", max_length=60, group="address")
    street: Mapped[str | None] = text("Street address", group="address", searchable=True)
    postcode: Mapped[str | None] = text("Postcode", max_length=20, group="address")
    employees: Mapped[int | None] = whole("Employees")
    annual_sales: Mapped[Decimal | None] = money("Annual sales", group="annual_sales")
    currency: Mapped[str | None] = text("Currency", max_length=3, group="annual_sales")
    credit_rating: Mapped[str | None] = text("Credit rating", max_length=40)
    is_reference: Mapped[bool] = flag("Reference customer")
    since_on: Mapped[date | None] = day("Customer since")
    labels: Mapped[frozenset[str] | None] = tags("Tags")
    note: Mapped[str | None] = long_text("Note", searchable=True)


class Site(Entity):
    """A plant or building of a customer where machines stand."""

    __tablename__ = "site"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True)
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True)
    province: Mapped[str | None] = text("Province", max_length=60, group="address")
    city: Mapped[str | None] = text("City", max_length=60, group="address", in_list=True)
    district: Mapped[str | None] = text("District", max_length=60, group="address")
    street: Mapped[str | None] = text("Street address", group="address", searchable=True, in_list=True)
    postcode: Mapped[str | None] = text("Postcode", max_length=20, group="address")
    access_note: Mapped[str | None] = long_text("How to get in")


class BuyingRole(Option):
    PROPOSER = "proposer", "Proposer"
    INFLUENCER = "influencer", "Influencer"
    USER = "user", "User"
    DECIDER = "decider", "Decision maker"
    BUYER = "buyer", "Buyer"
    CRITIC = "critic", "Critic"
    MEDIATOR = "mediator", "Mediator"


class Gender(Option):
    FEMALE = "female", "Female"
    MALE = "male", "Male"


class Contact(Entity):
    """A person at a customer."""

    __tablename__ = "contact"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True)
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True, index=True)
    job_title: Mapped[str | None] = text("Job title", in_list=True)
    department: Mapped[str | None] = text("Department")
    phone: Mapped[str | None] = text("Phone", max_length=40, searchable=True, in_list=True)
    mobile: Mapped[str | None] = text("Mobile", max_length=40, searchable=True, in_list=True)
    email: Mapped[str | None] = text("E-mail", searchable=True)
    buying_role: Mapped[BuyingRole | None] = choice("Buying role", BuyingRole, in_list=True)
    influence: Mapped[int | None] = whole("Influence (1–5)")
    is_primary: Mapped[bool] = flag("Main contact")
    gender: Mapped[Gender | None] = choice("Gender", Gender, personal=True)
    birthday_on: Mapped[date | None] = day("Birthday", personal=True)
    interests: Mapped[str | None] = long_text("Interests and taboos", max_length=2000, personal=True)
    note: Mapped[str | None] = long_text("Note")


class Collaborator(Entity):
    """A colleague who works on one customer outside his own territories."""

    __tablename__ = "collaborator"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True)
    user_id: Mapped[UUID] = reference("Person", "user", required=True, in_list=True)
    reason: Mapped[str | None] = text("Reason")


class DelegatedCustomer(Entity):
    """One customer chosen for a delegation; it decides whose laptop the customer reaches meanwhile."""

    __tablename__ = "delegated_customer"

    customer_id: Mapped[UUID] = reference("Customer", "customer", required=True, parent=True, in_list=True)
    delegation_id: Mapped[UUID] = reference("Delegation", "delegation", required=True)
