"""What every editor of a field can do: show a value, read it back, say that it changed."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.errors import RuleViolation
from app.domain.fields import Field, Kind
from ui.widgets.labels import restyle

_EXPECTED = {
    Kind.DAY: "field.not_a_day",
    Kind.INSTANT: "field.not_a_moment",
    Kind.WHOLE: "field.not_whole",
    Kind.QUANTITY: "field.not_a_number",
    Kind.MONEY: "field.not_a_number",
}


class Editor(QObject):
    """`widget` stands in the form; `focus` is the part of it that is typed into."""

    changed = Signal()

    def __init__(self, spec: Field, widget: QWidget, focus: QWidget | None = None) -> None:
        super().__init__(widget)
        self.spec = spec
        self.widget = widget
        self.focus = focus or widget

    def show(self, value: Any, title: str | None = None) -> None:
        """Show a value; `title` names the record a reference points to."""
        raise NotImplementedError

    def read(self) -> Any:
        """The value typed, None where there is none; RuleViolation where it is not understood."""
        raise NotImplementedError

    def set_invalid(self, invalid: bool) -> None:
        self.focus.setProperty("invalid", invalid)
        restyle(self.focus)

    def not_understood(self) -> RuleViolation:
        return RuleViolation(_EXPECTED.get(self.spec.kind, "field.malformed"), label=self.spec.label)
