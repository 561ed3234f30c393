"""Keeps the bytes of attachments, each file under the hash of its content."""

import errno
import hashlib
import os
import re
from pathlib import Path
from tempfile import mkstemp

from app.domain.errors import DiskFull
from sync.server.refusals import Refusal

_SHA256 = re.compile(r"[0-9a-f]{64}")


class BlobStore:
    """Files in one folder; a file is there whole and verified, or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise Refusal(400, "blob.name_malformed")
        return self._folder / sha256[:2] / sha256

    def upload(self, sha256: str) -> "Upload":
        """Begin to receive a file; nothing is visible before `Upload.finish`."""
        return Upload(self.path_of(sha256), sha256)


class Upload:
    """A file on its way in; leaving the `with` block without `finish` forgets it."""

    def __init__(self, path: Path, sha256: str) -> None:
        self._path = path
        self._wanted = sha256
        self._hash = hashlib.sha256()
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=path.parent, prefix="arriving-")
        self._arriving = Path(name)
        self._file = os.fdopen(handle, "wb")

    def __enter__(self) -> "Upload":
        return self

    def write(self, chunk: bytes) -> None:
        try:
            self._file.write(chunk)
        except OSError as problem:
            raise _explained(problem) from problem
        self._hash.update(chunk)

    def finish(self) -> None:
        """Verify and publish; raises Refusal 400 where the content is not what the name says."""
        if self._hash.hexdigest() != self._wanted:
            raise Refusal(400, "blob.hash_mismatch")
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._arriving.replace(self._path)
        except OSError as problem:
            raise _explained(problem) from problem

    def __exit__(self, *failure: object) -> None:
        self._file.close()
        self._arriving.unlink(missing_ok=True)


def _explained(problem: OSError) -> Exception:
    return DiskFull("server.disk_full") if problem.errno == errno.ENOSPC else problem
