"""Photos and files of an order: shown small, opened large, added by a dialog or dropped on the page."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtGui import QImage

from app.language import tr
from app.queries.contacts import AttachmentRow
from app.queries.order_card import OrderCard
from ui.desk import Desk
from ui.file_signs import sign_of
from ui.formats import moment, size
from ui.kept_files import KeptFiles
from ui.screens.orders.lines import Line, LinesCard
from ui.sync_status import FileNews
from ui.widgets.buttons import button
from ui.widgets.photo_strip import Photo, PhotoStrip, thumbnail

Thumbnails = dict[str, QImage | None]


class FilesCard(LinesCard):
    """Photos as a strip, other files as lines below it."""

    def __init__(self, desk: Desk) -> None:
        add = button(tr("Add"), "plus", "link", tip=tr("Or drop files here"), clicked=self.ask_for_files)
        super().__init__(tr("Photos and files"), "", add)
        self._desk = desk
        self._kept = KeptFiles(desk, self)
        self._card: OrderCard | None = None
        self._small: Thumbnails = {}
        self._strip = PhotoStrip()
        self._strip.opened.connect(self._open)
        self._strip.add_requested.connect(self.ask_for_files)
        desk.sync.file.connect(self._sync_spoke)
        self.body.insertWidget(0, self._strip)

    def show_card(self, card: OrderCard) -> None:
        self._card = card
        others = [file for file in card.files if not file.is_photo]
        self.show_lines([self._line(file) for file in others], str(len(card.files) or ""))
        self._show_photos()
        unknown = [f for f in card.files if f.is_photo and self._small.get(f.sha256) is None]
        if unknown:
            self._desk.read(partial(_decode, self._desk.queries.file, unknown), self._decoded, owner=self)

    def _sync_spoke(self, _: FileNews) -> None:
        if self._card is not None:
            self.show_card(self._card)

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
            opened=partial(self._open, file.id),
            removed=partial(self._kept.remove, file),
        )

    def _show_photos(self) -> None:
        assert self._card is not None
        self._strip.show_photos(
            [
                Photo(f.id, f.file_name, self._small.get(f.sha256), sign_of(f, self._desk.sync))
                for f in self._card.files
                if f.is_photo
            ]
        )

    def _decoded(self, found: Thumbnails) -> None:
        self._small |= found
        if any(found.values()):
            self._show_photos()

    def _open(self, file_id: UUID) -> None:
        assert self._card is not None
        self._kept.show(next(file for file in self._card.files if file.id == file_id))


def _decode(read: Callable[[str], bytes | None], wanted: Sequence[AttachmentRow]) -> Thumbnails:
    """Runs in a worker; what is not here yet, or is no picture, stays None."""
    found: Thumbnails = {}
    for file in wanted:
        content = (read(file.thumbnail) if file.thumbnail else None) or read(file.sha256)
        found[file.sha256] = thumbnail(content) if content else None
    return found
