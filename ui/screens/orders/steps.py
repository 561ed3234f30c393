"""How far an order is, and the one thing to do next."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.changes import Changes
from app.domain.service_orders import OrderState
from app.language import msgid, tr
from app.queries.order_card import OrderCard
from app.services.orders import Orders
from ui.acts import say
from ui.desk import Desk
from ui.formats import moment
from ui.layout import row
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.stepper import Step, Stepper

Move = Callable[[Orders, UUID], Changes]
# What leads to a state: the words on the button, its icon, what is done, and what is said then.
MOVES: dict[OrderState, tuple[str, str, Move, str]] = {
    OrderState.ACCEPTED: (msgid("Accept order"), "check", Orders.accept, msgid("Order accepted")),
    OrderState.EN_ROUTE: (msgid("Set out"), "navigation", Orders.set_out, msgid("On the way")),
    OrderState.ON_SITE: (msgid("Arrived on site"), "map-pin", Orders.arrive, msgid("Arrival recorded")),
    OrderState.WORKING: (msgid("Start work"), "wrench", Orders.start_work, msgid("Work begun")),
    OrderState.COMPLETED: (
        msgid("Complete order"), "circle-check", Orders.complete, msgid("Order completed"),
    ),
}  # fmt: skip


class StepsCard(Card):
    """`sign_asked` where the next step is the customer's signature."""

    sign_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._stepper = Stepper()
        self._next: list[QWidget] = []
        self._line = row((self._stepper, 1), spacing=16)
        self.body.addLayout(self._line)

    def show_card(self, card: OrderCard) -> None:
        steps = [Step(tr(step.state.label), moment(step.at) if step.at else "") for step in card.steps]
        here = next((place for place, step in enumerate(card.steps) if step.current), None)
        if here is None:  # cancelled: the way ends where nothing more was reached
            reached = [place for place, step in enumerate(card.steps) if step.at]
            here = max(reached, default=0)
        self._stepper.show_steps(steps, here, stopped=card.row.state is OrderState.CANCELLED)
        self._show_next(card)

    def _show_next(self, card: OrderCard) -> None:
        had_focus = any(old.hasFocus() for old in self._next)
        for old in self._next:
            old.hide()
            old.deleteLater()
        self._next = []
        made = self._button(card)
        if made is None:
            return
        made.setMinimumHeight(theme.px(40))
        self._next.append(made)
        self._line.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        if had_focus:
            made.setFocus(Qt.FocusReason.OtherFocusReason)

    def _button(self, card: OrderCard) -> QWidget | None:
        if card.forward is OrderState.SIGNED:
            return button(tr("Customer signs"), "signature", "primary", clicked=self.sign_asked.emit)
        if card.forward not in MOVES:
            return None
        words, icon, move, done = MOVES[card.forward]
        return button(tr(words), icon, "primary", clicked=lambda: self._move(card.row.id, move, done))

    def _move(self, order_id: UUID, move: Move, done: str) -> None:
        for shown in self._next:
            shown.setEnabled(False)
        orders = self._desk.services.orders
        self._desk.change(lambda: move(orders, order_id), say(self._desk, tr(done)), self._refused)

    def _refused(self, error: Exception) -> None:
        for shown in self._next:
            shown.setEnabled(True)
        self._desk.fail(error)
