"""What everybody shares: people, territories, products and parts, found while one types."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.domain.organisation import ProductLine, Region, Role, Territory, TerritoryAssignment, User
from app.domain.products import Product, ProductPart, SparePart
from app.persistence.replica import Replica
from app.queries.records import Choice
from app.queries.windows import contains


class Catalogue:
    """Short lists to choose from; an empty text lists the first ones."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def people(self, text: str = "", *, role: Role | None = None, limit: int = 30) -> list[Choice]:
        """Active colleagues by name or sign-in name."""
        wanted = [User.active.is_(True), *_typed(text, User.name, User.login)]
        if role is not None:
            wanted.append(User.role == role)
        return self._choices(User.id, User.name, User.login, wanted, limit)

    def engineers_of(self, territory_id: UUID) -> list[Choice]:
        """Who works in a territory, whatever the dates: dispatch shows them first."""
        there = select(TerritoryAssignment.user_id).where(TerritoryAssignment.territory_id == territory_id)
        return self._choices(User.id, User.name, User.login, [User.id.in_(there), User.active.is_(True)], 100)

    def territories(self, text: str = "", limit: int = 100) -> list[Choice]:
        return self._choices(Territory.id, Territory.name, None, _typed(text, Territory.name), limit)

    def regions(self) -> list[Choice]:
        return self._choices(Region.id, Region.name, Region.code, [], 100, order=Region.position)

    def product_lines(self) -> list[Choice]:
        return self._choices(ProductLine.id, ProductLine.name, ProductLine.code, [], 100)

    def products(self, text: str = "", limit: int = 30) -> list[Choice]:
        """Models still made, by number or name."""
        wanted = [Product.discontinued.is_(False), *_typed(text, Product.code, Product.name)]
        return self._choices(Product.id, Product.name, Product.code, wanted, limit)

    def parts(self, text: str = "", *, product_id: UUID | None = None, limit: int = 30) -> list[Choice]:
        """Spare parts by number or name; those of one product, if named."""
        wanted = _typed(text, SparePart.code, SparePart.name)
        if product_id is not None:
            listed = select(ProductPart.spare_part_id).where(ProductPart.product_id == product_id)
            wanted.append(SparePart.id.in_(listed))
        return self._choices(SparePart.id, SparePart.name, SparePart.code, wanted, limit)

    def _choices(
        self,
        key: Any,
        title: Any,
        subtitle: Any,
        wanted: list[ColumnElement[bool]],
        limit: int,
        *,
        order: Any = None,
    ) -> list[Choice]:
        columns = [key, title] if subtitle is None else [key, title, subtitle]
        query = select(*columns).where(*wanted).order_by(title if order is None else order).limit(limit)
        with self._replica.read() as session:
            return [
                Choice(row[0], row[1], row[2] if subtitle is not None else None)
                for row in session.execute(query)
            ]


def _typed(text: str, *columns: Any) -> list[ColumnElement[bool]]:
    return [or_(*(contains(column, text) for column in columns))] if text.strip() else []
