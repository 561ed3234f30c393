"""Whatever goes wrong is said plainly on the screen, the work stays, and the program goes on by itself."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication

from app import main
from app.demo.fault_proxy import FaultProxy
from app.domain.errors import ReplicaDamaged
from app.language import tr
from app.laptop import Laptop
from app.persistence.keys import KeyFile
from app.persistence.replica import join_replica, open_replica
from app.settings import Folders
from sync.server.territories import add_territory
from tests.builders import a_customer, the_catalogue
from tests.e2e.desktops import Desktop
from tests.e2e.processes import ServerProcess
from tests.keyrings import AbsentKeyring, MemoryKeyring
from tests.replicas import ENGINEER, pulled
from ui.messages import words_for

PASSPHRASE = "one stone and two birds"
DYING = """
import sys
from pathlib import Path
from app.laptop import Laptop
from app.settings import Folders
from app.services import Services
from app.domain.customers import Contact
from uuid import UUID
from tests.keyrings import MemoryKeyring
folder = Path({folder!r})
keyring = MemoryKeyring()
keyring.secrets = {secrets!r}
laptop = Laptop(Folders(folder, folder, folder / "logs"), keyring)
lock = laptop.lock()
opened = laptop.open()
Services.over(opened.replica).records.create(
    Contact, {{"customer_id": UUID({customer!r}), "name": "Verdi"}}
)
print("Verdi", flush=True)
sys.stdin.read()
"""
SECOND = """
import sys
from app import main
from app.settings import Folders
from tests.keyrings import MemoryKeyring
main.Notice.exec = lambda notice: print(notice.text(), flush=True)
keyring = MemoryKeyring()
keyring.secrets = {secrets!r}
sys.exit(main.run_on(main.make_application(["roundtrip"]), Folders.of_this_user(), keyring))
"""


@pytest.fixture(scope="module")
def a_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], UUID]:
    """What a laptop holds after a day of work and a backup: its folder, its keyring, its customer."""
    folder, keyring = tmp_path_factory.mktemp("home"), MemoryKeyring()
    laptop = Laptop(Folders(folder, folder, folder / "logs"), keyring)
    opened = laptop.set_up(ENGINEER)
    pulled(opened.replica, *the_catalogue())
    with opened.replica.write("customer.create") as write:
        customer = a_customer()
        customer_id = customer.id
        write.session.add(customer)
    laptop.back_up_today(opened.key)
    opened.replica.close()
    return folder, keyring.secrets, customer_id


@pytest.fixture
def left(desktop: Desktop, a_home: tuple[Path, dict[str, str], UUID]) -> Desktop:
    """A laptop after its last day, with one change that has not been sent."""
    folder, secrets, _ = a_home
    shutil.copytree(folder, desktop.folder, dirs_exist_ok=True)
    assert isinstance(desktop.secrets, MemoryKeyring)
    desktop.secrets.secrets = dict(secrets)
    return desktop


@pytest.fixture
def customer(a_home: tuple[Path, dict[str, str], UUID]) -> UUID:
    return a_home[2]


def choose_passphrase(desktop: Desktop, *texts: str) -> None:
    desktop.until(lambda: tr("Passphrase") in desktop.fields())
    for name, text in zip((tr("Passphrase"), tr("Passphrase again")), texts, strict=False):
        desktop.fields()[name].setText(text)
    desktop.click(tr("Continue"))


def test_a_computer_without_a_keyring_asks_for_a_passphrase_and_asks_again_at_the_next_start(
    desktop: Desktop,
) -> None:
    desktop.secrets = AbsentKeyring()
    desktop.start()
    desktop.sign_in()
    choose_passphrase(desktop, "short", "short")
    desktop.until_it_says(words_for("key.passphrase_short", {"least": 12}))
    choose_passphrase(desktop, PASSPHRASE, PASSPHRASE)
    desktop.until_it_says(tr("Start working"))
    desktop.click(tr("Start working"))
    desktop.until_synced()
    customer = desktop.add_customer("Rossi")
    desktop.until_synced()

    desktop.restart()
    choose_passphrase(desktop, "another passphrase")
    desktop.until_it_says(words_for("key.passphrase_wrong"))
    choose_passphrase(desktop, PASSPHRASE)

    desktop.until_it_says(tr("You are signed out. You can keep working here."))
    assert desktop.has(customer)


def test_what_a_killed_program_had_saved_is_there_at_the_next_start(left: Desktop, customer: UUID) -> None:
    """The desktop dies without a goodbye; its lock, log and sync process die with it."""
    code = DYING.format(folder=str(left.folder), secrets=left.secrets.secrets, customer=customer.hex)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()

    left.start()
    left.until_at_work()

    assert name == "Verdi"
    assert left.waiting() == 2
    assert left.has(customer)


def test_the_second_copy_of_the_program_says_that_one_is_open(left: Desktop) -> None:
    left.start()
    left.until_at_work()
    code = SECOND.format(secrets=left.secrets.secrets)

    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert second.returncode == main.ALREADY_RUNNING, second.stderr
    assert words_for("replica.in_use") in second.stdout


@pytest.mark.parametrize("what", ["entry", "file", "content", "keyring"])
def test_a_missing_key_is_told_and_the_data_can_be_set_aside_and_downloaded_again(
    left: Desktop, what: str
) -> None:
    keys = [left.folder / "replica.key", left.folder / "replica.key.copy"]
    match what:
        case "entry":
            left.secrets.secrets.clear()
        case "file":
            for key in keys:
                key.unlink()
        case "content":
            for key in keys:
                key.write_bytes(b"{}")
        case "keyring":
            left.secrets = AbsentKeyring()
    codes = {
        "entry": "key.secret_missing",
        "file": "key.file_missing",
        "content": "key.file_damaged",
        "keyring": "key.keyring_away",
    }

    left.start()
    left.until_it_says(words_for(codes[what]))
    left.click(tr("Set aside and download again"))

    left.until_it_says(tr("Sign-in name"))
    aside = next(left.folder.glob("set-aside-*"))
    assert (aside / "replica.db").exists()
    assert (aside / "backups").exists()


def test_one_damaged_copy_of_the_key_is_made_good(left: Desktop, customer: UUID) -> None:
    (left.folder / "replica.key").write_bytes(b"\0" * 10)

    left.start()
    left.until_at_work()

    assert left.has(customer)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "first page": lambda content: content[:100] + bytes(200) + content[300:],
    "cut in half": lambda content: content[: len(content) // 2],
    "no content": lambda content: b"",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_repaired_from_the_last_backup(left: Desktop, customer: UUID, damage: str) -> None:
    replica = left.folder / "replica.db"
    replica.write_bytes(DAMAGES[damage](replica.read_bytes()))

    left.start()
    left.until_it_says(words_for("replica.damaged"))
    left.click(tr("Repair from the last backup"))
    left.until_at_work()

    assert left.has(customer)
    assert list((left.folder / "damaged").iterdir())


def test_damage_met_in_the_middle_of_work_is_repaired_without_a_restart(
    left: Desktop, customer: UUID
) -> None:
    left.start()
    left.until_at_work()
    assert left.program
    assert left.program._window

    left.program._window.fail(ReplicaDamaged("replica.damaged"))
    left.until_it_says(words_for("replica.damaged"))
    left.click(tr("Repair from the last backup"))
    left.until_at_work()

    assert left.has(customer)


def test_without_a_backup_a_damaged_file_is_set_aside_whole(left: Desktop) -> None:
    replica = left.folder / "replica.db"
    shutil.rmtree(left.folder / "backups")
    replica.write_bytes(replica.read_bytes()[:-8192])
    (left.folder / "replica.suspect").touch()

    left.start()
    left.until_it_says(words_for("replica.damaged"))
    left.click(tr("Repair from the last backup"))
    left.until_it_says(words_for("replica.no_backup"))
    left.click(tr("Set aside and download again"))

    left.until_it_says(tr("Sign-in name"))
    assert (next(left.folder.glob("set-aside-*")) / "replica.db").exists()


def test_a_first_run_that_was_cut_short_begins_again(desktop: Desktop) -> None:
    key = KeyFile(desktop.folder / "replica.key").make(desktop.secrets)
    open_replica(desktop.folder / "replica.db", key).close()

    desktop.set_up()


def test_a_replica_of_a_newer_release_is_left_alone(left: Desktop) -> None:
    key = KeyFile(left.folder / "replica.key").open(left.secrets)
    replica = join_replica(left.folder / "replica.db", key)
    with replica.absorb() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    replica.close()

    left.start()

    left.until_it_says(words_for("replica.newer"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which can be filled."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here, so no disk can be filled")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_on_a_full_disk_the_last_edit_is_saved_and_the_rest_follows_when_there_is_room(
    qapp: QApplication, small_disk: Path, server: ServerProcess, proxy: FaultProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("ROUNDTRIP_HOME", str(small_disk))
    desktop = Desktop(small_disk, proxy.url).set_up()
    try:
        fill(small_disk / "film.mkv")
        add_territory(server.database, server.tenant, "E", "T")  # there is news, and no room for it
        desktop.link.sync_now()
        desktop.until_told("replica.disk_full")
        assert (small_disk / "replica.ballast").exists()

        with pytest.raises(AssertionError, match=words_for("replica.disk_full")[:10]):
            desktop.add_customer("Rossi", patience_ms=2_000)
        customer = desktop.add_customer("Rossi")
        assert desktop.has(customer)

        (small_disk / "film.mkv").unlink()
        desktop.link.sync_now()
        desktop.until_synced()
    finally:
        desktop.stop()


def fill(file: Path) -> None:
    """Take every block that is left."""
    with suppress(OSError), file.open("wb", buffering=0) as film:
        while film.write(bytes(4096)):
            pass
