"""Files of records: added from a dialog or by dropping, shown, and copied out where the user wants."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QMimeData, QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app.language import tr
from app.queries.contacts import AttachmentRow
from ui.acts import say
from ui.desk import Desk
from ui.messages import words_for
from ui.sync_status import FileNews, FileState
from ui.thumbnails import small_picture
from ui.widgets.photo_dialog import PhotoDialog

T = TypeVar("T")


class KeptFiles(QObject):
    """`parent` is the page over which dialogs open."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._parent = desk, parent
        self._wanted: dict[str, AttachmentRow] = {}
        desk.sync.file.connect(self._arrived)

    def add(self, customer_id: UUID, paths: Sequence[Path], **where: Any) -> None:
        """Each is an action of its own: one that cannot be read keeps no other from being added."""
        for path in paths:
            add = partial(_add, self._desk.services.attachments.add, customer_id, path, **where)
            self._desk.change(add, say(self._desk, tr("Added: {name}", name=path.name)))

    def ask(self, customer_id: UUID, **where: Any) -> None:
        """Choose files and add them."""
        dialog = QFileDialog(self._parent.window(), tr("Add photos and files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(
            lambda names: self.add(customer_id, [Path(name) for name in names], **where)
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show(self, file: AttachmentRow) -> None:
        """A photo in a dialog; anything else as a copy, which is then opened."""
        read = self._desk.queries.file if file.is_photo else self._desk.queries.has_file
        self._desk.read(partial(read, file.sha256), partial(self._show, file), owner=self._parent)

    def remove(self, file: AttachmentRow) -> None:
        remove = partial(self._desk.services.attachments.remove, file.id)
        self._desk.change(remove, say(self._desk, tr("Removed: {name}", name=file.file_name)))

    def _show(self, file: AttachmentRow, content: bytes | bool | None) -> None:
        """`content` of a photo; of anything else, whether there is any."""
        if not content:
            self._wanted[file.sha256] = file
            self._desk.toast(tr("Downloading {name}", name=file.file_name))
            self._desk.sync.fetch(file.sha256)
        elif isinstance(content, bytes):
            PhotoDialog(self._parent.window(), file.file_name, content, partial(self.remove, file)).open()
        else:
            self._ask_where(file)

    def _arrived(self, news: FileNews) -> None:
        """It opens where somebody still waits for it; elsewhere a dialog would come out of the blue."""
        if news.moves or news.state is FileState.SENT:
            return
        file, visible = self._wanted.pop(news.sha256, None), self._parent.isVisible()
        if news.state is not FileState.HERE:
            if file or (visible and news.state is FileState.REFUSED):
                self._desk.toast(words_for(news.code, news.facts))
        elif file and visible:
            self.show(file)
        elif file:
            self._desk.toast(tr("{name} is on this computer now", name=file.file_name))

    def _ask_where(self, file: AttachmentRow) -> None:
        """Files are sealed on this computer; a copy in the open is made only where the user wants it."""
        dialog = QFileDialog(self._parent.window(), tr("Save a copy and open it"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(file.file_name)
        dialog.fileSelected.connect(lambda name: self._save_copy(file, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save_copy(self, file: AttachmentRow, path: Path) -> None:
        def failed(problem: Exception) -> None:
            if isinstance(problem, OSError):
                self._desk.toast(tr("The file could not be written: {name}", name=str(path)))
            else:
                self._desk.fail(problem)

        copy = partial(self._desk.queries.copy_file, file.sha256, path)
        self._desk.read(copy, partial(self._open_copy, file, path), failed, owner=self._parent)

    def _open_copy(self, file: AttachmentRow, path: Path, whole: bool) -> None:
        if not whole:  # it was just found damaged
            self._show(file, None)
            return
        self._desk.toast(tr("Saved: {name}", name=str(path)))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _add(add: Callable[..., T], customer_id: UUID, path: Path, **where: Any) -> T:
    """Runs in a worker: a photo brings a small picture of itself along."""
    return add(customer_id, path, thumbnail=small_picture(path), **where)


def dropped(data: QMimeData) -> list[Path]:
    """The files among what is dragged over a page."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
