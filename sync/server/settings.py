"""What the operator decides: environment variables ROUNDTRIP_*, or files of secrets."""

import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url

from app.domain.notes import LARGEST_FILE

SECRETS = Path("/run/secrets")  # where containers and systemd put ROUNDTRIP_DATABASE and the like
MEBIBYTE = 1024 * 1024


def _home() -> Path:
    """ROUNDTRIP_HOME moves every file of ours, for trials and tests."""
    home = os.environ.get("ROUNDTRIP_HOME")
    return Path(home) if home else user_data_path("roundtrip-server", appauthor=False)


def _default_database() -> SecretStr:
    return SecretStr(f"sqlite:///{_home() / 'server.db'}")


class ServerSettings(BaseSettings):
    """`database` is an SQLAlchemy address and may hold a password, so it is never shown whole.

    `signing_key` is needed only where the key must not live in the database (see parts.py). Without
    a certificate the server speaks plain HTTP, which is for one machine or behind a proxy.
    """

    model_config = SettingsConfigDict(
        env_prefix="ROUNDTRIP_", secrets_dir=SECRETS if SECRETS.is_dir() else None, extra="ignore"
    )

    name: str = "Roundtrip"
    database: SecretStr = Field(default_factory=_default_database)
    signing_key: SecretStr | None = None
    blobs: Path | None = None
    push_limit: int = 16 * MEBIBYTE
    blob_limit: int = LARGEST_FILE
    keep_days: int = Field(default=180, ge=30)
    keep_at_most_days: int = Field(default=400, ge=30)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    log_level: str = "info"

    @property
    def blob_folder(self) -> Path:
        """Beside the database file unless told otherwise."""
        if self.blobs is not None:
            return self.blobs
        url = make_url(self.database.get_secret_value())
        if url.get_backend_name() == "sqlite" and url.database:
            return Path(url.database).parent / "blobs"
        return _home() / "blobs"

    @property
    def snapshot_folder(self) -> Path:
        """Copies for first downloads, which may be lost at any time."""
        return self.blob_folder.with_name("snapshots")
