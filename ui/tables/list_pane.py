"""The left half of a page: title with count, filters, a search line, an order, and the list itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from app.language import tr
from ui.background import Background
from ui.layout import column, row
from ui.messages import explain
from ui.tables.cells import Column, RecordLine
from ui.tables.choice_menu import tick_one
from ui.tables.narrowing import Narrowing, NarrowingChips
from ui.tables.paged_model import PAGE, PagedModel, Source
from ui.tables.record_list import RecordList
from ui.widgets.buttons import Choice, button, menu_button
from ui.widgets.filter_chips import FilterChips
from ui.widgets.labels import label
from ui.widgets.search_field import SearchField
from ui.widgets.states import StateStack

R = TypeVar("R")


@dataclass(frozen=True)
class Empty:
    """What stands where there are no records, and the way to begin one."""

    text: str
    create: Choice


@dataclass(frozen=True)
class ListSpec(Generic[R]):
    """What one list is about; its rows have an `id`. `filters` and `sorts` are (key, text), the first of
    each chosen at first; `source` answers for what was typed, chosen and narrowed; `create` are the ways
    to begin a record; `empty` says, by filter, what stands where that one alone finds nothing: the first
    of these filters keeps nothing back. `export` takes away the list as it is shown."""

    title: str
    line: Callable[[R], RecordLine]
    filters: Sequence[tuple[str, str]]
    sorts: Sequence[tuple[str, str]]
    source: Callable[[str, str, str, Mapping[str, Any]], Source[R]]
    search_hint: str
    empty: Mapping[str, Empty]
    create: Sequence[Choice]
    narrowings: Sequence[Narrowing] = ()
    export: Callable[[Source[R]], object] | None = None


class ListPane(QWidget):
    """`chosen(row)` when another record is current, `opened(row)` when one is clicked or Enter pressed;
    `filled` when the rows of a list are there."""

    chosen = Signal(object)
    opened = Signal(object)
    filled = Signal()

    def __init__(self, background: Background, spec: ListSpec[Any]) -> None:
        super().__init__()
        self._spec = spec
        self._sort = spec.sorts[0][0] if spec.sorts else ""
        self._shown: UUID | None = None
        self._model: PagedModel[Any] = PagedModel(background, [Column(spec.title, spec.line)])
        self._list = RecordList(self._model, spec.title)
        self._count = label("", "label", "text3")
        self.search = SearchField(spec.search_hint)
        self.filters = FilterChips(spec.filters, tr("Filter"))
        self.narrowing = NarrowingChips(spec.narrowings)
        self.narrowing.changed.connect(self.load)
        self._stack = StateStack(self._list)
        top = column(
            self._head(), self.search, self.filters, self.narrowing, margins=(16, 14, 12, 8), spacing=10
        )
        self.setLayout(column(top, (self._stack, 1), spacing=0))
        self._list.search_with(self.search)
        self._list.chosen.connect(self._choose)
        self._list.opened.connect(self.opened)
        self._list.clicked.connect(lambda _: self.opened.emit(self._list.current_row()))
        self._model.counted.connect(self._counted)
        self._model.failed.connect(self._failed)
        self.search.searched.connect(lambda _: self.load())
        self.filters.chosen.connect(lambda _: self.load())

    def load(self) -> None:
        """Ask for the list as it is wanted now."""
        if not self._model.rowCount():
            self._stack.show_loading()
        self._model.show_source(self._source())

    def refresh(self) -> None:
        """Something changed; place and choice stay."""
        self._model.refresh()

    def mark(self, row_id: UUID | None) -> None:
        """The page shows this record: its row is marked, if it is among the first."""
        self._shown = row_id
        current = self._list.current_row()
        if current is None or current.id != row_id:
            first = (self._model.row_at(place) for place in range(min(self._model.rowCount(), PAGE)))
            places = (place for place, row in enumerate(first) if row is not None and row.id == row_id)
            self._list.select_position(next(places, -1))

    def choose_first(self) -> None:
        """Begin with the first record of the list."""
        if self._model.rowCount():
            self._list.setCurrentIndex(self._model.index(0, 0))

    def _head(self) -> QHBoxLayout:
        spec = self._spec
        bottom = Qt.AlignmentFlag.AlignBottom
        head = row(label(spec.title, "title"), (self._count, 0, bottom), None, spacing=4)
        if spec.narrowings:
            head.addWidget(self.narrowing.button)
        if spec.sorts:
            self._sorting = button("", "arrow-up-down", "ghost", tip=tr("Sort"))
            self._sorting.setMenu(QMenu(self._sorting))
            tick_one(self._sorting.menu(), spec.sorts, self._sort, self._order)
            head.addWidget(self._sorting)
        if spec.export:
            head.addWidget(button("", "file-down", "ghost", tip=tr("Export this list"), clicked=self._export))
        head.addWidget(_begin(spec.create))
        return head

    def _source(self) -> Source[Any]:
        spec = self._spec
        return spec.source(self.search.text(), self.filters.current, self._sort, self.narrowing.chosen)

    def _export(self) -> None:
        if self._spec.export:
            self._spec.export(self._source())

    def _order(self, key: str) -> None:
        self._sort = key
        self.load()

    def _counted(self, count: int) -> None:
        self._count.setText(f"{count:,}")
        if count:
            self._stack.show_content()
            self.mark(self._shown)
            self.filled.emit()
        else:
            self._show_empty()

    def _show_empty(self) -> None:
        """Say what keeps the records back, and offer to take it away; if nothing does, to begin one."""
        typed, chosen, empty = self.search.text().strip(), self.filters.current, self._spec.empty
        if typed:
            words = tr("Nothing found for “{text}”", text=typed)
            self._stack.show_empty(words, "", tr("Clear the search"), self.search.clear)
        elif self.narrowing.chosen:
            self._stack.show_empty(tr("Nothing matches"), "", tr("Show all"), self._widen)
        elif chosen in empty:
            begin = empty[chosen].create
            self._stack.show_empty(empty[chosen].text, "", begin.text, begin.chosen)
        else:
            words = tr("Nothing under “{filter}”", filter=dict(self._spec.filters)[chosen])
            self._stack.show_empty(words, "", tr("Show all"), partial(self.filters.choose, next(iter(empty))))

    def _widen(self) -> None:
        self.narrowing.reset()
        self.load()

    def _choose(self, found: Any) -> None:
        self._shown = found.id
        self.chosen.emit(found)

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, self.load)


def _begin(ways: Sequence[Choice]) -> QPushButton:
    """A click where there is one way to begin, else a menu."""
    if len(ways) == 1:
        return button("", "plus", "ghost", tip=ways[0].text, clicked=ways[0].chosen)
    return menu_button("", "plus", ways, "ghost", tip=tr("Create"))
