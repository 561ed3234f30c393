"""The program's own things on this computer: the replica's files, its key, and the sign-in it keeps."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any
from uuid import UUID

from filelock import FileLock

from app.domain.errors import ReplicaLocked
from app.domain.organisation import Role
from app.domain.types import ChoiceType
from app.persistence.backups import back_up_daily, backups, folder_of, last_set_aside, recover
from app.persistence.database import lock_replica
from app.persistence.identity import Identity
from app.persistence.keys import KeyFile
from app.persistence.replica import Replica, distrust, open_replica
from app.persistence.salvage import salvage
from app.persistence.secret_store import NoKeyring, SecretStore
from app.settings import Folders

REFRESH_TOKEN = "refresh-token"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """The replica, and the key that the sync process needs to open it too."""

    replica: Replica
    key: bytes


class Laptop:
    """All of it lies in one folder, so that tests and the demo have as many laptops as they like."""

    def __init__(self, folders: Folders, secrets: SecretStore) -> None:
        self._folders = folders
        self._secrets = secrets
        self._token: str | None = None
        self.path = folders.data / "replica.db"
        self._keys = KeyFile(folders.data / "replica.key")

    @property
    def is_set_up(self) -> bool:
        """Somebody has signed in here before, even if nothing but a backup tells of it."""
        return self.path.exists() or bool(backups(self.path))

    def lock(self) -> FileLock:
        """Keep other copies of the program out. Raises Busy where one is running."""
        self._folders.make()
        return lock_replica(self.path)

    def asks_for_passphrase(self) -> bool:
        """Is a passphrase needed before `open`? Raises ReplicaLocked where the key is lost."""
        return self._keys.asks_for_passphrase()

    def open(self, passphrase: str | None = None) -> Opened:
        """Raises ReplicaLocked, ReplicaDamaged, DiskFull, or AppError("replica.newer")."""
        key = self._key(passphrase)
        return Opened(open_replica(self.path, key), key)

    def repair(self, passphrase: str | None = None) -> Opened:
        """Set a damaged replica aside and go on from the newest backup, with all unsent work that can
        still be read; raises ReplicaDamaged where there is no backup."""
        key = self._key(passphrase)
        recover(self.path, key)
        replica = open_replica(self.path, key)
        if damaged := last_set_aside(self.path):
            salvage(damaged, key, replica)
        return Opened(replica, key)

    def set_up(self, identity: Identity, passphrase: str | None = None) -> Opened:
        """Make the replica of the person who has just signed in; one that was never finished gives way.

        Raises NoKeyring where the key needs a passphrase that was not given, DiskFull.
        """
        self._folders.make()
        if self.path.exists():
            self.set_aside()
        key = self._keys.make_with_passphrase(passphrase) if passphrase else self._keys.make(self._secrets)
        replica = open_replica(self.path, key)
        replica.belong_to(identity)
        return Opened(replica, key)

    def distrust(self) -> None:
        """A page could not be read: the next `open` looks at every one."""
        distrust(self.path)

    def set_aside(self) -> Path:
        """Move a replica that cannot be opened aside, with all that its key seals; where it is now."""
        aside = self._folders.data / f"set-aside-{datetime.now():%Y%m%d-%H%M%S-%f}"
        aside.mkdir(parents=True)
        for file in self._folders.data.glob("replica.*"):
            if file.suffix not in (".lock", ".ballast"):
                file.rename(aside / file.name)
        for folder in (folder_of(self.path), self.path.with_name("blobs")):
            if folder.exists():
                folder.rename(aside / folder.name)
        log.warning("replica set aside in %s", aside.name)
        return aside

    def destroy(self) -> None:
        """The office has withdrawn this laptop's data: the key goes first, then all that it sealed."""
        self._keys.destroy(self._secrets)
        self.forget_sign_in()
        set_aside = self._folders.data.glob("set-aside-*")
        for folder in (folder_of(self.path), self.path.with_name("blobs"), *set_aside):
            rmtree(folder, ignore_errors=True)
        for file in self._folders.data.glob("replica.*"):
            if file.suffix != ".lock":
                with suppress(OSError):  # Windows keeps what is open; without the key it is worth nothing
                    file.unlink()
        log.warning("the data of this laptop was destroyed")

    def back_up_today(self, key: bytes) -> None:
        """Make today's copy of the replica if there is none yet."""
        back_up_daily(self.path, key, date.today())

    @property
    def refresh_token(self) -> str | None:
        """What signs this laptop in again without a password; None where it must be asked."""
        try:
            return self._secrets.get(REFRESH_TOKEN)
        except NoKeyring:
            return self._token

    def keep_refresh_token(self, token: str) -> None:
        """In the keyring, or, where there is none, until the program ends."""
        try:
            self._secrets.put(REFRESH_TOKEN, token)
        except NoKeyring:
            self._token = token

    def forget_sign_in(self) -> None:
        """The password will be asked; the replica stays."""
        self._token = None
        with suppress(NoKeyring):
            self._secrets.remove(REFRESH_TOKEN)

    def _key(self, passphrase: str | None) -> bytes:
        if passphrase:
            return self._keys.open_with_passphrase(passphrase)
        try:
            return self._keys.open(self._secrets)
        except NoKeyring as gone:  # there was one when the key was made
            raise ReplicaLocked("key.keyring_away") from gone


def identity_from(said: Mapping[str, Any]) -> Identity:
    """Who signed in, as the sync process tells it."""
    return Identity(
        user_id=UUID(said["user_id"]),
        device_id=UUID(said["device_id"]),
        tenant_id=UUID(said["tenant_id"]),
        role=_role(said["role"]),
        display_name=str(said["display_name"]),
    )


def _role(said: str) -> Role:
    role = ChoiceType(Role).from_stored(said)
    return role if isinstance(role, Role) else Role.ENGINEER
