"""A card around a few fields of a record: saved on purpose, never overwritten while one types."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.entity import Entity
from app.language import tr
from ui.acts import say
from ui.desk import Desk
from ui.forms.entity_form import EntityForm
from ui.layout import clear, column
from ui.widgets.banner import Banner
from ui.widgets.buttons import button
from ui.widgets.cards import Card

Save = Callable[[UUID, dict[str, Any], Mapping[str, Any]], Any]
"""(record, edited fields, values the form showed) -> Changes; called in a worker."""


class FormCard(Card):
    """Its Save says `words` when it is done."""

    def __init__(
        self,
        desk: Desk,
        entity: type[Entity],
        title: str,
        *,
        only: Sequence[str],
        save: Save,
        words: str,
    ) -> None:
        self._save = button(tr("Save"), "check", tip="Ctrl+S", clicked=self.save)
        self._discard = button(tr("Discard"), kind="ghost", clicked=self.discard)
        super().__init__(title, "", self._discard, self._save)
        self._desk, self._use_case, self._words = desk, save, words
        self._names = tuple(only)
        self._id: UUID | None = None
        self._stored: Mapping[str, Any] = {}
        self._seen: Mapping[str, Any] = {}
        self._saving = False
        self.form = EntityForm(entity, only, columns=1)
        self._news = column(spacing=0)
        self.body.addLayout(self._news)
        self.add(self.form)
        self.form.changed.connect(self._refresh)
        self.form.save_asked.connect(self.save)
        self._refresh()

    @property
    def is_dirty(self) -> bool:
        return self.form.is_dirty

    def show_record(self, row_id: UUID, values: Mapping[str, Any]) -> None:
        """Show what is stored; a text being typed stays, and is told that another was stored meanwhile."""
        another = row_id != self._id
        self._id, self._stored = row_id, {name: values[name] for name in self._names}
        if another or (self._stored != self._seen and not self.form.is_dirty):
            self.discard()
        elif self._stored != self._seen and not self._saving:
            self._say_news()

    def save(self) -> None:
        """Store what was changed. What was stored meanwhile is merged, or asked about."""
        if self.form.is_dirty:
            self.run(self._use_case, self._words)

    def run(self, use_case: Save, words: str) -> None:
        """Store what was changed by another use case, which may do more; what was changed may be nothing."""
        if self._saving or self._id is None or not self.form.check():
            return
        self._saving = True
        self._refresh()
        edited, typed, seen = self.form.edited(), self.form.values(), dict(self._seen)
        work = partial(use_case, self._id, edited, seen)
        self._desk.change(work, partial(self._done, self._id, typed, words), self._failed)

    def discard(self) -> None:
        """Throw away what was typed."""
        self._seen = self._stored
        clear(self._news)
        self.form.show_values(self._stored)

    def _done(self, row_id: UUID, typed: Mapping[str, Any], words: str, result: object) -> None:
        self._saving = False
        if row_id == self._id:
            self._seen = typed
            if self.form.values() == typed:  # else he went on typing, and that is not saved yet
                self.form.mark_saved()
            clear(self._news)
        self._refresh()
        say(self._desk, words)(result)

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
        for control in (self._save, self._discard):
            control.setVisible(self.form.is_dirty)
            control.setEnabled(not self._saving)
