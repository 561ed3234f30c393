"""The first start: which server, who, the download, and what may have to be asked before."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from app.domain.errors import Busy, ReplicaLocked, SignInNeeded
from app.language import tr
from ui.messages import explain
from ui.screens.first_run.questions import Notice, Passphrase, Question
from ui.screens.first_run.sign_in import SignInDialog, with_scheme
from ui.screens.first_run.window import FirstRunWindow
from ui.sync_status import SyncStatus

TO_COME = {"rows": 120, "total": 480, "bytes": 2_400_000}


@pytest.fixture
def window(qtbot) -> FirstRunWindow:
    made = FirstRunWindow()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def words(widget: QWidget) -> str:
    return " ".join(found.text() for found in widget.findChildren(QLabel) if not found.isHidden())


def button(widget: QWidget, text: str) -> QPushButton:
    return next(b for b in widget.findChildren(QPushButton) if b.accessibleName() == tr(text))


def line(widget: QWidget, name: str) -> QLineEdit:
    return next(found for found in widget.findChildren(QLineEdit) if found.accessibleName() == tr(name))


def fill(qtbot, window: QWidget, server: str, login: str, password: str) -> None:
    for name, text in (("Server address", server), ("Sign-in name", login), ("Password", password)):
        qtbot.keyClicks(line(window, name), text)


def status(state: str, progress: dict[str, int] | None = None) -> SyncStatus:
    counts = {"pending": 0, "attention": 0, "conflicts": 0}
    return SyncStatus.from_message({"event": "state", "state": state, "progress": progress} | counts)


@pytest.mark.parametrize(
    ("given", "sentence", "field"),
    [
        (("", "anna", "secret"), "Please enter the address of your company's server.", "Server address"),
        (("server", "", "secret"), "Please enter your sign-in name.", "Sign-in name"),
        (("server", "anna", ""), "Please enter your password.", "Password"),
    ],
)
@pytest.mark.usefixtures("language")
def test_what_is_missing_is_said_and_the_keyboard_is_there(qtbot, window, given, sentence, field):
    fill(qtbot, window, *given)

    with qtbot.assertNotEmitted(window.sign_in):
        button(window, "Sign in").click()

    assert tr(sentence) in words(window)
    assert line(window, field).hasFocus()


def test_enter_signs_in_with_what_was_typed(qtbot, window):
    fill(qtbot, window, "roundtrip.example.com/", "anna", "secret")

    with qtbot.waitSignal(window.sign_in) as signed:
        qtbot.keyClick(line(window, "Password"), Qt.Key.Key_Return)

    assert signed.args == ["https://roundtrip.example.com", "anna", "secret"]
    assert not button(window, "Signing in …").isEnabled()


def test_nothing_is_sent_twice_while_the_server_thinks(qtbot, window):
    fill(qtbot, window, "server", "anna", "secret")
    button(window, "Sign in").click()

    with qtbot.assertNotEmitted(window.sign_in):
        qtbot.keyClick(line(window, "Password"), Qt.Key.Key_Return)


def test_a_wrong_password_is_said_and_what_was_typed_stays(language, qtbot, window):
    fill(qtbot, window, "server", "anna", "secret")
    button(window, "Sign in").click()

    error = SignInNeeded("auth.wrong_password")
    window.show_problem(error)

    assert explain(error).text in words(window)
    assert line(window, "Server address").text() == "server"
    assert line(window, "Password").text() == "secret"
    assert line(window, "Password").hasFocus()
    assert button(window, "Sign in").isEnabled()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("roundtrip.example.com", "https://roundtrip.example.com"),
        ("http://10.0.0.5:8000/", "http://10.0.0.5:8000"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("", ""),
    ],
)
def test_an_address_is_secure_unless_said_otherwise(typed, meant):
    assert with_scheme(typed) == meant


def test_the_language_can_be_chosen_before_anything_else(qtbot, window):
    menu = next(b for b in window.findChildren(QPushButton) if b.menu() is not None)

    with qtbot.waitSignal(window.language_chosen) as chosen:
        next(action for action in menu.menu().actions() if action.text() == "English").trigger()

    assert chosen.args == ["en"]


def test_the_download_shows_how_much_has_come(language, qtbot, window):
    window.show_download("李伟")

    window.show_status(status("syncing", TO_COME))

    bar = window.findChild(QProgressBar)
    assert (bar.value(), bar.maximum()) == (120, 480)
    assert "120" in words(window)
    assert "2.4 MB" in words(window)
    assert "李伟" in words(window)


def test_one_may_begin_before_it_is_over(language, qtbot, window):
    window.show_download("李伟")
    window.show_status(status("syncing", TO_COME))

    with qtbot.waitSignal(window.begin):
        button(window, "Start working").click()


def test_the_download_is_paused_and_goes_on(language, qtbot, window):
    window.show_download("李伟")

    with qtbot.waitSignal(window.pause):
        button(window, "Pause").click()
    with qtbot.waitSignal(window.resume):
        button(window, "Continue").click()


def test_a_lost_connection_and_the_end_are_said(language, qtbot, window):
    window.show_download("李伟")

    window.show_status(status("offline"))
    assert tr("No connection. The download continues by itself when there is one.") in words(window)
    window.show_status(status("synced"))

    assert tr("Everything is on this computer.") in words(window)


def test_signing_in_again_keeps_the_server_and_asks_for_the_password(qtbot):
    dialog = SignInDialog("https://server", "anna", None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert line(dialog, "Server address").isReadOnly()

    qtbot.keyClicks(line(dialog, "Password"), "secret")
    with qtbot.waitSignal(dialog.wanted) as wanted:
        button(dialog, "Sign in").click()

    assert wanted.args == ["https://server", "anna", "secret"]


def test_a_new_passphrase_is_asked_twice(language, qtbot):
    given: list[str] = []
    dialog = Passphrase(given.append, new=True, refused=lambda: None)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(line(dialog, "Passphrase"), "correct horse battery")
    qtbot.keyClicks(line(dialog, "Passphrase again"), "correct horse")
    button(dialog, "Continue").click()
    assert tr("The two passphrases differ.") in words(dialog)
    assert given == []

    qtbot.keyClicks(line(dialog, "Passphrase again"), " battery")
    qtbot.keyClick(line(dialog, "Passphrase again"), Qt.Key.Key_Return)

    assert given == ["correct horse battery"]


def test_a_known_passphrase_is_asked_once_and_leaving_quits(qtbot):
    left: list[bool] = []
    dialog = Passphrase(lambda _: None, new=False, refused=lambda: left.append(True))
    qtbot.addWidget(dialog)
    dialog.show()
    assert line(dialog, "Passphrase again").isHidden()

    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert left == [True]


def test_a_lost_key_offers_a_way_out_and_does_nothing_unasked(language, qtbot):
    chosen: list[str] = []
    error = ReplicaLocked("key.secret_missing")
    question = Question.over(error, yes=lambda: chosen.append("yes"), no=lambda: chosen.append("no"))
    qtbot.addWidget(question)
    question.show()

    assert question.text() == explain(error).text
    qtbot.keyClick(question, Qt.Key.Key_Escape)

    assert chosen == ["no"]


def test_a_second_copy_is_told_to_use_the_open_window(language, qtbot):
    error = Busy("replica.in_use")
    notice = Notice.of(error)
    qtbot.addWidget(notice)

    assert notice.text() == explain(error).text
