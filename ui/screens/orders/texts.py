"""Findings and remedy: long texts that are saved on purpose and never overwritten while one types."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.service_orders import ServiceOrder
from app.language import tr
from app.queries.order_card import OrderCard
from ui.acts import say
from ui.desk import Desk
from ui.forms.entity_form import EntityForm
from ui.layout import clear, column
from ui.widgets.banner import Banner
from ui.widgets.buttons import button
from ui.widgets.cards import Card

FIELDS = ("findings", "remedy")


class FindingsCard(Card):
    """What was found and what was done about it."""

    def __init__(self, desk: Desk) -> None:
        self._save = button(tr("Save"), "check", "primary", tip="Ctrl+S", clicked=self.save)
        self._revert = button(tr("Discard"), kind="ghost", clicked=self.discard)
        super().__init__(tr("Findings and remedy"), "", self._revert, self._save)
        self._desk = desk
        self._order_id: UUID | None = None
        self._seen: Mapping[str, Any] = {}
        self._stored: Mapping[str, Any] = {}
        self._saving = False
        self.form = EntityForm(ServiceOrder, FIELDS, columns=1)
        self._news = column(spacing=0)
        self.body.addLayout(self._news)
        self.add(self.form)
        self.form.changed.connect(self._refresh)
        self.form.save_asked.connect(self.save)
        self._refresh()

    @property
    def is_dirty(self) -> bool:
        return self.form.is_dirty

    def show_card(self, card: OrderCard) -> None:
        """Show what is stored; texts being typed stay, and are told that others were stored meanwhile."""
        stored = {name: card.values[name] for name in FIELDS}
        another = card.row.id != self._order_id
        self._order_id, self._stored = card.row.id, stored
        self.form.set_read_only(card.locked)
        if another or not self.form.is_dirty:
            self._show_stored()
        elif stored != self._seen:
            self._say_news()

    def save(self) -> None:
        """What was stored meanwhile is merged line by line, or asked about."""
        if self._saving or not self.form.is_dirty or not self.form.check():
            return
        assert self._order_id is not None
        self._saving = True
        self._refresh()
        edited, typed, seen = self.form.edited(), self.form.values(), dict(self._seen)
        change = partial(self._desk.services.orders.change, self._order_id, edited, seen=seen)
        self._desk.change(change, partial(self._saved, typed), self._failed)

    def discard(self) -> None:
        """Throw away what was typed."""
        self._show_stored()

    def _show_stored(self) -> None:
        self._seen = self._stored
        clear(self._news)
        self.form.show_values(self._stored)

    def _saved(self, typed: Mapping[str, Any], result: object) -> None:
        self._saving = False
        self._seen = typed
        if self.form.values() == typed:  # else he went on typing, and that is not saved yet
            self.form.mark_saved()
        self._refresh()
        clear(self._news)
        say(self._desk, tr("Saved"))(result)

    def _failed(self, error: Exception) -> None:
        self._saving = False
        self._refresh()
        if not self.form.show_problem(error):
            self._desk.fail(error)

    def _say_news(self) -> None:
        if self._news.count():
            return
        words = tr("These texts were changed elsewhere meanwhile. Saving keeps both where it can.")
        self._news.addWidget(Banner(words, "warn", action=tr("Reload"), clicked=self.discard))

    def _refresh(self) -> None:
        for control in (self._save, self._revert):
            control.setVisible(self.form.is_dirty)
            control.setEnabled(not self._saving)
