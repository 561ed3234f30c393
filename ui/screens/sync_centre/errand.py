"""Something the sync process does at the user's wish, followed to its end in a dialog."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from app.language import tr
from ui.desk import Desk
from ui.layout import column, row
from ui.messages import explain
from ui.sync_status import ErrandNews, ErrandState
from ui.theme import theme
from ui.widgets.buttons import button, set_text
from ui.widgets.labels import Glyph, label


class ErrandDialog(QDialog):
    """Follows what was begun by `begin` to its end, and says in words what came of it."""

    def __init__(self, desk: Desk, parent: QWidget, begin: Callable[[], object], title: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._begin = desk, begin
        self.setWindowTitle(title)
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

    def words_for_progress(self, done: int, total: int) -> str:
        """How far it has come."""
        raise NotImplementedError

    def outcome(self, news: ErrandNews) -> tuple[str, str]:
        """What came of it: a title, and the rest."""
        raise NotImplementedError

    def leaves_doubt(self, news: ErrandNews) -> bool:
        """It was done, but not all is well."""
        return False

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
        elif self.leaves_doubt(news):
            self._say("circle-alert", "warn", *self.outcome(news))
        else:
            self._say("circle-check", "ok", *self.outcome(news))

    def _follow(self, done: int, total: int) -> None:
        """A file that is wholly sent is then applied, of which nothing is heard before the end."""
        self._bar.setRange(0, 1000 if done < total else 0)
        self._bar.setValue(1000 * done // max(total, 1))
        self.words.setText(self.words_for_progress(done, total) if total else "")

    def _say(self, icon_name: str, tone: str, title: str, text: str) -> None:
        self._sign.show_icon(icon_name, tone, f"{tone}Soft" if tone in ("ok", "warn", "bad") else "pressed")
        self.title.setText(title)
        self.words.setText(text)
        QTimer.singleShot(0, self, self._fit)  # once the layout knows of the texts

    def _fit(self) -> None:
        """As high as the texts are at this width."""
        if layout := self.layout():
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))
