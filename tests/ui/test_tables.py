"""A list of any length opens at once, scrolls without waiting, and is used from the keyboard."""

import threading

import pytest
from PySide6.QtCore import Qt

from app.language import tr
from ui.tables.cells import Cell, Column, RecordLine
from ui.tables.data_table import CardTable, DataTable
from ui.tables.paged_model import KEPT, PAGE, PagedModel, Source
from ui.tables.record_list import RecordList
from ui.tables.record_model import VALUE
from ui.tables.rows_model import RowsModel
from ui.widgets.search_field import SearchField

MANY = 100_000
LINE = Column("", lambda number: RecordLine(f"客户 {number}", "苏州", mark="unsynced", avatar="客"))


class Asked:
    """A source that remembers which pages it was asked for."""

    def __init__(self, count: int = MANY) -> None:
        self.count, self.pages, self.threads = count, [], set()

    def source(self) -> Source:
        return Source(lambda: self.count, self.page)

    def page(self, offset: int, limit: int) -> list[int]:
        self.pages.append(offset)
        self.threads.add(threading.get_ident())
        return list(range(offset, min(self.count, offset + limit)))


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def model(qtbot, background, asked) -> PagedModel:
    made = PagedModel(background, [LINE])
    with qtbot.waitSignal(made.counted):
        made.show_source(asked.source())
    return made


@pytest.fixture
def view(qtbot, model) -> RecordList:
    made = RecordList(model, "客户")
    qtbot.addWidget(made)
    made.resize(372, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_a_long_list_asks_for_one_page_only(view, asked):
    view.grab()

    assert view.model().rowCount() == MANY
    assert asked.pages == [0]


def test_no_query_runs_in_the_ui_thread(qtbot, view, asked):
    view.scrollToBottom()
    view.grab()
    qtbot.waitUntil(lambda: len(asked.pages) > 1)

    assert threading.get_ident() not in asked.threads


def test_a_row_on_the_way_is_a_placeholder_first(qtbot, model, asked):
    index = model.index(MANY - 1, 0)

    assert index.data(VALUE) is None
    qtbot.waitUntil(lambda: index.data(VALUE) is not None)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"客户 {MANY - 1}, 苏州, {tr('To sync')}"


def test_memory_stays_bounded_however_far_one_scrolls(qtbot, model, asked):
    for number in range(KEPT * 3):
        model.row_at(number * PAGE)
        qtbot.waitUntil(lambda number=number: model.row_at(number * PAGE) is not None)

    assert len(model._pages) <= KEPT


def test_a_refresh_with_the_same_rows_keeps_the_choice(qtbot, view, model, asked):
    view.setCurrentIndex(model.index(5, 0))

    with qtbot.waitSignal(model.counted):
        model.refresh()

    assert view.current_row() == 5


def test_an_error_of_the_source_is_announced(qtbot, background):
    made = PagedModel(background, [LINE])

    with qtbot.waitSignal(made.failed) as failed:
        made.show_source(Source(lambda: 1 // 0, lambda offset, limit: []))

    assert isinstance(failed.args[0], ZeroDivisionError)


def test_another_list_replaces_what_was_asked_before(qtbot, background):
    made = PagedModel(background, [LINE])
    made.show_source(Asked(10).source())
    made.show_source(Asked(3).source())
    qtbot.waitUntil(lambda: made.rowCount() > 0)
    qtbot.waitUntil(lambda: not background.busy)

    assert made.rowCount() == 3


def test_the_list_is_used_from_the_keyboard(qtbot, view):
    view.setFocus()
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)

    assert chosen.args == opened.args == [0] or chosen.args == opened.args == [1]


def test_typing_in_the_list_searches(qtbot, view):
    field = SearchField("filter")
    qtbot.addWidget(field)
    field.show()
    view.search_with(field)

    qtbot.keyClick(view, Qt.Key.Key_H)

    assert field.text() == "h"


def test_the_search_field_waits_for_a_pause(qtbot):
    field = SearchField("filter")
    qtbot.addWidget(field)
    heard: list[str] = []
    field.searched.connect(heard.append)

    qtbot.keyClicks(field, "heng")
    qtbot.waitUntil(lambda: bool(heard))

    assert heard == ["heng"]


def test_choosing_by_the_program_is_not_announced(qtbot, view):
    view.chosen.connect(lambda row: pytest.fail("announced"))

    view.select_position(3)

    assert view.current_row() == 3


@pytest.fixture
def rows() -> RowsModel:
    made = RowsModel(
        [
            Column("设备", lambda row: Cell(row[0], "VMX-1"), sort="name"),
            Column("状态", lambda row: Cell(row[1], tone="ok"), 90, sort="state", order=lambda row: row[2]),
        ]
    )
    made.show_rows([("B", "正常", 2), ("A", "停用", None), ("C", "报修", 1)])
    return made


def test_a_header_sorts_rows_in_memory(qtbot, rows):
    table = DataTable(rows, "设备")
    qtbot.addWidget(table)

    table.horizontalHeader().setSortIndicator(0, Qt.SortOrder.AscendingOrder)
    assert [row[0] for row in rows.rows()] == ["A", "B", "C"]

    table.horizontalHeader().setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    assert [row[0] for row in rows.rows()] == ["B", "C", "A"]  # unknown values come last


def test_a_header_asks_the_database_to_sort_a_long_list(qtbot, background):
    table = DataTable(PagedModel(background, [Column("Name", str, sort="name")]), "x")
    qtbot.addWidget(table)

    with qtbot.waitSignal(table.sort_asked) as asked:
        table.horizontalHeader().setSortIndicator(0, Qt.SortOrder.DescendingOrder)

    assert asked.args == ["name", True]


def test_a_card_is_as_high_as_its_rows(qtbot, rows):
    card = CardTable("设备", rows)
    qtbot.addWidget(card)
    three = card.table.height()

    rows.show_rows([])

    assert card.table.height() < three
