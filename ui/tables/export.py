"""Takes a list away as a file for spreadsheets, exactly as it is filtered and sorted on screen."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.entity import Entity
from app.domain.errors import RuleViolation
from app.exchange import sheets
from app.language import tr
from ui.desk import Desk
from ui.tables.paged_model import Source

if TYPE_CHECKING:
    from app.queries.records import Records

BATCH = 500


def export_list(desk: Desk, parent: QWidget, entity: type[Entity], name: str, source: Source[Any]) -> None:
    """Ask for a file and write every field of the records of `source` into it, in the background."""
    dialog = QFileDialog(parent.window(), tr("Export this list"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(tr("Table for spreadsheets (*.csv)"))
    dialog.setDefaultSuffix("csv")
    dialog.selectFile(f"{name}.csv")
    dialog.fileSelected.connect(lambda path: write_in_background(desk, entity, source, Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def write_in_background(desk: Desk, entity: type[Entity], source: Source[Any], path: Path) -> None:
    """The window stays usable; a toast says when it is done."""

    def done(count: int) -> None:
        desk.toast(tr("Records written to {name}: {count}", count=count, name=path.name))

    desk.read(partial(write_sheet, desk.queries.records, entity, source, path), done, desk.fail)


def write_sheet(records: "Records", entity: type[Entity], source: Source[Any], path: Path) -> int:
    """How many records were written; RuleViolation where the file cannot be."""
    offsets = range(0, source.count(), BATCH)
    ids = [row.id for offset in offsets for row in source.page(offset, BATCH)]
    rows, names = records.several(entity, ids)
    try:
        with path.open("w", encoding=sheets.ENCODING, newline="") as stream:
            return sheets.write(stream, entity, rows, names)
    except OSError as problem:
        raise RuleViolation("report.unwritable", name=path.name) from problem
