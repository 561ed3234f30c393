"""Photos and files of an order: shown small, opened large, added by a dialog or dropped on the page."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from app.domain.notes import BlobState
from app.language import tr
from app.queries.contacts import AttachmentRow
from app.queries.order_card import OrderCard
from ui.desk import Desk
from ui.formats import moment, size
from ui.screens.orders.acts import say
from ui.screens.orders.lines import Line, LinesCard
from ui.screens.orders.photo_dialog import PhotoDialog
from ui.widgets.buttons import button
from ui.widgets.photo_strip import Photo, PhotoStrip, thumbnail

Thumbnails = dict[str, QImage | None]


class FilesCard(LinesCard):
    """Photos as a strip, other files as lines below it."""

    def __init__(self, desk: Desk) -> None:
        add = button(tr("Add"), "plus", "link", tip=tr("Or drop files here"), clicked=self.ask_for_files)
        super().__init__(tr("Photos and files"), "", add)
        self._desk = desk
        self._card: OrderCard | None = None
        self._small: Thumbnails = {}
        self._strip = PhotoStrip()
        self._strip.opened.connect(self._open)
        self._strip.add_requested.connect(self.ask_for_files)
        self.body.insertWidget(0, self._strip)

    def show_card(self, card: OrderCard) -> None:
        self._card = card
        others = [file for file in card.files if not file.is_photo]
        self.show_lines([self._line(file) for file in others], str(len(card.files) or ""))
        self._show_photos()
        unknown = [f.sha256 for f in card.files if f.is_photo and self._small.get(f.sha256) is None]
        if unknown:
            self._desk.read(partial(_decode, self._desk.queries.file, unknown), self._decoded, owner=self)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Each is an action of its own: one that cannot be read keeps no other from being added."""
        assert self._card is not None
        row = self._card.row
        asset_id = self._card.machine.id if self._card.machine else None
        for path in paths:
            add = partial(
                self._desk.services.attachments.add,
                row.customer_id,
                path,
                asset_id=asset_id,
                service_order_id=row.id,
            )
            self._desk.change(add, say(self._desk, tr("Added: {name}", name=path.name)))

    def ask_for_files(self) -> None:
        dialog = QFileDialog(self.window(), tr("Add photos and files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _line(self, file: AttachmentRow) -> Line:
        waiting = tr("waits for upload") if file.blob is BlobState.PENDING else ""
        added = moment(file.taken_at) if file.taken_at else ""
        return Line(
            "file-text",
            file.file_name,
            " · ".join(part for part in (size(file.size), added, waiting) if part),
            mark=file.mark,
            opened=partial(self._open, file.id),
            removed=partial(self._remove, file),
        )

    def _show_photos(self) -> None:
        assert self._card is not None
        self._strip.show_photos(
            [
                Photo(f.id, f.file_name, self._small.get(f.sha256), f.blob is BlobState.PENDING)
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
        file = next(file for file in self._card.files if file.id == file_id)
        show: Callable[[bytes | None], object] = partial(self._show_file, file)
        self._desk.read(partial(self._desk.queries.file, file.sha256), show, owner=self)

    def _show_file(self, file: AttachmentRow, content: bytes | None) -> None:
        if content is None:
            self._desk.toast(tr("This file has not arrived on this computer yet"))
        elif file.is_photo:
            PhotoDialog(self.window(), file.file_name, content, partial(self._remove, file)).open()
        else:
            self._ask_where(file, content)

    def _ask_where(self, file: AttachmentRow, content: bytes) -> None:
        """Files are sealed on this computer; a copy in the open is made only where the user wants it."""
        dialog = QFileDialog(self.window(), tr("Save a copy"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(file.file_name)
        dialog.fileSelected.connect(lambda name: self._save_copy(Path(name), content))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save_copy(self, path: Path, content: bytes) -> None:
        try:
            path.write_bytes(content)
        except OSError:
            self._desk.toast(tr("The file could not be written: {name}", name=str(path)))
        else:
            self._desk.toast(tr("Saved: {name}", name=str(path)))

    def _remove(self, file: AttachmentRow) -> None:
        remove = partial(self._desk.services.attachments.remove, file.id)
        self._desk.change(remove, say(self._desk, tr("Removed: {name}", name=file.file_name)))


def _decode(read: Callable[[str], bytes | None], wanted: Sequence[str]) -> Thumbnails:
    """Runs in a worker; what is not here yet, or is no picture, stays None."""
    found: Thumbnails = {}
    for sha256 in wanted:
        content = read(sha256)
        found[sha256] = thumbnail(content) if content else None
    return found
