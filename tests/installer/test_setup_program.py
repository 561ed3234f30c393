"""The setup program does what an administrator expects of it, silently, under wine."""

from pathlib import Path

import pytest

from tests.installer.wine import VERSIONS, Wine

pytestmark = [pytest.mark.packaged, pytest.mark.slow]
OLD, NEW = VERSIONS
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Roundtrip"
IN_USE, DOWNGRADE, OLD_WINDOWS = 10, 11, 13

Packages = dict[str, tuple[Path, Path]]


def the_program(wine: Wine) -> Path:
    [program] = wine.find("Roundtrip.exe")
    return program


def says(wine: Wine) -> str:
    return wine.run(the_program(wine)).stdout.strip()


def work_on_the_laptop(wine: Wine) -> Path:
    replica = wine.local / "Roundtrip" / "replica.db"
    replica.parent.mkdir(parents=True)
    replica.write_text("work that was never sent")
    return replica


@pytest.mark.parametrize(
    ("mode", "hive", "folder"),
    [
        ("/AllUsers", "HKLM", "Program Files/Roundtrip"),
        ("/CurrentUser", "HKCU", "users/*/AppData/Local/Programs/Roundtrip"),
    ],
)
def test_it_installs_upgrades_and_leaves_with_the_data_kept(
    wine: Wine, packages: Packages, mode: str, hive: str, folder: str
) -> None:
    replica = work_on_the_laptop(wine)

    assert wine.run(packages[OLD][0], "/S", mode, r"/LOG=C:\setup.log").returncode == 0

    installed = the_program(wine).parent
    assert installed in wine.drive.glob(folder)
    assert says(wine) == f"Roundtrip {OLD}"
    assert wine.registry(rf"{hive}\{UNINSTALL}", "DisplayVersion") == OLD
    assert (wine.registry(rf"{hive}\{UNINSTALL}", "QuietUninstallString") or "").endswith("/S")
    assert len(wine.find("Roundtrip 往返.lnk")) == 1
    log = (wine.drive / "setup.log").read_bytes().decode("utf-16")
    assert f"setup {OLD}" in log
    assert "done" in log

    assert wine.run(packages[NEW][0], "/S", mode).returncode == 0

    assert the_program(wine).parent == installed
    assert says(wine) == f"Roundtrip {NEW}"
    assert not (installed / f"_internal/library-{OLD}.txt").exists()
    assert wine.registry(rf"{hive}\{UNINSTALL}", "DisplayVersion") == NEW
    assert replica.read_text() == "work that was never sent"

    wine.run(installed / "uninstall.exe", mode, "/S")
    wine.wait()

    assert not installed.exists()
    assert wine.registry(rf"{hive}\{UNINSTALL}", "DisplayVersion") is None
    assert wine.find("*.lnk") == []
    assert replica.read_text() == "work that was never sent"


def test_an_older_version_does_not_replace_a_newer_one(wine: Wine, packages: Packages) -> None:
    wine.run(packages[NEW][0], "/S", "/AllUsers")

    refused = wine.run(packages[OLD][0], "/S", "/AllUsers", r"/LOG=C:\refused.log")

    assert refused.returncode == DOWNGRADE
    assert says(wine) == f"Roundtrip {NEW}"
    assert "ERROR 11" in (wine.drive / "refused.log").read_bytes().decode("utf-16")
    assert wine.run(packages[OLD][0], "/S", "/AllUsers", "/ALLOWDOWNGRADE").returncode == 0
    assert says(wine) == f"Roundtrip {OLD}"


def test_a_running_program_is_neither_replaced_nor_removed(wine: Wine, packages: Packages) -> None:
    wine.run(packages[OLD][0], "/S", "/AllUsers")
    program = the_program(wine)

    with wine.running(program):
        assert wine.run(packages[NEW][0], "/S", "/AllUsers").returncode == IN_USE
        # _?= keeps the uninstaller from going on in a copy of itself, so that its exit code is seen.
        here = [r"_?=C:\Program", r"Files\Roundtrip"]
        assert wine.run(program.parent / "uninstall.exe", "/AllUsers", "/S", *here).returncode == IN_USE

    assert says(wine) == f"Roundtrip {OLD}"


def test_the_folder_chosen_first_is_remembered(wine: Wine, packages: Packages) -> None:
    # Each word an argument of its own: /D= must come last and unquoted, spaces and all.
    folder = [r"/D=C:\Ápps", r"外勤\Round", "trip"]
    wine.run(packages[OLD][0], "/S", "/AllUsers", *folder)
    assert (wine.drive / "Ápps 外勤/Round trip/Roundtrip.exe").exists()

    wine.run(packages[NEW][0], "/S", "/AllUsers")

    assert the_program(wine).parent == wine.drive / "Ápps 外勤/Round trip"
    assert says(wine) == f"Roundtrip {NEW}"


def test_data_is_removed_only_when_asked_for(wine: Wine, packages: Packages) -> None:
    replica = work_on_the_laptop(wine)
    wine.run(packages[OLD][0], "/S", "/CurrentUser")

    wine.run(the_program(wine).parent / "uninstall.exe", "/CurrentUser", "/S", "/PURGE")
    wine.wait()

    assert not replica.parent.exists()


def test_files_of_others_in_the_folder_survive(wine: Wine, packages: Packages) -> None:
    wine.run(packages[OLD][0], "/S", "/AllUsers")
    theirs = the_program(wine).parent / "notes.txt"
    theirs.write_text("mine")

    wine.run(theirs.parent / "uninstall.exe", "/AllUsers", "/S")
    wine.wait()

    assert [path.name for path in theirs.parent.iterdir()] == ["notes.txt"]


def test_windows_older_than_1809_is_refused(wine: Wine, packages: Packages) -> None:
    wine.become("win81")

    refused = wine.run(packages[NEW][0], "/S", "/AllUsers")

    assert refused.returncode == OLD_WINDOWS
    assert wine.find("Roundtrip.exe") == []
