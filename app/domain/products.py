"""The shared catalogue: products, their standard parts lists, and spare parts."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped

from app.domain.entity import Entity
from app.domain.fields import Policy, flag, long_text, money, quantity, reference, text


class Product(Entity):
    """A model we make and sell."""

    __tablename__ = "product"

    code: Mapped[str] = text("Model no.", max_length=60, required=True, in_list=True, searchable=True)
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True)
    product_line_id: Mapped[UUID | None] = reference("Product line", "product_line", in_list=True)
    list_price: Mapped[Decimal | None] = money("List price", policy=Policy.SERVER)
    currency: Mapped[str | None] = text("Currency", max_length=3, policy=Policy.SERVER)
    discontinued: Mapped[bool] = flag("Discontinued")
    description: Mapped[str | None] = long_text("Description")


class SparePart(Entity):
    """A part that can be ordered and fitted."""

    __tablename__ = "spare_part"

    code: Mapped[str] = text("Part no.", max_length=60, required=True, in_list=True, searchable=True)
    name: Mapped[str] = text("Name", required=True, in_list=True, searchable=True)
    unit: Mapped[str | None] = text("Unit", max_length=20, in_list=True)
    price: Mapped[Decimal | None] = money("Price", policy=Policy.SERVER)
    currency: Mapped[str | None] = text("Currency", max_length=3, policy=Policy.SERVER)


class ProductPart(Entity):
    """One line of a product's standard parts list."""

    __tablename__ = "product_part"

    product_id: Mapped[UUID] = reference("Product", "product", required=True)
    spare_part_id: Mapped[UUID] = reference("Part", "spare_part", required=True, in_list=True)
    amount: Mapped[Decimal] = quantity("Quantity", required=True, in_list=True)
