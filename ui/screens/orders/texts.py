"""Findings and remedy: long texts that are saved on purpose and never overwritten while one types."""

from app.domain.service_orders import ServiceOrder
from app.language import tr
from app.queries.order_card import OrderCard
from ui.desk import Desk
from ui.forms.form_card import FormCard

FIELDS = ("findings", "remedy")


class FindingsCard(FormCard):
    """What was found and what was done about it."""

    def __init__(self, desk: Desk) -> None:
        title, save = tr("Findings and remedy"), desk.services.orders.change
        super().__init__(desk, ServiceOrder, title, only=FIELDS, save=save, words=tr("Saved"))

    def show_card(self, card: OrderCard) -> None:
        """What is signed can be read only."""
        self.form.set_read_only(card.locked)
        self.show_record(card.row.id, card.values)
