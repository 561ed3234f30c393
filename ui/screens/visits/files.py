"""Photos and files of a visit: photos shown small, and each says where it is, opens or is downloaded."""

from functools import partial

from app.language import tr
from app.queries.contacts import AttachmentRow
from app.queries.visit_card import VisitCard
from ui.desk import Desk
from ui.file_signs import sign_of
from ui.formats import size
from ui.kept_files import KeptFiles
from ui.record_photos import RecordPhotos
from ui.sync_status import FileNews
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.timeline import Event, Timeline


class VisitFiles(Card):
    """They are kept with the customer as well."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Photos and files"), "", button(tr("Add"), "plus", "link", clicked=self._ask))
        self._desk = desk
        self._kept = KeptFiles(desk, self)
        self._card: VisitCard | None = None
        self._lines = Timeline()
        self._strip = RecordPhotos(desk, self._kept)
        self._strip.add_requested.connect(self._ask)
        self.add(self._strip)
        self.add(self._lines)
        desk.sync.file.connect(self._sync_spoke)

    def show_card(self, card: VisitCard) -> None:
        self._card = card
        self._strip.show_files(card.files)
        self._show_others()

    def _show_others(self) -> None:
        assert self._card is not None
        others = [file for file in self._card.files if not file.is_photo]
        self._lines.show_events([self._line(file) for file in others])
        self._lines.setVisible(bool(others))

    def _line(self, file: AttachmentRow) -> Event:
        sign = sign_of(file, self._desk.sync)
        open_it = tr("Open") if file.here else tr("Download")
        return Event(
            sign.icon if sign else "paperclip",
            file.file_name,
            size(file.size),
            sign.tone if sign else "neutral",
            (sign.words, sign.tone) if sign and sign.words != open_it else None,
            open_it,
            partial(self._kept.show, file),
        )

    def _ask(self) -> None:
        if self._card is not None:
            self._kept.ask(self._card.row.customer_id, visit_id=self._card.row.id)

    def _sync_spoke(self, _: FileNews) -> None:
        if self._card is not None:
            self._show_others()
