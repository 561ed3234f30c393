"""Who works where: regions, product lines, territories, people."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.domain.entity import Entity
from app.domain.fields import Policy, choice, day, flag, reference, tags, text, whole
from app.domain.options import Option


class Role(Option):
    ENGINEER = "engineer", "Service engineer"
    OFFICE = "office", "Office"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Administrator"


class Region(Entity):
    """A part of the country with its own office; six by default."""

    __tablename__ = "region"

    code: Mapped[str] = text("Code", max_length=20, required=True, in_list=True)
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True)
    position: Mapped[int | None] = whole("Sequence", policy=Policy.LAST)


class ProductLine(Entity):
    """A family of products sold and serviced by the same people."""

    __tablename__ = "product_line"

    code: Mapped[str] = text("Code", max_length=20, required=True, in_list=True)
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True)


class Territory(Entity):
    """One product line in one region: the unit in which work and replicas are handed out."""

    __tablename__ = "territory"

    name: Mapped[str] = text("Name", required=True, in_list=True)
    region_id: Mapped[UUID] = reference("Region", "region", required=True, in_list=True)
    product_line_id: Mapped[UUID] = reference("Product line", "product_line", required=True, in_list=True)


class User(Entity):
    """The public card of a person who works with the program; secrets are the server's alone."""

    __tablename__ = "user"

    login: Mapped[str] = text("Sign-in name", max_length=80, required=True, in_list=True)
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True)
    role: Mapped[Role] = choice("Role", Role, required=True, default=Role.ENGINEER, in_list=True)
    region_id: Mapped[UUID | None] = reference("Region", "region")
    phone: Mapped[str | None] = text("Phone", max_length=40, personal=True)
    email: Mapped[str | None] = text("E-mail", personal=True)
    skills: Mapped[frozenset[str] | None] = tags("Skills")
    active: Mapped[bool] = flag("Active", default=True)


class TerritoryAssignment(Entity):
    """A person works in a territory, within dates if given; it decides what reaches the laptop."""

    __tablename__ = "territory_assignment"

    territory_id: Mapped[UUID] = reference("Territory", "territory", required=True, policy=Policy.SERVER)
    user_id: Mapped[UUID] = reference("Person", "user", required=True, policy=Policy.SERVER)
    starts_on: Mapped[date | None] = day("From", policy=Policy.SERVER)
    ends_on: Mapped[date | None] = day("Until", policy=Policy.SERVER)


class Delegation(Entity):
    """Someone's work is done by a colleague from one day to another; whose it is does not change.

    With a territory it is all of his work there, without one that of the customers chosen for it.
    """

    __tablename__ = "delegation"

    owner_id: Mapped[UUID] = reference("Person away", "user", required=True, in_list=True)
    delegate_id: Mapped[UUID] = reference("Delegate", "user", required=True, in_list=True)
    territory_id: Mapped[UUID | None] = reference("Territory", "territory", in_list=True)
    starts_on: Mapped[date] = day("From", required=True, group="period", in_list=True)
    ends_on: Mapped[date] = day("Until", required=True, group="period", in_list=True)
    reason: Mapped[str | None] = text("Reason", in_list=True)
