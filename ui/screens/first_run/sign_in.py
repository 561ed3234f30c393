"""Asks for server, name and password; also when a session has ended."""

from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from app.language import LANGUAGES, current_language, tr
from ui.layout import clear, column, row
from ui.messages import explain, words_for
from ui.theme import theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Choice, button, menu_button, set_text
from ui.widgets.labels import label

WIDTH = 400


class SignInForm(QWidget):
    """`wanted(server, login, password)` once the input makes sense; the password is not kept."""

    wanted = Signal(str, str, str)
    language_chosen = Signal(str)

    def __init__(self, server: str = "", login: str = "", *, server_fixed: bool = False) -> None:
        super().__init__()
        self.setFixedWidth(theme.px(WIDTH))
        self._server = self._line(server, "https://roundtrip.example.com", tr("Server address"))
        self._server.setReadOnly(server_fixed)
        self._login = self._line(login, "", tr("Sign-in name"))
        self._password = self._line("", "", tr("Password"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._problem = column(margins=(0, 0, 0, 6))
        self._enter = button(tr("Sign in"), kind="primary", clicked=self._submit)
        self._enter.setMinimumHeight(theme.px(40))
        languages = [
            Choice(name, partial(self.language_chosen.emit, code)) for code, name in LANGUAGES.items()
        ]
        language = menu_button(
            LANGUAGES[current_language()], "languages", languages, "ghost", tip=tr("Language")
        )
        self.setLayout(
            column(
                *self._field(tr("Server address"), self._server), 6,
                *self._field(tr("Sign-in name"), self._login), 6,
                *self._field(tr("Password"), self._password), 12,
                self._problem, self._enter, 8, row(None, language, None),
                spacing=4,
            )
        )  # fmt: skip
        for field in (self._server, self._login, self._password):
            field.returnPressed.connect(self._submit)
        empty = [f for f in (self._server, self._login, self._password) if not f.text()]
        empty[0].setFocus()

    def show_working(self, working: bool) -> None:
        """The server has been asked; nothing can be sent twice meanwhile."""
        self._enter.setEnabled(not working)
        set_text(self._enter, tr("Signing in …") if working else tr("Sign in"))

    def show_problem(self, text: str) -> None:
        """Why it did not work, in the user's words; what he typed stays."""
        self.show_working(False)
        clear(self._problem)
        self._problem.addWidget(Banner(text, "bad"))
        self._password.selectAll()
        self._password.setFocus()

    def _submit(self) -> None:
        if not self._enter.isEnabled():
            return
        server, login, password = (
            self._server.text().strip(),
            self._login.text().strip(),
            self._password.text(),
        )
        problem, field = self._check(server, login, password)
        if field:
            self.show_problem(problem)
            field.setFocus()
            return
        clear(self._problem)
        self.show_working(True)
        self.wanted.emit(with_scheme(server), login, password)

    def _check(self, server: str, login: str, password: str) -> tuple[str, QLineEdit | None]:
        if not server:
            return tr("Please enter the address of your company's server."), self._server
        if not _is_address(with_scheme(server)):
            return words_for("sync.bad_address"), self._server
        if not login:
            return tr("Please enter your sign-in name."), self._login
        if not password:
            return tr("Please enter your password."), self._password
        return "", None

    def _line(self, text: str, example: str, name: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setPlaceholderText(example)
        line.setAccessibleName(name)
        line.setFont(theme.font("body"))
        line.setMinimumHeight(theme.px(36))
        return line

    def _field(self, title: str, line: QLineEdit) -> tuple[QWidget, QWidget]:
        caption = label(title, "label", "text2")
        caption.setBuddy(line)
        return caption, line


class SignInDialog(QDialog):
    """The session has ended: the same form over the window, which stays usable behind it."""

    wanted = Signal(str, str, str)

    def __init__(self, server: str, login: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Sign in"))
        self._form = SignInForm(server, login, server_fixed=bool(server))
        self._form.wanted.connect(self.wanted)
        note = tr("Your work is kept on this computer. Signing in lets it be synchronised again.")
        self.setLayout(
            column(
                label(tr("Sign in"), "title"),
                label(note, "body", "text2", wrap=True),
                8,
                self._form,
                margins=(28, 24, 28, 20),
            )
        )

    def show_problem(self, error: Exception) -> None:
        """Why it did not work; what was typed stays."""
        self._form.show_problem(explain(error).text)


def _is_address(server: str) -> bool:
    try:
        parts = urlsplit(server)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # half a bracket, a port that is no number
        return False


def with_scheme(server: str) -> str:
    """The address as typed, https unless the user says otherwise; a computer's own server is plain."""
    if not server or "://" in server:
        return server.rstrip("/")
    host = server.split(":", maxsplit=1)[0].split("/", maxsplit=1)[0]
    return f"{'http' if host in ('localhost', '127.0.0.1') else 'https'}://{server.rstrip('/')}"
