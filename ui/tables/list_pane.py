"""The left half of a page: title with count, filters, a search line, an order, and the list itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.language import tr
from ui.background import Background
from ui.layout import column, row
from ui.messages import explain
from ui.tables.cells import Column, RecordLine
from ui.tables.choice_menu import tick_one
from ui.tables.narrowing import Narrowing, NarrowingChips
from ui.tables.paged_model import PagedModel, Source
from ui.tables.record_list import RecordList
from ui.widgets.buttons import button
from ui.widgets.filter_chips import FilterChips
from ui.widgets.labels import label
from ui.widgets.search_field import SearchField
from ui.widgets.states import StateStack

R = TypeVar("R")


@dataclass(frozen=True)
class ListSpec(Generic[R]):
    """What one list is about. `filters` and `sorts` are (key, text), the first of each chosen at first;
    `source` answers for what was typed, chosen and narrowed; `create` begins a record from the empty
    list; `export` takes away the list as it is shown."""

    title: str
    line: Callable[[R], RecordLine]
    filters: Sequence[tuple[str, str]]
    sorts: Sequence[tuple[str, str]]
    source: Callable[[str, str, str, Mapping[str, Any]], Source[R]]
    search_hint: str
    nothing_yet: str
    create_words: str = ""
    create: Callable[[], object] | None = None
    narrowings: Sequence[Narrowing] = ()
    export: Callable[[Source[R]], object] | None = None


class ListPane(QWidget):
    """`chosen(row)` when another record is current; `filled` when the rows of a list are there."""

    chosen = Signal(object)
    filled = Signal()

    def __init__(self, background: Background, spec: ListSpec[Any]) -> None:
        super().__init__()
        self._spec = spec
        self._sort = spec.sorts[0][0] if spec.sorts else ""
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
        self._list.chosen.connect(self.chosen)
        self._list.opened.connect(self.chosen)
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

    def clear_choice(self) -> None:
        """The page shows a record that was not chosen here."""
        self._list.clear_choice()

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
        if spec.create:
            head.addWidget(button("", "plus", "ghost", tip=spec.create_words, clicked=spec.create))
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
            self.filled.emit()
        elif self._is_narrowed():
            self._stack.show_empty(tr("Nothing matches"), "", tr("Show all"), self._show_all)
        else:
            spec = self._spec
            self._stack.show_empty(spec.nothing_yet, "", spec.create_words, spec.create)

    def _is_narrowed(self) -> bool:
        everything = self.filters.current == self._spec.filters[0][0]
        return bool(self.search.text() or self.narrowing.chosen or not everything)

    def _show_all(self) -> None:
        self.search.clear()
        self.narrowing.reset()
        self.filters.choose(self._spec.filters[0][0])
        self.load()

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, self.load)
