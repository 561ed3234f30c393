"""One service order: how far it is, what is to be done, what was recorded, and what can be done with it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.language import tr
from app.queries.order_card import OrderCard
from ui.background import Task
from ui.desk import Desk
from ui.dialogs import ask_to_discard
from ui.layout import column, row, scroll_page
from ui.messages import explain
from ui.screens.orders.bookings import Bookings
from ui.screens.orders.checklist import Checklist
from ui.screens.orders.facts import FactsCard
from ui.screens.orders.files import FilesCard
from ui.screens.orders.head import OrderHead
from ui.screens.orders.history import HistoryCard
from ui.screens.orders.sign_dialog import SignDialog
from ui.screens.orders.sign_off_card import SignOffCard
from ui.screens.orders.steps import StepsCard
from ui.screens.orders.texts import FindingsCard
from ui.widgets.states import StateStack


class OrderView(QWidget):
    """Loads an order and hands it to its parts; files may be dropped anywhere on it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._order_id: UUID | None = None
        self._card: OrderCard | None = None
        self._asking: Task | None = None
        self._head = OrderHead(desk)
        self._steps = StepsCard(desk)
        self._steps.sign_asked.connect(self._sign)
        self.findings = FindingsCard(desk)
        self._files = FilesCard(desk)
        self._checklist, self._bookings = Checklist(desk), Bookings(desk)
        self._facts, self._history = FactsCard(desk), HistoryCard(desk)
        self._signed = SignOffCard()
        left = column(self._signed, self._checklist, self.findings, self._bookings, None, spacing=12)
        right = column(self._facts, self._files, self._history, None, spacing=12)
        page = column(
            self._head,
            self._steps,
            row((left, 5), (right, 3), spacing=12),
            None,
            margins=(24, 18, 24, 24),
            spacing=12,
        )
        self._area = scroll_page(page)
        self._stack = StateStack(self._area)
        self.setLayout(column(self._stack, spacing=0))
        self.setAcceptDrops(True)

    @property
    def order_id(self) -> UUID | None:
        return self._order_id

    def show_order(self, order_id: UUID) -> None:
        """Load another order; what was typed on the one before has been settled."""
        self._order_id, self._card = order_id, None
        self._area.verticalScrollBar().setValue(0)
        self._stack.show_loading()
        self.reload()

    def reload(self) -> None:
        if self._order_id is None:
            return
        if self._asking:
            self._asking.cancel()
        ask = partial(self._desk.queries.order_card, self._order_id)
        self._asking = self._desk.read(ask, self._show, self._failed)

    def settle(self, then: Callable[[], object], kept: Callable[[], object]) -> None:
        """Go on at once, or ask first where texts were typed and not saved; `kept` if they are to stay."""
        if not self.findings.is_dirty:
            then()
            return

        def discard() -> None:
            self.findings.discard()
            then()

        ask_to_discard(self.window(), tr("Findings and remedy have not been saved."), discard, kept)

    def _show(self, card: OrderCard | None) -> None:
        self._card = card
        if card is None:
            words = tr("This order is not on this computer")
            self._stack.show_empty(words, tr("It was deleted, or its customer is with someone else now."))
            return
        for part in (
            self._head, self._steps, self._checklist, self.findings, self._bookings, self._facts,
            self._files, self._history, self._signed,
        ):  # fmt: skip
            part.show_card(card)
        self._stack.show_content()

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, self.reload)

    def _sign(self) -> None:
        """What is typed and not saved would be missing under the signature."""
        if self._card is None:
            return
        if self.findings.is_dirty:
            self._desk.toast(tr("Save findings and remedy first"))
            self.findings.form.focus_field()
            return
        dialog = SignDialog(self._desk, self.window(), self._card)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._card is not None and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self._files.add_files(paths)
        event.acceptProposedAction()
