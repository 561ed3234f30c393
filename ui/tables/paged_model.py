"""Rows of a list of any length, fetched in pages as they come into view.

The database counts, filters and sorts; a few pages are kept. Painting never waits: a row that has not
arrived is drawn as a placeholder, and its page is asked for in the background.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal

from ui.background import Background, Task
from ui.tables.cells import Column
from ui.tables.record_model import NO_PARENT, AnyIndex, RecordModel

R = TypeVar("R")
PAGE = 200
KEPT = 12
UNDER_WAY = 3
"""Pages asked for at once; scrolling on drops the oldest."""


@dataclass(frozen=True)
class Source(Generic[R]):
    """The two questions a list asks; both are called in a worker."""

    count: Callable[[], int]
    page: Callable[[int, int], Sequence[R]]
    """(offset, limit)"""


class PagedModel(RecordModel[R]):
    """`show_source` starts a list; `refresh` asks the same questions again, in place."""

    counted = Signal(int)
    failed = Signal(object)

    def __init__(self, background: Background, columns: Sequence[Column[R]]) -> None:
        super().__init__(columns)
        self._background = background
        self._source: Source[R] | None = None
        self._count = 0
        self._pages: OrderedDict[int, Sequence[R]] = OrderedDict()
        self._asked: OrderedDict[int, Task] = OrderedDict()
        self._opening: Task | None = None
        # Painting marks pages as wanted; they are asked for once it is over.
        self._wanted: list[int] = []
        self._after_painting = QTimer(self, singleShot=True, interval=0)
        self._after_painting.timeout.connect(self._ask)

    def show_source(self, source: Source[R]) -> None:
        """Show another list; the rows shown stay until its first page is there."""
        self._source = source
        self._open(source, first=0)

    def refresh(self) -> None:
        """Something changed: count again, and fetch again what is in view."""
        if self._source:
            newest = next(reversed(self._pages), 0)
            self._open(self._source, first=newest)

    def row_at(self, position: int) -> R | None:
        number, offset = divmod(position, PAGE)
        page = self._pages.get(number)
        if page is None:
            if number not in self._asked and number not in self._wanted:
                self._wanted.append(number)
                self._after_painting.start()
            return None
        self._pages.move_to_end(number)
        return page[offset] if offset < len(page) else None

    def rowCount(self, parent: AnyIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else self._count

    def _open(self, source: Source[R], first: int) -> None:
        if self._opening:
            self._opening.cancel()
        self._drop_questions()

        def question() -> tuple[int, int, Sequence[R]]:
            count = source.count()
            number = min(first, max(0, count - 1) // PAGE)
            return count, number, source.page(number * PAGE, PAGE)

        self._opening = self._background.read(question, self._opened, self._not_opened)

    def _opened(self, answer: tuple[int, int, Sequence[R]]) -> None:
        count, number, page = answer
        self._drop_questions()
        if count == self._count:  # the same rows with other contents: selection and scrolling stay
            self._pages = OrderedDict({number: page})
            last = self.index(count - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.beginResetModel()
            self._count, self._pages = count, OrderedDict({number: page})
            self.endResetModel()
        self.counted.emit(count)

    def _not_opened(self, error: Exception) -> None:
        self.failed.emit(error)

    def _ask(self) -> None:
        source = self._source
        if source is None:
            return
        for number in self._wanted[-UNDER_WAY:]:
            question = partial(_page_of, source, number)
            self._asked[number] = self._background.read(question, self._arrived, self._not_opened)
        self._wanted.clear()
        while len(self._asked) > UNDER_WAY:
            self._asked.popitem(last=False)[1].cancel()

    def _arrived(self, answer: tuple[int, Sequence[R]]) -> None:
        number, page = answer
        self._asked.pop(number, None)
        self._pages[number] = page
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        first = self.index(number * PAGE, 0)
        last = self.index(min(self._count, (number + 1) * PAGE) - 1, len(self.columns) - 1)
        self.dataChanged.emit(first, last, [Qt.ItemDataRole.DisplayRole])

    def _drop_questions(self) -> None:
        for task in self._asked.values():
            task.cancel()
        self._asked.clear()
        self._wanted.clear()


def _page_of(source: Source[R], number: int) -> tuple[int, Sequence[R]]:
    return number, source.page(number * PAGE, PAGE)
