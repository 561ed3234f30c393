"""Photos of a record in a strip: decoded beside the window, each with a sign of where it is, opened large."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtGui import QImage, QShowEvent

from app.queries.contacts import AttachmentRow
from ui.desk import Desk
from ui.file_signs import sign_of
from ui.kept_files import KeptFiles
from ui.sync_status import FileNews
from ui.widgets.photo_strip import Photo, PhotoStrip, thumbnail

Thumbnails = dict[str, QImage | None]


class RecordPhotos(PhotoStrip):
    """The photos among the files of a record, the newest `most` of them. Where none can be added here, a
    record without photos has no strip."""

    def __init__(self, desk: Desk, kept: KeptFiles, *, read_only: bool = False, most: int = 60) -> None:
        super().__init__(read_only=read_only)
        self._desk, self._kept = desk, kept
        self._hides, self._most = read_only, most
        self._photos: dict[UUID, AttachmentRow] = {}
        self._small: Thumbnails = {}
        self.opened.connect(lambda file_id: kept.show(self._photos[file_id]))
        desk.sync.file.connect(self._sync_spoke)
        if read_only:  # to show it here, where it has no parent yet, would flash a window
            self.hide()

    def show_files(self, files: Sequence[AttachmentRow]) -> None:
        photos = [file for file in files if file.is_photo][: self._most]
        self._photos = {photo.id: photo for photo in photos}
        self._small = {photo.sha256: self._small.get(photo.sha256) for photo in photos}
        self._draw()
        self.setHidden(self._hides and not photos)
        if self.isVisible():
            self._look()

    def showEvent(self, event: QShowEvent) -> None:
        """Nobody waits for pictures on a tab that is not in front."""
        super().showEvent(event)
        self._look()

    def _look(self) -> None:
        unknown = [photo for photo in self._photos.values() if self._small.get(photo.sha256) is None]
        if unknown:
            self._desk.read(partial(_decode, self._desk.queries.file, unknown), self._decoded, owner=self)

    def _decoded(self, found: Thumbnails) -> None:
        new = {sha256: image for sha256, image in found.items() if image and sha256 in self._small}
        if new:
            self._small |= new
            self._draw()

    def _draw(self) -> None:
        sync = self._desk.sync
        self.show_photos(
            [
                Photo(photo.id, photo.file_name, self._small.get(photo.sha256), sign_of(photo, sync))
                for photo in self._photos.values()
            ]
        )

    def _sync_spoke(self, news: FileNews) -> None:
        if any(news.sha256 in (photo.sha256, photo.thumbnail) for photo in self._photos.values()):
            self._draw()
            if not news.moves:
                self._look()


def _decode(read: Callable[[str], bytes | None], wanted: Sequence[AttachmentRow]) -> Thumbnails:
    """Runs in a worker; what is not here yet, or is no picture, stays None."""
    found: Thumbnails = {}
    for file in wanted:
        content = (read(file.thumbnail) if file.thumbnail else None) or read(file.sha256)
        found[file.sha256] = thumbnail(content) if content else None
    return found
