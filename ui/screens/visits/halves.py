"""The calendar or a list, and the visit opened from it: beside it where there is room, else instead."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QWidget

from app.language import tr
from ui.layout import column, row
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.master_detail import MASTER_WIDTH, NARROW

CARD_WIDTH = 500


class Halves(QSplitter):
    """A `list_like` board keeps a card beside it and leaves it most of the room; any other board has
    the page to itself until a card is opened. `close_asked` when the user wants the board back."""

    close_asked = Signal()

    def __init__(self, board: QWidget, card: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._list_like = self._open = self._narrow = False
        self._close = QWidget()
        close = button(tr("Back"), "chevron-left", "ghost", tip="Esc", clicked=self.close_asked.emit)
        self._close.setLayout(row(close, None, margins=(16, 8, 12, 0)))
        self._board, self._card = QFrame(), QFrame()
        self._board.setObjectName("master")
        self._board.setLayout(column(board, spacing=0))
        self._card.setObjectName("page")
        self._card.setLayout(column(self._close, (card, 1), spacing=0))
        self.addWidget(self._board)
        self.addWidget(self._card)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._board.setMinimumWidth(theme.px(280))
        self._card.setMinimumWidth(theme.px(400))
        self._arrange()

    @property
    def narrow(self) -> bool:
        return self._narrow

    @property
    def is_open(self) -> bool:
        """Whether a card was opened."""
        return self._open

    def set_list_like(self, list_like: bool) -> None:
        if list_like != self._list_like:
            self._list_like = list_like
            self.setStretchFactor(0, 0 if list_like else 1)
            self.setStretchFactor(1, 1 if list_like else 0)
            self._share()
        self._arrange()

    def show_card(self) -> None:
        self._open = True
        self._arrange()

    def show_board(self) -> None:
        self._open = False
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    def _arrange(self) -> None:
        beside = self._list_like and not self._narrow
        hidden = self._card.isHidden()
        self._close.setVisible(not beside)
        self._card.setVisible(self._open or beside)
        self._board.setVisible(not (self._narrow and self._open))
        if hidden and not self._card.isHidden():
            self._share()

    def _share(self) -> None:
        board = theme.px(MASTER_WIDTH) if self._list_like else self.width() - theme.px(CARD_WIDTH)
        self.setSizes([board, self.width() - board])
