"""What the user chose on this computer, and the folders everything is kept in."""

import json
import logging
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from platformdirs import PlatformDirs

from app.language import DEFAULT, LANGUAGES

HOME = "ROUNDTRIP_HOME"
THEMES = ("light", "dark", "system")
ORIGINALS = ("demand", "wifi", "always")
"""When photos and files come by themselves; small pictures of photos always do."""
LARGEST_MB = (1, 5, 25, 100, 2048)
"""Up to which size."""
SCALES = (90, 150)
"""Smallest and largest text size, in per cent."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Folders:
    """Where the program keeps what; one folder overrides all of them for tests and the demo."""

    config: Path
    data: Path
    logs: Path

    @classmethod
    def of_this_user(cls) -> Self:
        if home := os.environ.get(HOME):
            return cls(Path(home), Path(home), Path(home) / "logs")
        system = PlatformDirs("Roundtrip", appauthor=False)
        return cls(system.user_config_path, system.user_data_path, system.user_log_path)

    def make(self) -> Self:
        for folder in (self.config, self.data, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        return self


@dataclass
class Settings:
    """Secrets are not here but in the system's keyring. `login` only saves typing it again."""

    language: str = DEFAULT
    theme: str = "system"
    text_scale: int = 100
    server_url: str = ""
    login: str = ""
    sync_paused: bool = False
    pause_until: str = ""
    originals: str = "demand"
    largest_mb: int = 5
    window: str = ""

    @classmethod
    def load(cls, folders: Folders) -> Self:
        """The saved settings; what is missing or makes no sense takes its default."""
        try:
            saved = json.loads(_file(folders).read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError) as problem:
            log.warning("settings unreadable, using defaults: %s", type(problem).__name__)
            return cls()
        return cls(**_sensible(saved)) if isinstance(saved, dict) else cls()

    def save(self, folders: Folders) -> None:
        """Whoever reads at any moment finds the old settings or the new ones, never half.

        Where they cannot be written the old ones stay: nothing more important may fail over that.
        """
        half = _file(folders).with_suffix(".new")
        try:
            folders.make()
            half.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2), "utf-8")
            half.replace(_file(folders))
        except OSError as problem:
            log.warning("settings not saved: %s", type(problem).__name__)


def _file(folders: Folders) -> Path:
    return folders.config / "settings.json"


def _sensible(saved: dict[str, Any]) -> dict[str, Any]:
    wanted = {field.name: type(field.default) for field in fields(Settings)}
    kept: dict[str, Any] = {name: value for name, value in saved.items() if type(value) is wanted.get(name)}
    if kept.get("language") not in LANGUAGES:
        kept.pop("language", None)
    if kept.get("theme") not in THEMES:
        kept.pop("theme", None)
    if kept.get("originals") not in ORIGINALS:
        kept.pop("originals", None)
    if kept.get("largest_mb") not in LARGEST_MB:
        kept.pop("largest_mb", None)
    if kept.get("text_scale") not in range(SCALES[0], SCALES[1] + 1):
        kept.pop("text_scale", None)
    return kept
