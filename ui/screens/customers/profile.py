"""The profile card: filled fields in the order they are declared, and what is still missing."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.customers import Customer
from app.domain.entity import fields
from app.language import tr
from app.queries.customer_overview import CustomerOverview
from ui import links
from ui.desk import Desk
from ui.formats import value_of
from ui.layout import clear, column, row
from ui.widgets.buttons import Choice, button
from ui.widgets.cards import Card
from ui.widgets.facts_grid import FactsGrid
from ui.widgets.labels import Chip, label

HEADER_SHOWS = frozenset({"name", "owner_id", "currency"})


class ProfileCard(Card):
    """Personal fields are shown only where a customer has them; empty ones are named as missing."""

    def __init__(self, desk: Desk, edit: Callable[[], object]) -> None:
        self._desk = desk
        super().__init__(tr("Profile"), "", button(tr("Edit"), "pencil", "link", clicked=edit))
        self._grid = FactsGrid()
        self._missing = column(spacing=6)
        self.add(self._grid)
        self.body.addLayout(self._missing)
        self.body.addStretch(1)

    def show_customer(self, customer: CustomerOverview) -> None:
        clear(self._missing)
        titles = {"territory_id": customer.territory_name}
        currency = customer.values.get("currency")
        facts = []
        for name, spec in fields(Customer).items():
            value = customer.values.get(name)
            if name in HEADER_SHOWS or value in (None, "", False) or value == frozenset():
                continue
            facts.append((tr(spec.label), value_of(spec, value, title=titles.get(name), currency=currency)))
        self._grid.show_facts(facts, self._ways(customer.values))
        percent = customer.completeness.percent
        if customer.completeness.missing:
            missing = tr(", ").join(tr(item.label) for item in customer.completeness.missing)
            head = row(label(tr("Still missing"), "label", "text3"), Chip(f"{percent} %", "warn"), None)
            self._missing.addLayout(head)
            self._missing.addWidget(label(missing, "label", "text2", wrap=True))

    def _ways(self, values: Mapping[str, Any]) -> dict[str, list[Choice]]:
        known = fields(Customer)
        ways = {"phone": links.telephone, "email": links.letter, "website": links.page}
        return {
            tr(known[name].label): way(self._desk, values[name]) for name, way in ways.items() if values[name]
        }
