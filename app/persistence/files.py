"""Files that survive a power cut: whoever reads finds the old content or the new, never half."""

import contextlib
import errno
import os
from collections.abc import Generator
from pathlib import Path

from app.domain.errors import DiskFull

_FULL = {errno.ENOSPC, errno.EDQUOT}


def write_durably(path: Path, content: bytes) -> None:
    """Replace the content of `path`. Raises DiskFull, after which it is as it was."""
    half = path.with_name(f"{path.name}.half")
    with disk_full_named():
        try:
            half.write_bytes(content)
            settle(half, path)
        except OSError:
            half.unlink(missing_ok=True)
            raise


def settle(half: Path, path: Path) -> None:
    """Let the finished file `half` become `path`, for good."""
    with half.open("rb+") as written:
        os.fsync(written.fileno())
    half.replace(path)
    if os.name == "nt":  # a folder cannot be flushed there, and need not be
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def disk_full_named() -> Generator[None]:
    """The operating system's words for a full disk, in ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull("replica.disk_full") from error
        raise
