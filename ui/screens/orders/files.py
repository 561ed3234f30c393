"""Photos and files of an order: shown small, opened large, added by a dialog or dropped on the page."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from app.language import tr
from app.queries.contacts import AttachmentRow
from app.queries.order_card import OrderCard
from ui.desk import Desk
from ui.file_signs import sign_of
from ui.formats import moment, size
from ui.kept_files import KeptFiles
from ui.record_photos import RecordPhotos
from ui.screens.orders.lines import Line, LinesCard
from ui.sync_status import FileNews
from ui.widgets.buttons import button


class FilesCard(LinesCard):
    """Photos as a strip, other files as lines below it."""

    def __init__(self, desk: Desk) -> None:
        add = button(tr("Add"), "plus", "link", tip=tr("Or drop files here"), clicked=self.ask_for_files)
        super().__init__(tr("Photos and files"), "", add)
        self._desk = desk
        self._kept = KeptFiles(desk, self)
        self._card: OrderCard | None = None
        self._strip = RecordPhotos(desk, self._kept)
        self._strip.add_requested.connect(self.ask_for_files)
        desk.sync.file.connect(self._sync_spoke)
        self.body.insertWidget(0, self._strip)

    def show_card(self, card: OrderCard) -> None:
        self._card = card
        self._strip.show_files(card.files)
        self._show_others()

    def _show_others(self) -> None:
        assert self._card is not None
        others = [file for file in self._card.files if not file.is_photo]
        self.show_lines([self._line(file) for file in others], str(len(self._card.files) or ""))

    def _sync_spoke(self, _: FileNews) -> None:
        if self._card is not None:
            self._show_others()

    def add_files(self, paths: Sequence[Path]) -> None:
        """Keep them with the order and its machine."""
        assert self._card is not None
        self._kept.add(self._card.row.customer_id, paths, **self._where())

    def ask_for_files(self) -> None:
        assert self._card is not None
        self._kept.ask(self._card.row.customer_id, **self._where())

    def _where(self) -> dict[str, UUID | None]:
        assert self._card is not None
        machine = self._card.machine
        return {"asset_id": machine.id if machine else None, "service_order_id": self._card.row.id}

    def _line(self, file: AttachmentRow) -> Line:
        sign = sign_of(file, self._desk.sync)
        added = moment(file.taken_at) if file.taken_at else ""
        return Line(
            sign.icon if sign else "file-text",
            file.file_name,
            " · ".join(part for part in (size(file.size), added, sign.words if sign else "") if part),
            mark=file.mark,
            opened=partial(self._kept.show, file),
            removed=partial(self._kept.remove, file),
        )
