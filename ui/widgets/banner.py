"""A line across a page that says what is the matter and offers one thing to do."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.language import tr
from ui.layout import row
from ui.widgets.buttons import button
from ui.widgets.labels import Glyph, label

_ICONS = {"warn": "triangle-alert", "bad": "circle-alert", "accent": "info", "ok": "circle-check"}
_BUTTONS = {"warn": "warn", "bad": "danger"}


class Banner(QFrame):
    """`tone` is warn, bad, accent (news) or ok."""

    dismissed = Signal()

    def __init__(
        self,
        text: str,
        tone: str = "warn",
        icon_name: str = "",
        action: str = "",
        clicked: Callable[[], object] | None = None,
        *,
        dismissable: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("notice", tone)
        self.setAccessibleName(text)
        layout = row(margins=(14, 7, 8, 7), spacing=10)
        layout.addWidget(Glyph(icon_name or _ICONS[tone], tone, 18))
        layout.addWidget(label(text, "label", wrap=True), 1)
        if action:
            layout.addWidget(button(action, None, _BUTTONS.get(tone, "default"), clicked=clicked))
        if dismissable:
            layout.addWidget(button("", "x", "ghost", tip=tr("Dismiss"), clicked=self._dismiss))
        self.setLayout(layout)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
