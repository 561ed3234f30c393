"""The customer's signature: pad, name, title and opinion."""

from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from app.domain.errors import AppError
from app.domain.service_orders import SignOff
from app.language import tr
from app.queries.order_card import OrderCard
from ui.acts import say
from ui.desk import Desk
from ui.dialogs import Question
from ui.formats import duration
from ui.forms.entity_form import EntityForm
from ui.layout import clear, column, row
from ui.messages import explain
from ui.theme import theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.signature_pad import HEIGHT, WIDTH, SignaturePad


class SignDialog(QDialog):
    """Says what is being confirmed; nothing on the order can be changed afterwards."""

    def __init__(self, desk: Desk, parent: QWidget, card: OrderCard) -> None:
        super().__init__(parent)
        self._desk, self._order_id = desk, card.row.id
        self.setWindowTitle(tr("Customer sign-off"))
        self.pad = SignaturePad()
        self.pad.setFixedSize(theme.px(WIDTH), theme.px(HEIGHT))  # the report draws it in this shape
        self.form = EntityForm(SignOff, ["signer_name", "signer_title", "opinion"])
        self.form.show_values({"signer_name": card.contact_name})
        self.form.save_asked.connect(self.sign)
        self._problem = column(spacing=0)
        self._sign = button(tr("Confirm"), "check", "primary", tip="Ctrl+Enter", clicked=self.sign)
        cancel = button(tr("Cancel"), clicked=self.reject)
        number = label(f"{card.row.number} · {card.row.subject}", "label", "text2", wrap=True)
        confirmed = label(_confirmed(card), "body", wrap=True)
        self.setLayout(
            column(
                label(tr("Customer sign-off"), "title"), number, self._problem, confirmed,
                self.pad, self.form, row(None, cancel, self._sign), margins=(24, 20, 24, 18), spacing=12,
            )
        )  # fmt: skip
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self.pad, self.sign)
        self.form.focus_field()

    def sign(self) -> None:
        """Check, then hand over; the dialog stays with the signature until it is stored."""
        if not self._sign.isEnabled() or not self.form.check():
            return
        values = self.form.values()
        self._sign.setEnabled(False)
        self._desk.change(
            partial(
                self._desk.services.orders.sign,
                self._order_id,
                values["signer_name"],
                self.pad.strokes(),
                signer_title=values["signer_title"],
                opinion=values["opinion"],
            ),
            self._signed,
            self._failed,
            self,
        )

    def reject(self) -> None:
        """A signature is not thrown away by a slip of the Escape key."""
        if self.pad.is_blank:
            super().reject()
            return
        Question(
            self,
            tr("Discard the signature?"),
            tr("The customer would have to sign again."),
            yes_words=tr("Discard"),
            no_words=tr("Keep it"),
            yes=super().reject,
            dangerous=True,
        ).open()

    def _signed(self, result: object) -> None:
        self.accept()
        say(self._desk, tr("Signed by the customer"))(result)

    def _failed(self, error: Exception) -> None:
        self._sign.setEnabled(True)
        if isinstance(error, AppError) and self.form.show_problem(error):
            return
        clear(self._problem)
        self._problem.addWidget(Banner(explain(error).text, "bad"))


def _confirmed(card: OrderCard) -> str:
    """What the customer confirms, in one line."""
    done = sum(item.done_at is not None for item in card.checklist)
    parts = (
        tr("{done} of {count} steps done", done=done, count=len(card.checklist)) if card.checklist else "",
        tr("{time} booked", time=duration(card.minutes)) if card.minutes else "",
        tr("{count} parts used", count=len(card.parts)) if card.parts else "",
    )
    return " · ".join(part for part in parts if part)
