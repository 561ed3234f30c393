"""Asks why an order is called off."""

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from app.domain.entity import fields
from app.domain.notes import Note
from app.language import tr
from ui.acts import say
from ui.desk import Desk
from ui.forms.editors import editor_for
from ui.layout import column, row
from ui.messages import explain
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label


class ReasonDialog(QDialog):
    """The reason stays as a note on the order."""

    def __init__(self, desk: Desk, parent: QWidget, order_id: UUID) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Cancel this order?"))
        self._desk, self._order_id = desk, order_id
        self.reason = editor_for("body", fields(Note)["body"])
        self.reason.focus.setAccessibleName(tr("Reason"))
        self._problem = label("", "caption", "bad", wrap=True)
        self._problem.hide()
        self._agree = button(tr("Cancel the order"), kind="danger", clicked=self.call_off)
        keep = button(tr("Keep the order"), clicked=self.reject)
        why = label(tr("Say why; the reason stays as a note on the order."), "label", "text2", wrap=True)
        self.setLayout(
            column(
                label(tr("Cancel this order?"), "title"), why, self.reason.widget, self._problem,
                row(None, keep, self._agree), margins=(24, 20, 24, 18), spacing=12,
            )
        )  # fmt: skip
        self.setMinimumWidth(theme.px(460))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.call_off)
        self.reason.focus.setFocus()

    def call_off(self) -> None:
        if not self._agree.isEnabled():
            return
        self._agree.setEnabled(False)
        cancel = partial(self._desk.services.orders.cancel, self._order_id, self.reason.read() or "")
        self._desk.change(cancel, self._done, self._failed, self)

    def _done(self, result: object) -> None:
        self.accept()
        say(self._desk, tr("Order cancelled"))(result)

    def _failed(self, error: Exception) -> None:
        self._agree.setEnabled(True)
        self.reason.set_invalid(True)
        self._problem.setText(explain(error).text)
        self._problem.show()
        self.reason.focus.setFocus()
