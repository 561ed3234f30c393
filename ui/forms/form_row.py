"""One field in a form: its label, its editor, whether it was changed, and what is wrong with it."""

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.domain.fields import Kind
from app.language import tr
from ui.forms.editor import Editor
from ui.layout import column, row
from ui.widgets.labels import label

_OWN_LABEL = (Kind.FLAG,)


class FormRow(QObject):
    """`shown` is what the editor read back right after showing a value; other values are changes."""

    def __init__(self, name: str, editor: Editor, *, required: bool) -> None:
        super().__init__(editor.widget)
        self.name, self.editor, self.required = name, editor, required
        self._shown: Any = None
        text = tr(editor.spec.label)
        self._label = label(text, "label", "text2")
        self._label.setBuddy(editor.focus)
        editor.focus.setAccessibleName(text)
        self._changed = label("●", "badge", "accent")
        self._changed.setToolTip(tr("Changed"))
        self._changed.hide()
        self._error = label("", "caption", "bad", wrap=True)
        self._error.hide()

    def layout(self) -> QBoxLayout:
        """The parts as one block for a form's grid."""
        marks = [label("*", "label", "bad")] if self.required else []
        own_label = self.editor.spec.kind in _OWN_LABEL
        head = row(*([] if own_label else [self._label, *marks]), self._changed, None, spacing=4)
        return column(head, *self._beside(), self._error, spacing=3)

    def _beside(self) -> list[QWidget]:
        return [self.editor.widget]

    def show(self, value: Any, title: str | None = None) -> None:
        self.editor.show(value, title)
        self.set_baseline()
        self.show_error("")

    def set_baseline(self) -> None:
        """What is typed now counts as unchanged."""
        self._shown = self.editor.read()
        self.refresh()

    @property
    def is_changed(self) -> bool:
        try:
            return bool(self.editor.read() != self._shown)
        except Exception:  # not understood is certainly not what was shown
            return True

    def refresh(self) -> None:
        changed = self.is_changed
        self._changed.setVisible(changed)
        text = tr(self.editor.spec.label)
        self.editor.focus.setAccessibleName(tr("{label}, changed", label=text) if changed else text)

    def show_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.editor.set_invalid(bool(text))
        self.editor.focus.setAccessibleDescription(text)
