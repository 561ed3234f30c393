"""The MSI installs, upgrades and leaves as group policy would have it, under wine."""

from pathlib import Path

import pytest

from tests.installer.wine import VERSIONS, Wine

pytestmark = [pytest.mark.packaged, pytest.mark.slow]
OLD, NEW = VERSIONS
PROGRAM = "Program Files/Roundtrip/Roundtrip.exe"

Packages = dict[str, tuple[Path, Path]]


def msiexec(wine: Wine, *arguments: str | Path) -> int:
    return wine.run("msiexec", *arguments, "/qn").returncode


def says(wine: Wine) -> str:
    return wine.run(wine.drive / PROGRAM).stdout.strip()


def test_it_installs_upgrades_and_leaves_with_the_data_kept(wine: Wine, packages: Packages) -> None:
    replica = wine.local / "Roundtrip" / "replica.db"
    replica.parent.mkdir(parents=True)
    replica.write_text("work that was never sent")

    assert msiexec(wine, "/i", packages[OLD][1]) == 0
    assert says(wine) == f"Roundtrip {OLD}"
    assert len(wine.find("Roundtrip.lnk")) == 1
    assert wine.registry(r"HKLM\Software\Roundtrip", "Version") == OLD

    assert msiexec(wine, "/i", packages[NEW][1]) == 0
    assert says(wine) == f"Roundtrip {NEW}"
    assert wine.find(f"library-{OLD}.txt") == []
    assert wine.registry(r"HKLM\Software\Roundtrip", "Version") == NEW

    assert msiexec(wine, "/x", packages[NEW][1]) == 0
    assert wine.find("Roundtrip.exe") == []
    assert wine.find("Roundtrip.lnk") == []
    assert replica.read_text() == "work that was never sent"


def test_an_older_version_does_not_replace_a_newer_one(wine: Wine, packages: Packages) -> None:
    msiexec(wine, "/i", packages[NEW][1])

    assert msiexec(wine, "/i", packages[OLD][1]) != 0
    assert says(wine) == f"Roundtrip {NEW}"


def test_windows_older_than_1809_is_refused(wine: Wine, packages: Packages) -> None:
    wine.become("win81")

    assert msiexec(wine, "/i", packages[NEW][1]) != 0
    assert wine.find("Roundtrip.exe") == []
