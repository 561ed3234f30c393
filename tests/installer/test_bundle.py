"""The frozen program has all its parts, starts without Python, and holds nothing it should not."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dev
from installer.build import ROOT
from installer.build import bundle as freeze
from installer.trim import is_shipped
from installer.version_info import version_info

LARGEST = 200 * 1024 * 1024


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if sys.platform == "linux" and (missing := dev.missing_comforts()):
        pytest.skip(f"BUNDLE NOT TESTED: apt-get install -y --no-install-recommends {' '.join(missing)}")
    return freeze(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def report(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the frozen program found out about itself, run as far from this project as possible."""
    folder = tmp_path_factory.mktemp("elsewhere")
    kept = {
        name: os.environ[name] for name in ("HOME", "SYSTEMROOT", "TEMP", "APPDATA") if name in os.environ
    }
    program = bundle / ("Roundtrip.exe" if sys.platform == "win32" else "Roundtrip")
    told = folder / "report.json"
    subprocess.run(
        [program, "--selftest"], cwd=folder, env={**kept, "SELFTEST_REPORT": str(told)},
        check=False, capture_output=True, timeout=180,
    )  # fmt: skip
    said: dict[str, Any] = json.loads(told.read_text("utf-8"))
    return said


def test_the_program_finds_nothing_missing_when_run_from_source(tmp_path: Path) -> None:
    told = tmp_path / "report.json"
    environment = {**os.environ, "SELFTEST_REPORT": str(told)}
    program = [sys.executable, "-m", "app", "--selftest"]
    subprocess.run(program, cwd=ROOT, env=environment, check=False, capture_output=True, timeout=180)

    said = json.loads(told.read_text("utf-8"))

    assert said["failed"] == [], json.dumps(said, ensure_ascii=False, indent=1)


@pytest.mark.packaged
@pytest.mark.slow
def test_the_frozen_program_finds_nothing_missing(report: dict[str, Any]) -> None:
    assert report["failed"] == [], json.dumps(report, ensure_ascii=False, indent=1)
    assert report["frozen"] is True


@pytest.mark.packaged
@pytest.mark.slow
def test_the_bundle_holds_nothing_it_should_not(bundle: Path) -> None:
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    names = {path.relative_to(bundle / "_internal").as_posix() for path in files if path.parent != bundle}

    assert sum(path.stat().st_size for path in files) < LARGEST
    assert [name for name in names if not is_shipped(name)] == []
    assert not any(
        name.startswith(("sqlite3", "sync/server", "fastapi", "psycopg", "tests")) for name in names
    )
    assert {"LICENSE", "resources/fonts/OFL.txt", "app/persistence/migrations/env.py"} <= names
    assert any(name.endswith("qtbase_zh_CN.qm") for name in names)


@pytest.mark.parametrize(
    ("name", "shipped"),
    [
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6\\translations\\qtbase_fr.qm", False),
        ("PySide6\\opengl32sw.dll", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", False),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", False),
        ("resources/demo/story.json", False),
        ("resources/locale/zh_CN/LC_MESSAGES/roundtrip.mo", True),
        ("resources/locale/zh_CN/LC_MESSAGES/roundtrip.po", False),
    ],
)
def test_only_what_the_program_opens_is_handed_out(name: str, shipped: bool) -> None:
    assert is_shipped(name) is shipped


def test_windows_shows_name_and_version_of_the_program() -> None:
    resource = version_info("1.2.3")

    assert isinstance(ast.parse(resource, mode="eval").body, ast.Call)
    assert "filevers=(1, 2, 3, 0)" in resource
    assert "Roundtrip 往返" in resource
