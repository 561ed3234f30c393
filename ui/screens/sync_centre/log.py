"""What past rounds of synchronisation did, in words and figures."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.language import msgid, tr
from app.queries.sync_centre import LogEntry, SyncCentre
from ui.desk import Desk
from ui.error_words import WORDS
from ui.formats import moment
from ui.layout import column, row
from ui.messages import explain, words_for
from ui.screens.sync_centre.check import outcome_in_words
from ui.tables.cells import Cell, Column
from ui.tables.data_table import DataTable
from ui.tables.rows_model import RowsModel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.states import StateStack


class LogDialog(QDialog):
    """Newest first; what is too long for its line is told in whole below, once it is chosen."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Sync log"))
        self.resize(theme.px(680), theme.px(520))
        self._model: RowsModel[LogEntry] = RowsModel(
            [
                Column(tr("Time"), lambda entry: moment(entry.at), 150),
                Column(tr("What happened"), lambda entry: Cell(in_words(entry.kind, entry.counts))),
            ]
        )
        self._whole = label("", wrap=True)
        self._whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._whole.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._whole.setMinimumHeight(2 * self._whole.fontMetrics().lineSpacing())
        self._table = DataTable(self._model, tr("Sync log"), two_lines=False)
        self._table.chosen.connect(lambda entry: self._whole.setText(in_words(entry.kind, entry.counts)))
        self._stack = StateStack(self._table)
        close = button(tr("Close"), clicked=self.accept)
        self.setLayout(
            column(
                label(tr("Sync log"), "title"),
                (self._stack, 1),
                self._whole,
                row(None, close),
                margins=(20, 18, 20, 16),
            )
        )
        self._stack.show_loading()
        desk.read(desk.queries.sync_centre.overview, self._show, self._failed, self)

    def _show(self, centre: SyncCentre) -> None:
        self._model.show_rows(centre.log)
        if centre.log:
            self._stack.show_content()
            self._table.selectRow(0)
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._stack.show_empty(tr("Not synced yet"), tr("Every round is listed here once there was one."))

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text)


_EVENTS = {
    "restored": msgid("The server was restored from an older copy"),
    "renamed": msgid("This computer was registered again, because a copy of its data is or was in use"),
    "begun_anew": msgid("This computer was away for so long that everything was downloaded again"),
}


def _event_in_words(kind: str, counts: Mapping[str, Any]) -> str:
    """What happened to the server or to this computer, and that nothing was lost by it."""
    if backup := counts.get("restored_from"):
        said = tr("The server was restored from a backup of {when}", when=moment(_instant(str(backup))))
    else:
        said = tr(_EVENTS[kind])
    again = int(counts.get("again", 0))
    if kind == "restored":
        what = (
            tr("{count} changes of yours were sent again", count=again)
            if again
            else tr("nothing of yours was missing")
        )
    else:
        what = tr("your unsent changes were kept")
    return tr("{event}; {what}.", event=said, what=what)


def _handed_on_in_words(counts: Mapping[str, Any]) -> str:
    """Nothing is lost: it is a question to whoever has the customer now."""
    count, customers = counts["changes"], counts.get("customers")
    if customers:
        return tr(
            "{customers} had gone to someone else before {count} changes of yours arrived;"
            " they were handed on as a question to whoever works there now.",
            customers=customers,
            count=count,
        )
    return tr(
        "{count} changes of yours arrived after the customer had gone to someone else;"
        " they were handed on as a question to whoever works there now.",
        count=count,
    )


def _instant(stored: str) -> datetime:
    """A moment at the server, as this computer's clock shows it."""
    return datetime.fromisoformat(stored[:23]).replace(tzinfo=UTC).astimezone()


def in_words(kind: str, counts: Mapping[str, Any]) -> str:
    """Uploaded and downloaded, never "changed": who did what must be plain."""
    if kind == "check":
        return outcome_in_words(counts, " ")
    if kind in _EVENTS:
        return _event_in_words(kind, counts)
    if kind == "handed_on":
        return _handed_on_in_words(counts)
    parts = [
        tr(words, count=counts[name])
        for name, words in (
            ("sent", msgid("{count} uploaded")),
            ("pulled", msgid("{count} downloaded")),
            ("removed", msgid("{count} left this computer")),
            ("conflicts", msgid("{count} in conflict")),
            ("refused", msgid("{count} refused")),
        )
        if counts.get(name)
    ]
    if reason := counts.get("reason"):
        parts.append(words_for(str(reason)) if reason in WORDS else str(reason))
    return tr(", ").join(parts) or (tr("Nothing new") if kind == "round" else kind)
