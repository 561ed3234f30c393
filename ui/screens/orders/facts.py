"""Where and for whom: customer, contact, machine, planned time, and what was asked for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.language import tr
from app.queries.order_card import OrderCard
from ui.desk import Desk
from ui.formats import day, moment
from ui.layout import clear, column, row
from ui.theme import theme
from ui.widgets.cards import Card
from ui.widgets.labels import label


class FactsCard(Card):
    """What is not known is left out."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("At the customer's"))
        self._lines = column(spacing=8)
        self.body.addLayout(self._lines)

    def show_card(self, card: OrderCard) -> None:
        clear(self._lines)
        for name, text in _facts(card):
            if text:
                self._lines.addWidget(_fact(name, text))


def _facts(card: OrderCard) -> list[tuple[str, str]]:
    machine, values = card.machine, card.values
    start, end = values["planned_from"], values["planned_to"]
    planned = " – ".join(moment(at) for at in (start, end) if at)
    return [
        (tr("Customer"), card.row.customer_name),
        (tr("Address"), card.customer_address),
        (tr("Contact"), "  ".join(filter(None, (card.contact_name, card.contact_phone)))),
        (tr("Machine"), machine.name if machine else ""),
        (tr("Serial number"), (machine.serial_no or "") if machine else ""),
        (tr("Location"), (machine.location or "") if machine else ""),
        (tr("Status"), tr(card.machine_status.label) if card.machine_status else ""),
        (tr("Warranty until"), day(machine.warranty_until) if machine and machine.warranty_until else ""),
        (tr("Planned time"), planned),
        (tr("Description"), values["description"] or ""),
    ]


def _fact(name: str, text: str) -> QWidget:
    caption = label(name, "label", "text3", wrap=True)
    caption.setFixedWidth(theme.px(96))
    value = label(text, "label", wrap=True)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made = QWidget()
    made.setLayout(row((caption, 0, Qt.AlignmentFlag.AlignTop), (value, 1), spacing=8))
    return made
