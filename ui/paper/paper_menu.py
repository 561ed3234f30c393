"""The menu of anything that can be put on paper: save it, open it, print it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton

from app.domain.errors import RuleViolation
from app.language import tr
from ui.desk import Desk
from ui.fonts import provide_han
from ui.paper.sheet import Sheet, paint_sheet, sheet_pdf
from ui.widgets.buttons import Choice, menu_button


class PaperMenu(QObject):
    """`button` stands in the head of a record; sheets are made and set in the background."""

    def __init__(self, desk: Desk, text: str, icon_name: str, *, tip: str = "") -> None:
        super().__init__()
        choices = [
            Choice(tr("Save as PDF…"), self._ask_where, "download"),
            Choice(tr("Open as PDF"), self._open, "external-link"),
            Choice(tr("Print…"), self._print, "printer"),
        ]
        self.button: QPushButton = menu_button(text, icon_name, choices, tip=tip)
        self._desk = desk
        self._name = ""
        self._make: Callable[[], Sheet] | None = None
        # A sheet that is opened is a copy in the open; it goes with the page.
        self._copies = QTemporaryDir()

    def show_record(self, name: str, make: Callable[[], Sheet]) -> None:
        """`make` is called in a worker; a file is called `name` unless the user says otherwise."""
        self._name, self._make = name, make

    @property
    def file_name(self) -> str:
        return f"{self._name}.pdf"

    def save(self, path: Path, then: Callable[[Path], object] | None = None) -> None:
        """Write a PDF to `path`, and say so unless something else is to follow."""
        if self._make:
            provide_han()
            self._desk.read(partial(_write, self._make, path), then or self._saved, owner=self)

    def _saved(self, path: Path) -> None:
        self._desk.toast(tr("Saved: {name}", name=str(path)))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self.button.window(), tr("Save as PDF"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(self.file_name)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open(self) -> None:
        self.save(Path(self._copies.filePath(self.file_name)), _show)

    def _print(self) -> None:
        if self._make:
            provide_han()
            self._desk.read(self._make, self._ask_printer, owner=self)

    def _ask_printer(self, sheet: Sheet) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # looks for printers: not at the start

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self.file_name)
        dialog = QPrintDialog(printer, self.button.window())
        dialog.accepted.connect(lambda: paint_sheet(sheet, printer))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)  # its own `open` wants a slot by its name


def _write(make: Callable[[], Sheet], path: Path) -> Path:
    """Runs in a worker."""
    content = sheet_pdf(make())
    try:
        path.write_bytes(content)
    except OSError as problem:
        raise RuleViolation("report.unwritable", name=path.name) from problem
    return path


def _show(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
