"""dev.py prepares a machine, or says in plain words what it lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parent.parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="apt is a matter of Debian")


def test_it_needs_the_standard_library_only() -> None:
    asked = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "dev.py", "--help"], check=True, capture_output=True, text=True
    )

    assert "dev.py demo" in asked.stdout


def test_uv_is_fetched_in_the_locked_version_with_its_hashes() -> None:
    pinned = dev.locked("uv").splitlines()

    assert pinned[0].startswith("uv==")
    assert pinned[1:]
    assert all("--hash=sha256:" in line for line in pinned[1:])


def test_another_python_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))

    with pytest.raises(dev.Problem, match=r"Python 3\.11 to 3\.14 is needed"):
        dev.main(["setup"])


@posix
def test_whoever_may_not_install_is_told_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(dev.Problem) as told:
        dev.ensure_system_packages(["libegl1", "libxcb-cursor0"])

    assert "sudo apt-get install -y --no-install-recommends libegl1 libxcb-cursor0" in str(told.value)


@posix
def test_what_qt_needs_is_here_after_setting_up() -> None:
    if os.geteuid() == 0:
        assert dev.missing_packages() == []


def test_preparing_twice_does_nothing_the_second_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran: list[object] = []
    monkeypatch.setattr(dev, "STAMP", tmp_path / "prepared")
    monkeypatch.setattr(dev, "missing_packages", list)
    monkeypatch.setattr(dev, "find_uv", lambda: "uv")
    monkeypatch.setattr(dev, "run", lambda *command: ran.append(command))

    dev.prepare()
    first = len(ran)
    dev.prepare()

    assert first >= 2
    assert len(ran) == first
