"""The people of a customer, each with the ways to reach them."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from app.language import tr
from app.queries.contacts import ContactRow
from ui import links
from ui.desk import Desk
from ui.layout import clear, column, row
from ui.widgets.buttons import Choice, button, menu_button
from ui.widgets.cards import Card
from ui.widgets.labels import Avatar, Chip, ElidedLabel, label

MOST = 4


class PeopleCard(Card):
    """The first few; `show_all` leads to the others."""

    def __init__(
        self,
        desk: Desk,
        add: Callable[[], object],
        show_all: Callable[[], object],
    ) -> None:
        super().__init__(tr("Contacts"), "", button(tr("Add"), "plus", "link", clicked=add))
        self._desk, self._show_all = desk, show_all
        self._lines = column(spacing=10)
        self.body.addLayout(self._lines)

    def show_contacts(self, contacts: Sequence[ContactRow]) -> None:
        clear(self._lines)
        for contact in contacts[:MOST]:
            self._lines.addWidget(self._line(contact))
        if not contacts:
            self._lines.addWidget(label(tr("Nothing here yet"), "label", "text3"))
        if len(contacts) > MOST:
            more = button(tr("All contacts: {count}", count=len(contacts)), kind="link")
            more.clicked.connect(lambda _checked=False: self._show_all())
            self._lines.addLayout(row(more, None))

    def _line(self, contact: ContactRow) -> QWidget:
        number = contact.mobile or contact.phone or ""
        remark = " · ".join(part for part in (contact.job_title or contact.department, number) if part)
        name = row(ElidedLabel(contact.name, "body"), spacing=6)
        if contact.buying_role:
            name.addWidget(Chip(tr(contact.buying_role.label), "info"))
        name.addStretch(1)
        texts = column(name, ElidedLabel(remark or "–", "caption", "text3"), spacing=1)
        made = QWidget()
        made.setLayout(row(Avatar(contact.name, 34), (texts, 1), *self._ways(contact), spacing=8))
        return made

    def _ways(self, contact: ContactRow) -> list[QWidget]:
        number = contact.mobile or contact.phone
        ways: list[QWidget] = []
        if number:
            tip = tr("Call {name}", name=contact.name)
            ways.append(menu_button("", "phone", links.telephone(self._desk, number), "ghost", tip=tip))
        if contact.email:
            tip = tr("Write to {name}", name=contact.name)
            ways.append(menu_button("", "mail", links.letter(self._desk, contact.email), "ghost", tip=tip))
        return ways


def reach(desk: Desk, contact: ContactRow) -> list[Choice]:
    """The same ways as entries of a menu."""
    number = contact.mobile or contact.phone
    choices = links.telephone(desk, number) if number else []
    return choices + (links.letter(desk, contact.email)[:1] if contact.email else [])
