"""Carrying changes by hand: export what waits, and take in a colleague's file or a receipt."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QWidget

from app.language import tr
from app.queries.sync_centre import ToExport
from ui.desk import Desk
from ui.formats import size
from ui.layout import column, row
from ui.messages import explain
from ui.sync_status import ErrandNews, ErrandState
from ui.theme import theme
from ui.widgets.buttons import button, set_text
from ui.widgets.checks import CheckBox
from ui.widgets.labels import Glyph, label

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
        ErrandDialog(self._desk, self._window, begin).open()


class ErrandDialog(QDialog):
    """Follows what was begun by `begin` to its end, and says in words what came of it."""

    def __init__(self, desk: Desk, parent: QWidget, begin: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._begin = desk, begin
        self.setWindowTitle(tr("By hand"))
        self.setFixedWidth(theme.px(480))
        self._running = True
        self._sign = Glyph("loader-circle", "accent", 22, ground="accentSoft", box=44)
        self.title = label(tr("One moment…"), "subtitle", wrap=True)
        self.words = label("", "body", "text2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(tr("Progress"))
        self._close = button(tr("Cancel"), clicked=self.reject)
        texts = column(self.title, self.words, self._bar, None, spacing=8)
        top = row((self._sign, 0, Qt.AlignmentFlag.AlignTop), (texts, 1), spacing=14)
        self.setLayout(column(top, row(None, self._close), margins=(24, 22, 24, 18), spacing=16))
        desk.sync.errand.connect(self._on_news)

    def open(self) -> None:
        super().open()
        self._begin()

    def reject(self) -> None:
        """Cancel what is under way; the sync process says when it has ended."""
        if self._running:
            self._desk.sync.cancel_errand()
            self._close.setEnabled(False)
        else:
            super().reject()

    def _on_news(self, news: ErrandNews) -> None:
        if news.state is ErrandState.RUNNING:
            self._follow(news.count("done"), news.count("total"))
            return
        self._running = False
        self._bar.hide()
        self._close.setEnabled(True)
        set_text(self._close, tr("Close"))
        if news.state is ErrandState.CANCELLED:
            self._say("circle-x", "text2", tr("Cancelled"), tr("Nothing was changed; you can begin again."))
        elif news.error is not None:
            message = explain(news.error)
            self._say("circle-alert", "bad", message.title, message.text)
        else:
            self._say("circle-check", "ok", *_outcome(news))

    def _follow(self, done: int, total: int) -> None:
        """A file that is wholly sent is then applied, of which nothing is heard before the end."""
        self._bar.setRange(0, 1000 if done < total else 0)
        self._bar.setValue(1000 * done // max(total, 1))
        self.words.setText(tr("{done} of {total}", done=size(done), total=size(total)) if total else "")

    def _say(self, icon_name: str, tone: str, title: str, text: str) -> None:
        self._sign.show_icon(icon_name, tone, f"{tone}Soft" if tone in ("ok", "bad") else "pressed")
        self.title.setText(title)
        self.words.setText(text)
        QTimer.singleShot(0, self, self._fit)  # once the layout knows of the texts

    def _fit(self) -> None:
        """As high as the texts are at this width."""
        if layout := self.layout():
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))


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
    ErrandDialog(desk, parent, partial(desk.sync.take_in, path)).open()


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
