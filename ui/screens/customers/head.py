"""The head of a customer: what it is called, where it is, whom to call, and what is in doubt."""

from functools import partial

from PySide6.QtWidgets import QWidget

from app.language import tr
from app.queries.customer_overview import CustomerOverview
from ui import links
from ui.desk import Desk
from ui.layout import clear, column
from ui.widgets.banner import Banner
from ui.widgets.record_header import Fact, RecordHeader

ADDRESS = ("city", "district", "street")


class CustomerHead(QWidget):
    """`actions` stand at the right."""

    def __init__(self, desk: Desk, *actions: QWidget) -> None:
        super().__init__()
        self._desk = desk
        self._header = RecordHeader("factory", *actions)
        self._notice = column()
        self.setLayout(column(self._header, self._notice, spacing=12))

    def show_customer(self, customer: CustomerOverview) -> None:
        self._header.show_record(customer.name, _chips(customer), self._facts(customer))
        clear(self._notice)
        if customer.open_conflicts:
            words = tr(
                "Two people changed the same thing here. Open questions: {count}",
                count=customer.open_conflicts,
            )
            ask = partial(self._desk.open, "conflict", customer.id)
            self._notice.addWidget(Banner(words, "warn", "git-compare", tr("Compare and merge"), ask))
        elif customer.mark == "refused":
            words = tr("The server refused a change of this customer. The sync panel says why.")
            self._notice.addWidget(Banner(words, "bad"))

    def _facts(self, customer: CustomerOverview) -> list[Fact]:
        values, desk = customer.values, self._desk
        shown = " ".join(values[name] for name in ADDRESS if values.get(name))
        address = " ".join(part for part in (values.get("province"), shown) if part)
        phone = values.get("phone") or ""
        owner = tr("Owner {name}", name=customer.owner_name) if customer.owner_name else ""
        return [
            Fact("map-pin", shown, links.place(desk, address)),
            Fact("phone", phone, links.telephone(desk, phone)),
            Fact("user", owner),
        ]


def _chips(customer: CustomerOverview) -> list[tuple[str, str]]:
    values = customer.values
    chips = [(tr(values["lifecycle_stage"].label), "accent")]
    if values.get("priority_class"):
        chips.insert(0, (tr("Class {name}", name=tr(values["priority_class"].label)), "info"))
    return chips
