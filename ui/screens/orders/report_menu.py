"""The menu that makes the service report: save it, open it, print it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton

from app.domain.errors import RuleViolation
from app.language import tr
from app.queries import Queries
from app.queries.report import ServiceReport
from ui.desk import Desk
from ui.fonts import provide_han
from ui.paper.service_report import paint_report, report_pdf
from ui.widgets.buttons import Choice, menu_button
from ui.widgets.photo_strip import thumbnail

PHOTO_PIXELS = 1000
Paper = tuple[ServiceReport, list[QImage]]


class ReportMenu(QObject):
    """`button` stands in the head of the order; pages are set in the background."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        choices = [
            Choice(tr("Save as PDF…"), self._ask_where, "download"),
            Choice(tr("Open as PDF"), self._open, "external-link"),
            Choice(tr("Print…"), self._print, "printer"),
        ]
        self.button: QPushButton = menu_button(tr("Service report"), "file-text", choices)
        self._desk = desk
        self._order_id: UUID | None = None
        self._number = ""
        # A report that is opened is a copy in the open; it goes with the page.
        self._copies = QTemporaryDir()

    def show_order(self, order_id: UUID, number: str) -> None:
        self._order_id, self._number = order_id, number

    @property
    def file_name(self) -> str:
        """What a saved report is called unless the user says otherwise."""
        return f"{tr('Service report')} {self._number}.pdf"

    def save(self, path: Path, then: Callable[[Path], object] | None = None) -> None:
        """Write the report to `path`, and say so unless something else is to follow."""
        provide_han()
        work = partial(_write, self._desk.queries, self._order_id, path)
        self._desk.read(work, then or self._saved, owner=self)

    def _saved(self, path: Path) -> None:
        self._desk.toast(tr("Saved: {name}", name=str(path)))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self.button.window(), tr("Save service report"))
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
        provide_han()
        self._desk.read(partial(_paper, self._desk.queries, self._order_id), self._ask_printer, owner=self)

    def _ask_printer(self, paper: Paper) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # looks for printers: not at the start

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self.file_name)
        dialog = QPrintDialog(printer, self.button.window())
        dialog.accepted.connect(lambda: paint_report(*paper, printer))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)  # its own `open` wants a slot by its name


def _paper(queries: Queries, order_id: UUID | None) -> Paper:
    """Runs in a worker, as does `_write`."""
    report = queries.service_report(order_id) if order_id else None
    if report is None:
        raise RuleViolation("record.gone", entity="service_order", id=order_id)
    contents = (queries.file(sha256) for sha256 in report.photos)
    photos = (thumbnail(content, PHOTO_PIXELS) for content in contents if content)
    return report, [photo for photo in photos if photo is not None]


def _write(queries: Queries, order_id: UUID | None, path: Path) -> Path:
    try:
        path.write_bytes(report_pdf(*_paper(queries, order_id)))
    except OSError as problem:
        raise RuleViolation("report.unwritable", name=path.name) from problem
    return path


def _show(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
