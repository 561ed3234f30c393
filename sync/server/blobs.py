"""Keeps the bytes of attachments, each file under the hash of its content.

A file arrives in parts, in any order, perhaps over days. Whoever sends one has a place of his own for it,
so that nobody spoils or learns what others have sent.
"""

import errno
import hashlib
import os
import re
import threading
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from app.domain.errors import DiskFull
from app.domain.notes import PART, parts_of
from sync.server.refusals import Refusal

STALE = 60 * 86_400.0  # seconds after which an upload nobody goes on with is given up
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 2**20
_HERE = b"\x01"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class BlobStore:
    """Files in one folder; a file is there whole and verified, or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._finishing = threading.Lock()

    def path_of(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise Refusal(400, "blob.name_malformed")
        return self._folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        return self.path_of(sha256).is_file()

    def upload(self, sha256: str, size: int, sender: str) -> "Upload":
        """Where `sender` stands with a file of this size."""
        arriving = self._folder / "arriving" / f"{sender}-{sha256}-{size}"
        return Upload(arriving, self.path_of(sha256), size, self._finishing)

    def keep(self, sha256: str, pieces: Iterable[bytes]) -> None:
        """A whole file at once. Raises Refusal where it is not what its name says, DiskFull."""
        path = self.path_of(sha256)
        with _disk_full_named():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = mkstemp(dir=path.parent, prefix="arriving-")
            arriving = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.writelines(pieces)
                _publish(arriving, path)
            finally:
                arriving.unlink(missing_ok=True)

    def set_damaged_aside(self, sha256: str) -> bool:
        """Read the whole file; one that is not what its name says is taken out of use, and True."""
        path = self.path_of(sha256)
        with suppress(FileNotFoundError):
            if _hash_of(path) == sha256:
                return False
            path.replace(path.with_suffix(".damaged"))
        return True

    def forget_stale(self) -> int:
        """Let go of uploads that nobody goes on with; how many files that were."""
        oldest, gone = time.time() - STALE, 0
        for path in self._folder.glob("arriving/*"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    gone += 1
        return gone


class Upload:
    """A file on its way in: its bytes, and beside them one byte for each part that is here."""

    def __init__(self, arriving: Path, path: Path, size: int, finishing: threading.Lock) -> None:
        self._arriving, self._path, self._size = arriving, path, size
        self._marks = arriving.with_name(f"{arriving.name}.parts")
        self._finishing = finishing

    def missing(self) -> list[int]:
        """The parts that are to come."""
        try:
            here = self._marks.read_bytes() if self._arriving.exists() else b""
        except FileNotFoundError:
            here = b""
        return [part for part in range(parts_of(self._size)) if here[part : part + 1] != _HERE]

    def take(self, part: int, content: bytes, sha256: str) -> None:
        """One part, whose content is `sha256`; taking it twice is harmless. Raises Refusal, DiskFull."""
        length = min(PART, self._size - part * PART)
        if not 0 < length == len(content):
            raise Refusal(400, "blob.part_malformed")
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Refusal(400, "blob.part_damaged")
        with _disk_full_named():
            self._arriving.parent.mkdir(parents=True, exist_ok=True)
            _write_at(self._arriving, part * PART, content)
            _write_at(self._marks, part, _HERE)

    def finish(self) -> bool:
        """Verify and publish where all is here. What arrived must be what its name says: else every part
        is asked for again, and Refusal 400."""
        with self._finishing, _disk_full_named():
            if self.missing():
                return False
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                _publish(self._arriving, self._path)
            finally:
                self._marks.unlink(missing_ok=True)
                self._arriving.unlink(missing_ok=True)
        return True


def _publish(arriving: Path, path: Path) -> None:
    """Verify what arrived, and let it stay under its name."""
    if _hash_of(arriving) != path.name:
        raise Refusal(400, "blob.hash_mismatch")
    with arriving.open("rb+") as file:
        os.fsync(file.fileno())
    arriving.replace(path)


def _write_at(path: Path, offset: int, content: bytes) -> None:
    path.touch()
    with path.open("rb+") as file:
        file.seek(offset)
        file.write(content)


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _disk_full_named() -> Generator[None]:
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL:
            raise DiskFull("server.disk_full") from problem
        raise
