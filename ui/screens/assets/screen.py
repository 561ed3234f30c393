"""The machines page: the list beside the machine chosen in it."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.assets import AsBuiltItem, Asset, AssetStatus, PartReplacement
from app.domain.conflicts import Conflict
from app.domain.entity import fields
from app.domain.notes import Attachment, Note
from app.domain.service_orders import ServiceOrder, ServiceRequest
from app.language import tr
from app.queries.asset_card import AssetCard
from app.queries.assets import AssetFilter, AssetRow, AssetSort
from ui.desk import Desk
from ui.forms.form_dialog import FormDialog
from ui.layout import column
from ui.messages import explain
from ui.screen import Screen
from ui.screens.assets.card import AssetView
from ui.tables import columns
from ui.tables.cells import RecordLine
from ui.tables.export import export_list
from ui.tables.list_pane import Empty, ListPane, ListSpec
from ui.tables.narrowing import options_of
from ui.tables.paged_model import Source
from ui.widgets.buttons import Choice
from ui.widgets.master_detail import MasterDetail
from ui.widgets.states import StateStack

_SORTS = {sort.value: sort for sort in AssetSort}


class AssetsScreen(Screen):
    """Opens machines."""

    watches = (Asset, AsBuiltItem, PartReplacement, ServiceOrder, ServiceRequest, Note, Attachment, Conflict)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._id: UUID | None = None
        self._list = ListPane(desk.background, self._spec())
        self._view = AssetView(desk)
        self._detail = StateStack(self._view)
        self._halves = MasterDetail(self._list, self._detail)
        self._list.chosen.connect(self._chosen)
        self._list.opened.connect(self._opened)
        self._list.filled.connect(self._begin)
        self.setLayout(column(self._halves, spacing=0))
        self._detail.show_empty(tr("No machine chosen"), tr("Choose one in the list, or search with Ctrl+K."))

    def reload(self) -> None:
        self._list.load() if self._id is None else self._list.refresh()
        if self._id is not None:
            self._load(self._id)

    def open_record(self, entity: str, row_id: UUID) -> None:
        self._list.mark(row_id)
        self._load(row_id)
        self._halves.show_detail()

    def create_record(self, entity: str, preset: dict[str, Any]) -> None:
        def opened(result: tuple[UUID, Any]) -> None:
            self.desk.open("asset", result[0])

        create = partial(self.desk.services.records.create, Asset)
        FormDialog(self.desk, self, Asset, tr("New machine"), create, only=_form(preset), preset=preset,
                   then=opened).open()  # fmt: skip

    def go_back(self) -> None:
        self._halves.show_master()

    def _begin(self) -> None:
        if self._id is None and not self._halves.narrow:
            self._list.choose_first()

    def _chosen(self, found: AssetRow) -> None:
        """In a narrow window the record takes the list's place, which arrow keys alone must not do."""
        if not self._halves.narrow:
            self._opened(found)

    def _opened(self, found: AssetRow) -> None:
        if found.id != self._id:
            self._load(found.id)
        self._halves.show_detail()

    def _load(self, asset_id: UUID) -> None:
        if asset_id != self._id:
            self._id = asset_id
            self._detail.show_loading()
        self.desk.read(partial(self.desk.queries.asset_card, asset_id), self._show, self._failed, self)

    def _show(self, card: AssetCard | None) -> None:
        if card is None:
            self._id = None
            words = tr("It was deleted, or its customer belongs to another territory now.")
            self._detail.show_empty(tr("This machine is no longer on this computer"), words)
        elif card.row.id == self._id:
            self._view.show_card(card)
            self._detail.show_content()

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._detail.show_error(message.title, message.text, self.reload)

    def _spec(self) -> ListSpec[AssetRow]:
        create = Choice(tr("New machine"), partial(self.create_record, "asset", {}))
        return ListSpec(
            title=tr("Machines"),
            line=asset_line,
            filters=(
                ("all", tr("All")),
                ("in_warranty", tr("In warranty")),
                ("warranty_ending", tr("Warranty ends soon")),
                ("unsynced", tr("To sync")),
            ),
            sorts=tuple((sort.value, tr(sort.label)) for sort in AssetSort),
            source=self._source,
            search_hint=tr("Name, serial number, maker"),
            empty={"all": Empty(tr("No machines on this computer yet"), create)},
            create=(create,),
            narrowings=(options_of("status", tr(fields(Asset)["status"].label), AssetStatus),),
            export=partial(export_list, self.desk, self, Asset, tr("Machines")),
        )

    def _source(self, text: str, chosen: str, sort: str, narrowed: Mapping[str, Any]) -> Source[AssetRow]:
        wanted = AssetFilter(
            text=text,
            in_warranty=chosen == "in_warranty",
            warranty_ending=chosen == "warranty_ending",
            unsynced=chosen == "unsynced",
            **narrowed,
        )
        assets = self.desk.queries.assets
        return Source(
            partial(assets.count, wanted),
            lambda offset, limit: assets.page(wanted, _SORTS[sort], offset, limit),
        )


def asset_line(machine: AssetRow) -> RecordLine:
    """Two lines of the list."""
    warranty = columns.warranty(machine)
    return RecordLine(
        title=machine.name,
        subline=" · ".join(part for part in (machine.serial_no, machine.customer_name) if part),
        chip=(warranty.text, warranty.tone) if warranty.tone else None,
        mark=machine.mark.value,
        icon="cpu",
    )


def _form(preset: dict[str, Any]) -> list[str]:
    """The customer is asked for where none is given."""
    return [name for name in fields(Asset) if name not in preset]
