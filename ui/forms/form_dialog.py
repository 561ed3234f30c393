"""A dialog around a form: saves in the background, keeps what was typed when that fails, and asks
before it throws anything away."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QScrollArea, QWidget

from app.domain.entity import Entity
from app.language import tr
from ui.desk import Desk
from ui.dialogs import ask_to_discard
from ui.forms.entity_form import EntityForm, defaults
from ui.forms.lookup import Lookup
from ui.layout import clear, column, line, row, scrolled
from ui.messages import explain
from ui.theme import theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import button, set_text
from ui.widgets.labels import ElidedLabel, label

WIDTH, MOST_HEIGHT, ERROR_LINE = 720, 640, 20
Save = Callable[[dict[str, Any]], Any]
"""A use case; it is called in a worker with the edited fields and returns what Desk.change takes."""


class FormDialog(QDialog):
    """Edits `values` where given, else begins a new record with the entity's defaults and `preset`.

    A new record passes every field to `save`, together with the preset ones that are not shown. `about`
    stands below the title where that does not say which record it is.
    """

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        entity: type[Entity],
        title: str,
        save: Save,
        *,
        only: Sequence[str] | None = None,
        values: Mapping[str, Any] | None = None,
        titles: Mapping[str, str] | None = None,
        preset: Mapping[str, Any] | None = None,
        then: Callable[[Any], object] | None = None,
        required: Collection[str] = (),
        about: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._desk, self._save, self._then = desk, save, then
        self._preset = None if values is not None else dict(preset or {})
        customer_id = (values or preset or {}).get("customer_id")
        lookup = Lookup(desk.background, desk.queries.records, customer_id)
        self.form = EntityForm(entity, only, lookup, required=required)
        self.form.show_values(
            values if values is not None else defaults(entity) | (self._preset or {}), titles
        )
        self.form.save_asked.connect(self.save)
        self.form.changed.connect(self._refresh)
        self._saving = False
        self._build(title, about)
        self._refresh()
        self.form.focus_field()

    def save(self) -> None:
        """Check, then save; the dialog closes only when it is stored."""
        if self._saving or not self.form.check():
            return
        edited = self.form.edited() if self._preset is None else self._preset | self.form.values()
        self._saving = True
        self._refresh()
        save = self._save
        self._desk.change(lambda: save(edited), self._saved, self._failed, self)

    def reject(self) -> None:
        if self._saving:
            return
        if not self.form.is_dirty:
            super().reject()
            return
        ask_to_discard(self, tr("It has not been saved."), super().reject)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.reject()

    def _build(self, title: str, about: str) -> None:
        self._problem = column(spacing=0)
        self._content = QWidget()
        self._content.setObjectName("scrolled")
        self._content.setLayout(column(self.form, None, margins=(24, 16, 24, 16)))
        self._area: QScrollArea = scrolled(self._content)
        names = [label(title, "title"), *([ElidedLabel(about, "body", "text2")] if about else [])]
        head = column(*names, self._problem, margins=(24, 20, 24, 12), spacing=10)
        self._button = button(tr("Save"), "check", "primary", tip="Ctrl+Enter", clicked=self.save)
        cancel = button(tr("Cancel"), clicked=self.reject)
        foot = row(None, cancel, self._button, margins=(24, 12, 24, 16))
        self._whole = column(head, line(), (self._area, 1), line(), foot, spacing=0)
        self.setLayout(self._whole)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its content needs and a line that says what is wrong, within reason: a scroll area
        would not ask for it, and before now nothing had its style's sizes."""
        around = self._whole.sizeHint().height() - self._area.sizeHint().height()
        wanted = around + self._content.sizeHint().height() + theme.px(ERROR_LINE)
        self.resize(theme.px(WIDTH), min(wanted, theme.px(MOST_HEIGHT)))
        super().showEvent(event)

    def _refresh(self) -> None:
        new = self._preset is not None
        self._button.setEnabled(not self._saving and (new or self.form.is_dirty))
        set_text(self._button, tr("Saving…") if self._saving else tr("Save"))

    def _saved(self, result: Any) -> None:
        self._saving = False
        self.form.mark_saved()
        self.accept()
        if self._then:
            self._then(result)

    def _failed(self, error: Exception) -> None:
        self._saving = False
        self._refresh()
        if self.form.show_problem(error):
            return
        self.show_reason(explain(error).text)

    def show_reason(self, text: str) -> None:
        """Why it could not be saved, where no field of the form is to blame."""
        clear(self._problem)
        self._problem.addWidget(Banner(text, "bad", dismissable=True))
