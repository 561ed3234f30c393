"""The key of the replica: random, wrapped by a secret of the keyring or by a passphrase, kept twice."""

import hashlib
import json
import logging
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import ReplicaLocked, RuleViolation
from app.persistence.files import write_durably
from app.persistence.secret_store import NoKeyring, SecretStore

KEY_BYTES = 32
SHORTEST_PASSPHRASE = 12

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Wrapped:
    """The content of the key file. `secret` names the keyring's entry; empty where a passphrase opens it."""

    salt: str
    nonce: str
    key: str
    secret: str = ""
    form: int = 1

    def written(self) -> bytes:
        """With a checksum, so that a damaged copy is known from one that another secret opens."""
        said = asdict(self)
        return json.dumps(said | {"check": _checksum(said)}).encode()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Raises ValueError or TypeError for anything but what `written` made."""
        said = json.loads(content)
        if not isinstance(said, dict) or said.pop("check", None) != _checksum(said):
            raise ValueError("damaged")
        return cls(**said)


class KeyFile:
    """The wrapped key beside the replica. Losing both copies, or the secret, is losing the replica."""

    def __init__(self, path: Path) -> None:
        self._copies = (path, path.with_name(f"{path.name}.copy"))

    def exists(self) -> bool:
        return any(copy.exists() for copy in self._copies)

    def asks_for_passphrase(self) -> bool:
        """Is a passphrase needed to open the key? Raises ReplicaLocked where no copy can be read."""
        return not self._read().secret

    def make(self, store: SecretStore) -> bytes:
        """A new key that opens without asking. Raises NoKeyring where there is no keyring to trust."""
        name, secret = f"replica-{secrets.token_hex(8)}", secrets.token_hex(KEY_BYTES)
        store.put(name, secret)
        if store.get(name) != secret:
            raise ReplicaLocked("key.keyring_forgets")
        return self._wrap(bytes.fromhex(secret), secret_name=name)

    def make_with_passphrase(self, passphrase: str) -> bytes:
        """A new key for a computer without a keyring. Raises RuleViolation for a short passphrase."""
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise RuleViolation("key.passphrase_short", least=SHORTEST_PASSPHRASE)
        salt = secrets.token_bytes(16)
        return self._wrap(_stretched(passphrase, salt), salt=salt)

    def open(self, store: SecretStore) -> bytes:
        """The key. Raises ReplicaLocked where the keyring has lost its part, NoKeyring where it is gone."""
        wrapped = self._read()
        if not wrapped.secret:
            raise ReplicaLocked("key.passphrase_needed")
        secret = store.get(wrapped.secret)
        if secret is None:
            raise ReplicaLocked("key.secret_missing")
        try:
            return _unwrap(wrapped, bytes.fromhex(secret))
        except (InvalidTag, ValueError) as wrong:
            raise ReplicaLocked("key.secret_wrong") from wrong

    def open_with_passphrase(self, passphrase: str) -> bytes:
        """The key. Raises ReplicaLocked for a wrong passphrase."""
        wrapped = self._read()
        try:
            return _unwrap(wrapped, _stretched(passphrase, bytes.fromhex(wrapped.salt)))
        except InvalidTag as wrong:
            raise ReplicaLocked("key.passphrase_wrong") from wrong

    def destroy(self, store: SecretStore) -> None:
        """What the key sealed can be read by nobody any more, wherever copies of it lie."""
        with suppress(ReplicaLocked, NoKeyring):
            if name := self._read().secret:
                store.remove(name)
        for copy in self._copies:
            copy.unlink(missing_ok=True)

    def _wrap(self, secret: bytes, *, salt: bytes = b"", secret_name: str = "") -> bytes:
        key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(12)
        salt = salt or secrets.token_bytes(16)
        sealed = AESGCM(_key_of(secret, salt)).encrypt(nonce, key, None)
        wrapped = _Wrapped(salt.hex(), nonce.hex(), sealed.hex(), secret_name)
        for copy in self._copies:
            write_durably(copy, wrapped.written())
        return key

    def _read(self) -> _Wrapped:
        """The first copy that can be read; a lost one is made good."""
        if not self.exists():
            raise ReplicaLocked("key.file_missing")
        for copy in self._copies:
            try:
                wrapped = _Wrapped.read(copy.read_bytes())
            except (OSError, ValueError, TypeError):
                log.warning("key file %s cannot be read", copy.name)
                continue
            for other in self._copies:
                if not other.exists() or other.read_bytes() != wrapped.written():
                    write_durably(other, wrapped.written())
            return wrapped
        raise ReplicaLocked("key.file_damaged")


def _checksum(said: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _unwrap(wrapped: _Wrapped, secret: bytes) -> bytes:
    opener = AESGCM(_key_of(secret, bytes.fromhex(wrapped.salt)))
    return opener.decrypt(bytes.fromhex(wrapped.nonce), bytes.fromhex(wrapped.key), None)


def _key_of(secret: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, b"roundtrip replica key").derive(secret)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    """Guessing must be slow: about a third of a second and 64 MiB a try."""
    stretch = Argon2id(salt=salt, length=KEY_BYTES, iterations=3, lanes=4, memory_cost=64 * 1024)
    return stretch.derive(passphrase.encode())
