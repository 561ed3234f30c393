"""The whole desktop, from the first start to the last: what is asked, what is opened, what is left."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from app.domain.errors import Busy, ReplicaDamaged, ReplicaLocked
from app.domain.visits import Visit, VisitPlan
from app.language import tr
from app.laptop import Laptop
from app.persistence.secret_store import SecretStore
from app.settings import Folders
from tests.builders import a_customer, a_visit_plan, the_catalogue
from tests.e2e.desktops import Desktop
from tests.e2e.processes import ServerProcess
from tests.keyrings import AbsentKeyring, MemoryKeyring
from tests.replicas import ENGINEER, pulled
from ui.main_window import MainWindow
from ui.messages import explain

NOWHERE = "http://127.0.0.1:9"
"""Where no server answers: the program must do without."""
PAGE = 4096
PASSPHRASE = "correct horse battery staple"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(tmp_path_factory.mktemp("server"))
    yield running
    running.close()


@pytest.fixture
def home(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROUNDTRIP_HOME", str(tmp_path))  # for the sync process
    return tmp_path


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def desktop(home: Path, keyring: MemoryKeyring) -> Iterator[Desktop]:
    """A laptop somebody has worked on before; no server answers."""
    used(home, keyring)
    made = Desktop(home, NOWHERE, secrets=keyring)
    yield made
    made.stop()


def used(folder: Path, secrets: SecretStore, passphrase: str | None = None) -> None:
    """As the first run leaves it."""
    laptop = Laptop(Folders(folder, folder, folder / "logs"), secrets)
    laptop.set_up(ENGINEER, passphrase).replica.close()


def asked() -> QMessageBox:
    """The question or notice on the screen."""
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())


def window() -> MainWindow | None:
    shown = (w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible())
    return next(shown, None)


def test_the_first_start_signs_in_downloads_and_begins_and_the_second_opens_what_is_there(
    home: Path, server: ServerProcess
) -> None:
    desktop = Desktop(home, f"http://127.0.0.1:{server.port}")
    try:
        desktop.start()
        assert window() is None
        desktop.sign_in()
        desktop.until_it_says(tr("Start working"))
        desktop.click(tr("Start working"))
        desktop.until(lambda: window() is not None)
        identity = desktop.replica.identity
        assert identity is not None
        assert identity.display_name == "Anna"
        desktop.until_synced()

        desktop.restart()

        desktop.until(lambda: window() is not None)
        assert desktop.replica.identity == identity
        desktop.until_synced()
    finally:
        desktop.stop()


def test_without_a_network_the_program_opens_all_the_same(desktop: Desktop) -> None:
    desktop.start()

    desktop.until(lambda: window() is not None)
    desktop.until_it_says("李伟")


def test_closing_leaves_no_thread_and_no_process_behind(desktop: Desktop) -> None:
    before = set(threading.enumerate())
    desktop.start()
    desktop.until(lambda: window() is not None and desktop.link.running)
    link = desktop.link

    assert desktop.program is not None
    desktop.program.close()

    assert not link.running
    assert set(threading.enumerate()) <= before
    Laptop(desktop.folders, desktop.secrets).lock().release()


def test_a_lost_key_offers_to_set_the_data_aside_and_does_so_only_when_told(
    desktop: Desktop, keyring: MemoryKeyring
) -> None:
    keyring.secrets.clear()
    desktop.start()
    desktop.until(lambda: explain(ReplicaLocked("key.secret_missing")).text in desktop.words())
    assert window() is None

    desktop.click(tr("Set aside and download again"))

    desktop.until(lambda: tr("Sign-in name") in desktop.words())
    (aside,) = desktop.folder.glob("set-aside-*")
    assert (aside / "replica.db").exists()


def test_a_wrong_key_is_told(desktop: Desktop, keyring: MemoryKeyring) -> None:
    for name in keyring.secrets:
        keyring.secrets[name] = "00" * 32
    desktop.start()

    desktop.until(lambda: bool(desktop.words()))

    assert asked().text() == explain(ReplicaLocked("key.secret_wrong")).text


def test_a_damaged_file_is_repaired_from_the_backup(desktop: Desktop, keyring: MemoryKeyring) -> None:
    laptop = Laptop(desktop.folders, keyring)
    opened = laptop.open()
    laptop.back_up_today(opened.key)
    opened.replica.close()
    spoil(laptop.path)
    desktop.start()
    desktop.until(lambda: explain(ReplicaDamaged("replica.damaged")).text in desktop.words())

    desktop.click(tr("Repair from the last backup"))

    desktop.until(lambda: window() is not None)
    assert desktop.replica.identity == ENGINEER


def test_a_damaged_file_without_a_backup_can_be_set_aside(desktop: Desktop) -> None:
    laptop = Laptop(desktop.folders, desktop.secrets)
    spoil(laptop.path, first=2)
    laptop.distrust()
    desktop.start()
    desktop.until(lambda: explain(ReplicaDamaged("replica.damaged")).text in desktop.words())

    desktop.click(tr("Repair from the last backup"))

    desktop.until(lambda: explain(ReplicaDamaged("replica.no_backup")).text in desktop.words())
    desktop.click(tr("Set aside and download again"))
    desktop.until(lambda: tr("Sign-in name") in desktop.words())


def test_a_second_copy_is_kept_out(desktop: Desktop) -> None:
    desktop.start()

    with pytest.raises(Busy) as kept_out:
        Laptop(desktop.folders, desktop.secrets).lock()

    assert kept_out.value.code == "replica.in_use"


def test_without_a_keyring_the_passphrase_is_asked_until_it_fits(home: Path) -> None:
    used(home, AbsentKeyring(), PASSPHRASE)
    desktop = Desktop(home, NOWHERE, secrets=AbsentKeyring())
    try:
        desktop.start()
        desktop.until(lambda: bool(desktop.fields()))
        desktop.fields()[tr("Passphrase")].setText("something else entirely")
        desktop.click(tr("Continue"))
        desktop.until(lambda: explain(ReplicaLocked("key.passphrase_wrong")).text in desktop.words())
        assert window() is None

        desktop.fields()[tr("Passphrase")].setText(PASSPHRASE)
        desktop.click(tr("Continue"))

        desktop.until(lambda: window() is not None)
    finally:
        desktop.stop()


def test_visits_that_fall_due_are_planned_once_all_is_synchronised(desktop: Desktop) -> None:
    desktop.start()
    desktop.until(lambda: window() is not None)
    customer = a_customer()
    pulled(desktop.replica, *the_catalogue(), customer)
    pulled(desktop.replica, a_visit_plan(customer.id, owner_id=ENGINEER.user_id, visit_cadence=7))

    for _ in range(2):
        synced = {"event": "state", "state": "synced", "pending": 0, "attention": 0, "conflicts": 0}
        desktop.link.receive(synced)
        desktop.until(lambda: visits(desktop) > 0)

    assert visits(desktop) in (4, 5)  # one a week, four weeks ahead


def visits(desktop: Desktop) -> int:
    with desktop.replica.read() as session:
        assert session.query(VisitPlan).count() == 1
        return session.query(Visit).count()


def spoil(path: Path, first: int = 0) -> None:
    """Blank a page, as a failing disk does."""
    content = bytearray(path.read_bytes())
    content[first * PAGE : (first + 1) * PAGE] = bytes(PAGE)
    path.write_bytes(content)
