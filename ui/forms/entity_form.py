"""The form of an entity, built from its fields: nothing about a field is stated here again."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget

from app.domain import rules
from app.domain.entity import Entity, fields, name_of
from app.domain.errors import AppError, RuleViolation
from app.domain.fields import Kind
from app.domain.registry import CATALOGUE_ENTITIES, ENTITIES
from app.language import tr
from ui.forms.choice_editors import CurrencyEditor
from ui.forms.editor import Editor
from ui.forms.editors import CURRENCY, editor_for
from ui.forms.form_row import FormRow
from ui.forms.lookup import Lookup
from ui.forms.place_editors import chain_places
from ui.layout import bring_into_sight, row
from ui.messages import explain

_WIDE = (Kind.LONG_TEXT, Kind.TAGS)
CUSTOMER = "customer_id"
_OF_A_CUSTOMER = {name_of(entity) for entity in ENTITIES if entity not in CATALOGUE_ENTITIES} - {"customer"}
HOME_CURRENCY = "CNY"


def defaults(entity: type[Entity]) -> dict[str, Any]:
    """What a new record starts with."""
    columns = {name: entity.__table__.columns[name].default for name in fields(entity)}
    return {name: default.arg for name, default in columns.items() if default is not None}


class EntityForm(QWidget):
    """Shows `only` the fields named, in that order, or all of them; those `required` here must be filled
    even where the entity itself can do without.

    `changed` follows every edit; `save_asked` comes with Ctrl+S and Ctrl+Enter.
    """

    changed = Signal()
    save_asked = Signal()

    def __init__(
        self,
        entity: type[Entity],
        only: Sequence[str] | None = None,
        lookup: Lookup | None = None,
        columns: int = 2,
        required: Collection[str] = (),
    ) -> None:
        super().__init__()
        self.entity = entity
        known = fields(entity)
        names = [name for name in (only or known) if only or not known[name].parent]
        editors = {name: editor_for(name, known[name], lookup) for name in names}
        self._rows = {
            name: FormRow(name, editor, required=editor.spec.required or name in required)
            for name, editor in editors.items()
        }
        chain_places(editors)
        self._ignored = False
        self._lookup = lookup
        self._arrange(editors, columns)
        for field_row in self._rows.values():
            field_row.editor.changed.connect(self._edited)
        for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save_asked)

    def show_values(self, values: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> None:
        """Show a record; `titles` name what its references point to."""
        self._ignored = True
        for name, field_row in self._rows.items():
            field_row.show(values.get(name), (titles or {}).get(name))
        self._ignored = False
        self._follow_customer()
        self.changed.emit()

    def edited(self) -> dict[str, Any]:
        """Only what the user changed, so that nothing else can conflict; RuleViolation as in `values`."""
        return {name: value for name, value in self.values().items() if self._rows[name].is_changed}

    def values(self) -> dict[str, Any]:
        """Everything as typed; RuleViolation where something was not understood."""
        return {name: field_row.editor.read() for name, field_row in self._rows.items()}

    @property
    def is_dirty(self) -> bool:
        return any(field_row.is_changed for field_row in self._rows.values())

    def mark_saved(self) -> None:
        """What is typed now is what is stored."""
        for field_row in self._rows.values():
            field_row.set_baseline()
        self.changed.emit()

    def check(self) -> bool:
        """Say beside each field what is wrong with it; whether all is well."""
        wrong: dict[str, str] = {}
        for name, field_row in self._rows.items():
            try:
                value = field_row.editor.read()
                rules.check(self.entity, {name: value})
                if field_row.required and value is None:
                    raise RuleViolation("field.required", field=name, label=field_row.editor.spec.label)
            except RuleViolation as problem:
                wrong[name] = explain(problem).text
        self.set_errors(wrong)
        return not wrong

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """Show these errors and no others; the keyboard goes to the first."""
        for name, field_row in self._rows.items():
            field_row.show_error(errors.get(name, ""))
        first = next((name for name in self._rows if name in errors), None)
        if first:
            self.focus_field(first)

    def show_problem(self, error: Exception) -> bool:
        """Show an error beside the field it names; False where it names none of this form."""
        name = error.facts.get("field") if isinstance(error, AppError) else None
        if name not in self._rows:
            return False
        self.set_errors({str(name): explain(error).text})
        return True

    def focus_field(self, name: str | None = None) -> None:
        """Put the keyboard into a field, the first by default, and bring it into sight."""
        target = self._rows[name] if name else next(iter(self._rows.values()))
        target.editor.focus.setFocus(Qt.FocusReason.TabFocusReason)
        bring_into_sight(target.editor.focus)

    def editor(self, name: str) -> Editor:
        return self._rows[name].editor

    def set_read_only(self, read_only: bool, names: Collection[str] | None = None) -> None:
        """Fields that may be seen but not edited."""
        for name in names or self._rows:
            self._rows[name].editor.widget.setEnabled(not read_only)

    def _arrange(self, editors: Mapping[str, Editor], columns: int) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        paired = self._pair_currency(editors)
        line, place = 0, 0
        for name, field_row in self._rows.items():
            if name == paired:
                continue
            wide = field_row.editor.spec.kind in _WIDE
            if place and (wide or place == columns):
                line, place = line + 1, 0
            grid.addLayout(
                field_row.layout(), line, place, 1, columns if wide else 1, Qt.AlignmentFlag.AlignTop
            )
            place = columns if wide else place + 1
        for position in range(columns):
            grid.setColumnStretch(position, 1)

    def _pair_currency(self, editors: Mapping[str, Editor]) -> str | None:
        """Stand the currency beside its amount; its name, or None where there is no such pair."""
        currency = editors.get(CURRENCY)
        amount = next((name for name, e in editors.items() if e.spec.kind is Kind.MONEY), None)
        if not isinstance(currency, CurrencyEditor) or amount is None:
            return None
        editor = editors[amount]
        box = QWidget()
        box.setLayout(row((editor.widget, 1), currency.widget, spacing=6))
        editor.widget = box
        currency.focus.setAccessibleName(tr(currency.spec.label))

        def suggest() -> None:
            if not self._ignored and self._rows[amount].is_changed:
                currency.suggest(HOME_CURRENCY)

        editor.changed.connect(suggest)
        return CURRENCY

    def _follow_customer(self) -> bool:
        """Narrow the other references to the customer typed; whether it is another one."""
        if not self._lookup or CUSTOMER not in self._rows:
            return False
        try:
            customer_id = self._rows[CUSTOMER].editor.read()
        except RuleViolation:  # half typed
            return False
        another = bool(customer_id != self._lookup.customer_id)
        self._lookup.customer_id = customer_id
        return another

    def _clear_strangers(self) -> None:
        """What belonged to the customer before belongs to no other."""
        for field_row in self._rows.values():
            if field_row.editor.spec.target in _OF_A_CUSTOMER:
                field_row.editor.show(None)

    def _edited(self) -> None:
        if self._ignored:
            return
        had_one = self._lookup is not None and self._lookup.customer_id is not None
        if self._follow_customer() and had_one:
            self._clear_strangers()
        for field_row in self._rows.values():
            field_row.refresh()
        self.changed.emit()
