"""The window of the first start: sign in, then watch the download or begin at once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.language import tr
from ui.layout import column, row
from ui.messages import explain
from ui.screens.first_run.download import Download
from ui.screens.first_run.sign_in import SignInForm
from ui.sync_status import SyncStatus
from ui.widgets.labels import Glyph, label


class FirstRunWindow(QWidget):
    """Signals what the user wants; whoever builds it does the work and answers through `show_…`."""

    sign_in = Signal(str, str, str)
    language_chosen = Signal(str)
    begin = Signal()
    pause = Signal()
    resume = Signal()
    closed = Signal()

    def __init__(self, server: str = "", login: str = "", *, server_fixed: bool = False) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle(tr("Roundtrip"))
        self.resize(980, 680)
        self._form = SignInForm(server, login, server_fixed=server_fixed)
        self._form.wanted.connect(self.sign_in)
        self._form.language_chosen.connect(self.language_chosen)
        self._download: Download | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._page(self._form, tr("Sign in"), tr(
            "Use the account your company gave you. Afterwards everything also works without a network."
        )))  # fmt: skip

    def show_problem(self, error: Exception) -> None:
        """The sign-in failed; say why and what to do."""
        self._form.show_problem(explain(error).text)

    def show_download(self, name: str) -> None:
        """Signed in: the download has begun."""
        self._download = Download(name)
        self._download.begin.connect(self.begin)
        self._download.stop.connect(self.pause)
        self._download.go_on.connect(self.resume)
        self._stack.addWidget(self._page(self._download))
        self._stack.setCurrentIndex(self._stack.count() - 1)

    def show_status(self, status: SyncStatus) -> None:
        """Follow the sync process."""
        if self._download:
            self._download.show_status(status)

    def _page(self, content: QWidget, title: str = "", text: str = "") -> QWidget:
        page = QWidget()
        words: list[QWidget] = []
        if title:
            words = [label(title, "title"), label(text, "body", "text2", wrap=True)]
            words[1].setMaximumWidth(content.maximumWidth())
        brand = row(
            Glyph("roundtrip", "accent", 44),
            4,
            label("往返 Roundtrip", "title"),
            None,
        )
        body = column(None, brand, 20, *words, 8, content, None, spacing=6)
        page.setLayout(row(None, body, None, margins=(24, 24, 24, 24)))
        body.setAlignment(Qt.AlignmentFlag.AlignLeft)
        return page

    # Qt overrides

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
