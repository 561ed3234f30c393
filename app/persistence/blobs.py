"""Photos and files on the laptop, encrypted, each found by the hash of its content."""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.persistence.files import write_durably

_NONCE = 12

log = logging.getLogger(__name__)


class BlobStore:
    """A folder of sealed files; their names tell nothing of their content."""

    def __init__(self, folder: Path, replica_key: bytes) -> None:
        derived = HKDF(SHA256(), 64, None, b"roundtrip blobs").derive(replica_key)
        self._seal, self._naming = AESGCM(derived[:32]), derived[32:]
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Keep `content`; its SHA-256. Raises DiskFull, and then nothing was kept."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not path.exists():
            nonce = secrets.token_bytes(_NONCE)
            write_durably(path, nonce + self._seal.encrypt(nonce, content, sha256.encode()))
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """The content, or None where this laptop does not have it whole."""
        path = self._path(sha256)
        try:
            sealed = path.read_bytes()
            return self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], sha256.encode())
        except FileNotFoundError:
            return None
        except (InvalidTag, ValueError):
            log.warning("file %s is damaged and will be fetched again", sha256)
            path.replace(path.with_suffix(".damaged"))
            return None

    def missing(self, wanted: Iterable[str]) -> set[str]:
        """Which of these are not here."""
        return {sha256 for sha256 in wanted if not self._path(sha256).exists()}

    def _path(self, sha256: str) -> Path:
        return self._folder / hmac.new(self._naming, sha256.encode(), hashlib.sha256).hexdigest()
