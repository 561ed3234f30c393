"""One machine: what it is, what is built in (today or at any date), and what was done to it."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QStackedWidget, QTabBar, QWidget

from app.domain.assets import AsBuiltItem, Asset, AssetStatus
from app.language import tr
from app.queries.asset_card import AsBuiltRow, AssetCard, ReplacementRow
from ui.desk import Desk
from ui.formats import moment, number
from ui.forms.edit_record import edit_record
from ui.forms.form_dialog import FormDialog
from ui.kept_files import KeptFiles
from ui.layout import column, scrolled
from ui.screens.assets.facts import FactsCard
from ui.tables import columns
from ui.tables.cells import Cell, Column
from ui.tables.data_table import CardTable
from ui.tables.files_table import FilesTable
from ui.tables.rows_model import RowsModel
from ui.theme import theme
from ui.widgets.buttons import Choice, button, menu_button
from ui.widgets.labels import label
from ui.widgets.record_header import RecordHeader

_TONES = {AssetStatus.RUNNING: "ok", AssetStatus.FAULTY: "bad", AssetStatus.IN_MAINTENANCE: "accent"}
MOST = 12


class AssetView(QWidget):
    """`show_card` fills it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._card: AssetCard | None = None
        self._models: list[tuple[RowsModel[Any], Callable[[AssetCard], Sequence[Any]]]] = []
        more = menu_button("", "ellipsis", self._more(), tip=tr("More"))
        request = button(tr("New request"), "inbox", clicked=partial(self._begin, "service_request"))
        order = button(tr("New order"), "clipboard-list", clicked=partial(self._begin, "service_order"))
        self._header = RecordHeader("cpu", request, order, more)
        self._facts = FactsCard(self._edit)
        self._tabs, self._pages = QTabBar(), QStackedWidget()
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName(tr("Parts of the machine"))
        for title, page in self._build_pages():
            self._tabs.addTab(title)
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        content = QWidget()
        content.setObjectName("page")
        content.setLayout(
            column(self._header, self._tabs, (self._pages, 1), margins=(24, 18, 24, 20), spacing=12)
        )
        self.setLayout(column(scrolled(content), spacing=0))

    def show_card(self, card: AssetCard) -> None:
        """Fill every part; for the same machine the tab in front stays, and what has not changed."""
        if card == self._card:
            return
        if self._card is None or self._card.row.id != card.row.id:
            self._tabs.setCurrentIndex(0)
        self._card = card
        machine = card.row
        chips = [(tr(machine.status.label), _TONES.get(machine.status, "neutral"))]
        warranty = columns.warranty(machine)
        if warranty.tone:
            chips.append((f"{tr('Warranty')} {warranty.text}", warranty.tone))
        facts = [
            ("tag", machine.serial_no or ""),
            ("building-2", machine.customer_name),
        ]
        self._header.show_record(machine.name, chips, facts)
        self._facts.show_card(card)
        for model, rows in self._models:
            model.show_rows(rows(card))
        self._files.show_files(card.files)
        self._day.setDate(QDate.currentDate())

    def _build_pages(self) -> list[tuple[str, QWidget]]:
        orders = self._table(tr("Service orders"), columns.orders(), lambda c: c.orders, "service_order")
        requests = self._table(
            tr("Service requests"), columns.requests(), lambda c: c.requests, "service_request"
        )
        replaced = self._table(tr("Replaced parts"), _replacement_columns(), lambda c: c.replacements)
        parts = self._table(
            tr("Machines that are part of it"), columns.machines(), lambda c: c.parts_of_it, "asset"
        )
        notes = self._table(tr("Notes"), columns.notes(), lambda c: c.notes)
        self._files = FilesTable(self._desk, KeptFiles(self._desk, self), most=MOST)
        return [
            (tr("Overview"), _page(self._facts, parts)),
            (tr("As built"), _page(self._configuration(), replaced)),
            (tr("Service history"), _page(orders, requests)),
            (tr("Notes and files"), _page(notes, self._files)),
        ]

    def _configuration(self) -> QWidget:
        self._day = QDateEdit(QDate.currentDate())
        self._day.setCalendarPopup(True)
        self._day.setDisplayFormat("yyyy-MM-dd")
        self._day.setMaximumDate(QDate.currentDate())
        self._day.setAccessibleName(tr("Configuration on"))
        self._day.dateChanged.connect(self._travel)
        add = button(tr("Add"), "plus", "link", clicked=self._add_part)
        card = self._table(tr("Built in"), _as_built_columns(), lambda c: c.as_built, None,
                           label(tr("Configuration on"), "label", "text2"), self._day, add)  # fmt: skip
        card.table.opened.connect(lambda found: edit_record(self._desk, self, AsBuiltItem, found.id))
        return card

    def _travel(self, day: QDate) -> None:
        """The parts that were built in at the end of that day."""
        if self._card is None:
            return
        on = date(day.year(), day.month(), day.day())
        built_in = next(model for model, rows in self._models if rows(self._card) is self._card.as_built)
        ask = partial(self._desk.queries.configuration, self._card.row.id, on)
        self._desk.read(ask, built_in.show_rows, self._desk.fail, self)

    def _table(
        self,
        title: str,
        shown: list[Column[Any]],
        rows: Callable[[AssetCard], Sequence[Any]],
        opens: str | None = None,
        *actions: QWidget,
    ) -> CardTable:
        model: RowsModel[Any] = RowsModel(shown)
        self._models.append((model, rows))
        card = CardTable(title, model, *actions, most=MOST)
        if opens:
            card.table.opened.connect(lambda found: self._desk.open(opens, found.id))
        return card

    def _more(self) -> list[Choice]:
        return [
            Choice(tr("Edit"), self._edit, "pencil"),
            Choice(tr("Show the customer"), self._open_customer, "building-2"),
            Choice(tr("Add a built-in part"), self._add_part, "plus"),
            Choice(tr("Move to another customer"), self._sell, "factory"),
        ]

    def _begin(self, entity: str) -> None:
        if self._card:
            self._desk.create(entity, customer_id=self._card.row.customer_id, asset_id=self._card.row.id)

    def _edit(self) -> None:
        if self._card:
            edit_record(self._desk, self, Asset, self._card.row.id)

    def _open_customer(self) -> None:
        if self._card:
            self._desk.open("customer", self._card.row.customer_id)

    def _sell(self) -> None:
        """Orders, notes and files stay where they were made."""
        if self._card is None:
            return
        asset_id = self._card.row.id
        FormDialog(
            self._desk,
            self,
            Asset,
            tr("Move to another customer"),
            lambda said: self._desk.services.assets.sell(asset_id, said["customer_id"]),
            only=["customer_id"],
            preset={},
            then=lambda _: self._desk.toast(tr("The machine is with its new customer")),
        ).open()

    def _add_part(self) -> None:
        if self._card is None:
            return
        create = partial(self._desk.services.records.create, AsBuiltItem)
        preset = {"asset_id": self._card.row.id}
        FormDialog(self._desk, self, AsBuiltItem, tr("Add a built-in part"), create, preset=preset).open()


def _as_built_columns() -> list[Column[AsBuiltRow]]:
    return [
        Column(tr("Position"), lambda r: r.position or "–", 110),
        Column(tr("Description"), lambda r: Cell(r.description, r.part_code or "", mark=r.mark.value)),
        Column(tr("Serial number"), lambda r: r.serial_no or "–", 160),
        Column(
            tr("Quantity"), lambda r: number(r.amount) if r.amount is not None else "–", 90, align_right=True
        ),
    ]


def _replacement_columns() -> list[Column[ReplacementRow]]:
    return [
        Column(tr("Replaced"), lambda r: moment(r.replaced_at), 150),
        Column(tr("Part"), lambda r: Cell(r.description or "–", r.cause or "", mark=r.mark.value)),
        Column(tr("Old → new"), lambda r: f"{r.old_serial_no or '–'} → {r.new_serial_no or '–'}", 240),
        Column(tr("Order"), lambda r: r.order_number or "–", 170),
    ]


def _page(*cards: QWidget) -> QWidget:
    page = QWidget()
    page.setLayout(column(*cards, None, spacing=12))
    page.setMinimumWidth(theme.px(400))
    return page
