"""Carrying changes by hand: export what waits, and take in a colleague's file or a receipt."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app.language import tr
from app.queries.sync_centre import ToExport
from ui.desk import Desk
from ui.formats import size
from ui.layout import column, row
from ui.screens.sync_centre.errand import ErrandDialog
from ui.sync_status import ErrandNews
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.checks import CheckBox
from ui.widgets.labels import label

SUFFIX = ".rtx"


class ExportDialog(QDialog):
    """How much would be exported, and whether photos and files are to go along."""

    def __init__(self, desk: Desk, parent: QWidget, found: ToExport) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, parent
        self.setWindowTitle(tr("Export what waits"))
        self.setMinimumWidth(theme.px(480))
        purpose = tr(
            "For places where this laptop may not connect. The file is sealed for your server: a colleague "
            "can carry it, but neither read nor change it. Your changes stay here until the receipt, or the "
            "server itself, has confirmed them."
        )
        self.files = CheckBox(
            tr("With {count} photos and files ({size})", count=found.files, size=size(found.bytes))
        )
        self.files.setChecked(found.files > 0)
        self.files.setVisible(found.files > 0)
        self._export = button(tr("Export…"), "file-down", "primary", clicked=self._ask)
        self._export.setEnabled(found.changes + found.files > 0)
        count = tr("Changes to export: {count}", count=found.changes)
        self.setLayout(
            column(
                label(tr("Export what waits"), "subtitle"),
                label(purpose, "body", "text2", wrap=True),
                label(count, "label"),
                self.files,
                row(None, button(tr("Cancel"), clicked=self.reject), self._export),
                margins=(24, 22, 24, 18),
                spacing=14,
            )
        )

    def _ask(self) -> None:
        dialog = QFileDialog(self, tr("Export what waits"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_filter())
        dialog.setDefaultSuffix(SUFFIX[1:])
        dialog.selectFile(f"Roundtrip-{_file_name(self._desk)}-{datetime.now():%Y%m%d-%H%M}{SUFFIX}")
        dialog.fileSelected.connect(lambda path: self.export(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, path: Path) -> None:
        """Into this file."""
        self.accept()
        begin = partial(self._desk.sync.export, path, self.files.isChecked())
        ByHandDialog(self._desk, self._window, begin).open()


class ByHandDialog(ErrandDialog):
    """Follows a file on its way."""

    def __init__(self, desk: Desk, parent: QWidget, begin: Callable[[], object]) -> None:
        super().__init__(desk, parent, begin, tr("By hand"))

    def words_for_progress(self, done: int, total: int) -> str:
        return tr("{done} of {total}", done=size(done), total=size(total))

    def outcome(self, news: ErrandNews) -> tuple[str, str]:
        return _outcome(news)


def ask_to_export(desk: Desk, parent: QWidget) -> None:
    """Look what there is, then ask."""

    def ask(found: ToExport) -> None:
        dialog = ExportDialog(desk, parent, found)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    desk.read(desk.queries.sync_centre.to_export, ask, desk.fail, parent)


def ask_to_take_in(desk: Desk, parent: QWidget) -> None:
    """Choose a file and take it in."""
    dialog = QFileDialog(parent, tr("Take in a file"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(_filter())
    dialog.fileSelected.connect(lambda path: take_in(desk, parent, Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def take_in(desk: Desk, parent: QWidget, path: Path) -> None:
    """A colleague's changes go to the server; a receipt confirms one's own."""
    ByHandDialog(desk, parent, partial(desk.sync.take_in, path)).open()


def _filter() -> str:
    return tr("Changes carried by hand (*{suffix})", suffix=SUFFIX)


def _file_name(desk: Desk) -> str:
    """The person's name, as far as a file may be called so."""
    return "".join(c for c in desk.queries.my_name if c.isalnum()) or "laptop"


def _outcome(news: ErrandNews) -> tuple[str, str]:
    changes, already = news.count("changes"), news.count("already")
    match news.facts.get("kind"):
        case "changes":
            return tr("Delivered"), _delivered(news, changes, already)
        case "receipt" if changes == 0:
            return tr("Nothing new"), tr("This receipt had been taken in before, or the server had answered.")
        case "receipt":
            return tr("Confirmed"), _confirmed(changes, news.count("refused"))
    text = tr(
        "{count} changes and {files} files ({size}). Give the file to a colleague who can connect, and take "
        "in the receipt that comes back.",
        count=changes, files=news.count("files"), size=size(news.count("bytes")),
    )  # fmt: skip
    return tr("Exported"), text


def _delivered(news: ErrandNews, changes: int, already: int) -> str:
    sender, receipt = news.facts.get("sender", ""), news.facts.get("receipt", "")
    if changes and changes == already:
        what = tr(
            "All {count} changes of {sender} had reached the server before.", count=changes, sender=sender
        )
    else:
        what = tr(
            "{count} changes and {files} files of {sender} are on the server.",
            count=changes, files=news.count("files"), sender=sender,
        )  # fmt: skip
    return "\n".join((what, tr("Carry the receipt {name} back; it lies beside the file.", name=receipt)))


def _confirmed(changes: int, refused: int) -> str:
    if refused:
        return tr(
            "The server answered {count} changes and refused {refused} of them; those stay here as drafts.",
            count=changes, refused=refused,
        )  # fmt: skip
    return tr("The server has your {count} changes.", count=changes)
