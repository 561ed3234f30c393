"""Verified encrypted copies of the replica: made daily and before risky work, restored when it is damaged."""

import contextlib
import logging
import shutil
from datetime import date
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from app.domain.errors import AppError, ReplicaDamaged, ReplicaLocked
from app.persistence.database import connect, translated, unlock
from app.persistence.files import disk_full_named, settle

KEEP = 7
"""Daily copies; those made before a migration or a repair are kept besides, newest three."""

_KEEP_BEFORE = 3
_SIDE_FILES = ("-wal", "-shm")

log = logging.getLogger(__name__)


def back_up(path: Path, key: bytes, label: str) -> Path:
    """Copy the replica as it is at this moment, under the same key, and prove that the copy is sound.

    Others may write meanwhile. Raises ReplicaDamaged where the copy does not verify.
    """
    folder = folder_of(path)
    folder.mkdir(exist_ok=True)
    target, half = folder / f"{label}{path.suffix}", folder / f"{label}.half"
    half.unlink(missing_ok=True)
    with translated():
        with contextlib.closing(connect(path, key)) as source, contextlib.closing(unlock(half, key)) as copy:
            source.backup(copy)
        if not is_sound(half, key):
            half.unlink(missing_ok=True)
            raise ReplicaDamaged("replica.damaged")
    settle(half, target)
    return target


def back_up_daily(path: Path, key: bytes, today: date) -> Path | None:
    """Make today's copy if there is none yet, and forget the oldest."""
    if (folder_of(path) / f"{today.isoformat()}{path.suffix}").exists():
        return None
    made = back_up(path, key, today.isoformat())
    copies = backups(path)
    before = [copy for copy in copies if copy.stem.startswith("before-")]
    daily = [copy for copy in copies if copy not in before]
    for old in (*daily[KEEP:], *before[_KEEP_BEFORE:]):
        old.unlink()
    return made


def backups(path: Path) -> list[Path]:
    """The copies there are, newest first."""
    found = folder_of(path).glob(f"*{path.suffix}")
    return sorted(found, key=lambda copy: copy.stat().st_mtime_ns, reverse=True)


def newest_sound(path: Path, key: bytes) -> Path | None:
    """The newest copy that this key opens and that verifies."""
    return next((copy for copy in backups(path) if is_sound(copy, key)), None)


def restore(path: Path, backup: Path) -> None:
    """Put `backup` in place of the replica, which nobody may have open."""
    half = path.with_suffix(".restoring")
    with disk_full_named():
        shutil.copyfile(backup, half)
    for suffix in _SIDE_FILES:  # they belong to the file that is replaced
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    settle(half, path)


def recover(path: Path, key: bytes) -> Path:
    """Set the damaged replica aside, whole, and go on from the newest sound copy; returns that copy.

    Raises ReplicaDamaged where there is none; then nothing has been touched.
    """
    backup = newest_sound(path, key)
    if backup is None:
        raise ReplicaDamaged("replica.no_backup")
    aside = path.parent / "damaged"
    aside.mkdir(exist_ok=True)
    number = 1 + sum(1 for _ in aside.glob(f"*{path.suffix}"))
    for suffix in ("", *_SIDE_FILES):
        with disk_full_named(), contextlib.suppress(FileNotFoundError):
            shutil.copyfile(f"{path}{suffix}", aside / f"{path.stem}-{number}{path.suffix}{suffix}")
    restore(path, backup)
    log.warning("damaged replica %s set aside, %s restored", number, backup.name)
    return backup


def last_set_aside(path: Path) -> Path | None:
    """The damaged file that `recover` put aside last."""
    found = (path.parent / "damaged").glob(f"*{path.suffix}")
    return max(found, key=lambda file: file.stat().st_mtime_ns, default=None)


def is_sound(path: Path, key: bytes) -> bool:
    """Does every page carry its right seal, and does the whole hang together?"""
    try:
        with translated(), contextlib.closing(unlock(path, key)) as raw:
            raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if raw.execute("PRAGMA cipher_integrity_check").fetchall():
                return False
            return bool(raw.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except AppError:
        return False
    except sqlcipher.Error:
        return False


def fits(path: Path, key: bytes) -> bool:
    """Does `key` open the first page? Then it is the right one, whatever has become of the others."""
    try:
        with translated(), contextlib.closing(unlock(path, key)) as raw:
            raw.execute("PRAGMA schema_version").fetchone()
            return True
    except ReplicaLocked:
        return False
    except (AppError, sqlcipher.Error):
        return True


def folder_of(path: Path) -> Path:
    """Where the copies of `path` are kept."""
    return path.parent / "backups"
