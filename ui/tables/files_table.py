"""Files of a record that are only looked through: photos small, and all of them in a list."""

from collections.abc import Sequence

from app.language import tr
from app.queries.contacts import AttachmentRow
from ui.desk import Desk
from ui.kept_files import KeptFiles
from ui.layout import Item, row
from ui.record_photos import RecordPhotos
from ui.tables import columns
from ui.tables.data_table import CardTable
from ui.tables.rows_model import RowsModel

MOST_PHOTOS = 14
"""Two lines of them; the list below names every one."""


class FilesTable(CardTable):
    """A file opens, or is fetched, from its picture as from its line."""

    def __init__(self, desk: Desk, kept: KeptFiles, *actions: Item, most: int) -> None:
        self._model: RowsModel[AttachmentRow] = RowsModel(columns.files())
        super().__init__(tr("Files"), self._model, *actions, most=most)
        self._photos = RecordPhotos(desk, kept, read_only=True, most=MOST_PHOTOS)
        self.body.insertLayout(0, row((self._photos, 1), margins=(15, 0, 15, 0)))
        self.table.opened.connect(kept.show)

    def show_files(self, files: Sequence[AttachmentRow]) -> None:
        self._photos.show_files(files)
        self._model.show_rows(files)
