"""Settings survive restarts, and nonsense in their file does no harm."""

import json
from pathlib import Path

import pytest

from app.settings import HOME, Folders, Settings


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv(HOME, str(tmp_path))
    return Folders.of_this_user()


def test_one_folder_may_hold_everything(folders, tmp_path):
    assert folders == Folders(tmp_path, tmp_path, tmp_path / "logs")
    assert folders.make().logs.is_dir()


def test_without_it_the_system_says_where(monkeypatch):
    monkeypatch.delenv(HOME, raising=False)
    assert "roundtrip" in str(Folders.of_this_user().data).lower()


def test_settings_survive_a_restart(folders):
    Settings(language="en", theme="dark", text_scale=120, server_url="https://example.cn").save(folders)

    assert Settings.load(folders) == Settings("en", "dark", 120, "https://example.cn")
    assert [path.name for path in folders.config.iterdir() if path.is_file()] == ["settings.json"]


def test_the_first_start_has_defaults(folders):
    assert Settings.load(folders) == Settings()


@pytest.mark.parametrize(
    "saved",
    [
        "",
        "{",
        "[]",
        json.dumps({"theme": "pink", "language": "xx", "text_scale": 900, "sync_paused": "yes", "new": 1}),
    ],
)
def test_what_makes_no_sense_takes_its_default(folders, saved):
    folders.make()
    (folders.config / "settings.json").write_text(saved)

    assert Settings.load(folders) == Settings()


def test_what_does_make_sense_is_kept_beside_what_does_not(folders):
    folders.make()
    (folders.config / "settings.json").write_text(json.dumps({"theme": "dark", "text_scale": "big"}))

    assert Settings.load(folders) == Settings(theme="dark")
