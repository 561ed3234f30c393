"""The whole program with its real window, its real sync process and a network that can fail."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from sqlalchemy import func, select

from app.domain.customers import Customer
from app.domain.organisation import Territory
from app.language import tr
from app.laptop import Laptop
from app.main import Program
from app.persistence.bookkeeping import Outbox
from app.persistence.secret_store import SecretStore
from app.settings import Folders, Settings
from tests.e2e.processes import PASSWORD
from tests.keyrings import MemoryKeyring
from ui.application import apply_settings
from ui.messages import words_for

PATIENCE_MS = 30_000


class Desktop:
    """A person in front of the program: reads what is on the screen, types, clicks, and waits."""

    def __init__(
        self, folder: Path, server: str, *, secrets: SecretStore | None = None, login: str = "anna"
    ) -> None:
        self.folder, self.server, self.login = folder, server, login
        self.folders = Folders(folder, folder, folder / "logs").make()
        self.secrets = secrets or MemoryKeyring()
        self.settings = Settings(theme="light", server_url=server, login=login)
        self.program: Program | None = None

    def start(self) -> "Desktop":
        """As a double click does."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_settings(app, self.settings)
        laptop = Laptop(self.folders, self.secrets)
        self.program = Program(app, laptop, self.folders, self.settings, laptop.lock())
        self.program.start()
        return self

    def stop(self) -> None:
        """As closing the window does."""
        if self.program is None:
            return
        self.program.close()
        self.program.deleteLater()
        self.program = None
        for widget in QApplication.topLevelWidgets():
            if widget.parent() is None:
                widget.blockSignals(True)
                widget.close()
                widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def restart(self) -> "Desktop":
        self.stop()
        return self.start()

    # What is on the screen

    def words(self) -> str:
        """Every sentence that can be read now."""
        return "\n".join(
            text for top in QApplication.topLevelWidgets() if top.isVisible() for text in _texts(top)
        )

    def until_it_says(self, sentence: str) -> None:
        try:
            self.until(lambda: sentence in self.words())
        except AssertionError:
            raise AssertionError(f"not said: {sentence!r} in\n{self.words()}") from None

    def until_told(self, code: str) -> None:
        """The sentence for `code` stands on the window, in either language."""
        self.until_it_says_in_both(lambda: words_for(code))

    def until_it_says_in_both(self, sentence: Callable[[], str]) -> None:
        for language in ("en", "zh_CN"):
            self.settings.language = language
            self.desk.apply_settings()
            self.until_it_says(sentence())

    def until(self, happened: Callable[[], bool], patience_ms: int = PATIENCE_MS) -> None:
        """Let the program run until `happened`."""
        patience = QDeadlineTimer(patience_ms)
        while not happened():
            assert not patience.hasExpired(), f"last seen: {self.words()}"
            listening = QEventLoop()
            QTimer.singleShot(10, listening.quit)
            listening.exec()

    # What a person does

    def sign_in(self, password: str = PASSWORD, server: str | None = None) -> None:
        """Fill in the form that is shown and send it off."""
        self.until(lambda: bool(self.fields()))
        fields = self.fields()
        if server is not None:
            fields[tr("Server address")].setText(server)
        fields[tr("Sign-in name")].setText(self.login)
        fields[tr("Password")].setText(password)
        self.click(tr("Sign in"))

    def set_up(self) -> "Desktop":
        """Sign in for the first time and begin to work."""
        self.start()
        self.sign_in()
        self.until_it_says(tr("Start working"))
        self.click(tr("Start working"))
        self.until_synced()
        return self

    def click(self, text: str) -> None:
        """The front-most button with this text."""
        found = [
            one
            for top in QApplication.topLevelWidgets()
            if top.isVisible()
            for one in top.findChildren(QAbstractButton)
            if one.isVisible() and one.isEnabled() and one.text() == text
        ]
        assert found, f"no button {text!r} in: {self.words()}"
        inner = [one for one in found if isinstance(one.window(), QDialog)]
        (inner or found)[-1].click()

    def fields(self) -> dict[str, QLineEdit]:
        """What can be filled in now, by name; nothing where no secret is asked for."""
        found = {
            one.accessibleName(): one
            for top in QApplication.topLevelWidgets()
            if top.isVisible()
            for one in top.findChildren(QLineEdit)
            if one.isVisible()
        }
        return found if tr("Password") in found or tr("Passphrase") in found else {}

    # The work on this laptop

    def until_at_work(self) -> None:
        self.until(lambda: self.program is not None and self.program._window is not None)

    def add_customer(self, name: str, patience_ms: int = PATIENCE_MS) -> UUID:
        """Through the desk, as the form does."""
        desk = self.desk
        with self.replica.read() as session:
            territory = session.scalars(select(Territory.id).where(Territory.name == "N/T")).first()
        made: list[UUID] = []
        values = {"name": name, "territory_id": territory}
        desk.change(lambda: desk.services.records.create(Customer, values), lambda done: made.append(done[0]))
        self.until(lambda: bool(made), patience_ms)
        return made[0]

    def has(self, customer: UUID) -> bool:
        with self.replica.read() as session:
            return session.get(Customer, customer) is not None

    def waiting(self) -> int:
        """Changes that have not been acknowledged."""
        with self.replica.read() as session:
            return (
                session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == "pending")) or 0
            )

    def until_synced(self) -> None:
        self.until(lambda: self.link.status.state == "synced" and not self.link.status.pending)

    @property
    def desk(self):
        assert self.program
        assert self.program._window
        return self.program._window.desk

    @property
    def link(self):
        assert self.program
        return self.program._sync

    @property
    def replica(self):
        assert self.program
        assert self.program._opened
        return self.program._opened.replica


def _texts(top: QWidget) -> list[str]:
    found = [top.text()] if isinstance(top, QMessageBox) else []
    readable = (one for one in top.findChildren(QWidget) if isinstance(one, QLabel | QAbstractButton))
    return found + [one.text() for one in readable if one.isVisible()]
