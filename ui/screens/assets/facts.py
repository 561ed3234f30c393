"""The machine's own facts, in the order its fields are declared."""

from collections.abc import Callable

from app.domain.assets import Asset
from app.domain.entity import fields
from app.domain.fields import Kind
from app.language import tr
from app.queries.asset_card import AssetCard
from ui.formats import value_of
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.facts_grid import FactsGrid


class FactsCard(Card):
    """Empty fields are left out; references show what they point to."""

    def __init__(self, edit: Callable[[], object]) -> None:
        super().__init__(tr("Machine"), "", button(tr("Edit"), "pencil", "link", clicked=edit))
        self._grid = FactsGrid()
        self.add(self._grid)

    def show_card(self, card: AssetCard) -> None:
        product = " ".join(part for part in (card.product_code, card.row.product_name) if part)
        titles = {"customer_id": card.row.customer_name, "product_id": product}
        facts = []
        for name, spec in fields(Asset).items():
            value = card.values.get(name)
            if value in (None, "") or (spec.kind is Kind.REFERENCE and name not in titles):
                continue
            facts.append((tr(spec.label), value_of(spec, value, title=titles.get(name))))
        self._grid.show_facts(facts)
