"""A disk that forgets: what was not yet synced is kept, torn or lost at random when the power goes.

An APSW file system logs the writes, syncs and truncations SQLite asks for; a cut plays the log up to some
moment onto empty files.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512
NAME = "forgetful"


@dataclass
class Op:
    """`kind` is write, truncate, sync or delete."""

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


class _File(apsw.VFSFile):
    def __init__(self, log: list[Op], filename: apsw.URIFilename | str | None, flags: list[int]) -> None:
        self._log = log
        self._name = filename.filename() if isinstance(filename, apsw.URIFilename) else filename or ""
        durable = apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL
        self._durable = bool(flags[0] & durable)
        super().__init__("", filename, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._note(Op("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._note(Op("truncate", self._name, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._note(Op("sync", self._name))
        super().xSync(flags)

    def _note(self, op: Op) -> None:
        if self._durable:
            self._log.append(op)


class _Disk(apsw.VFS):
    def __init__(self, log: list[Op]) -> None:
        self._log = log
        super().__init__(NAME, "")

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:
        return _File(self._log, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._log.append(Op("delete", filename))
        super().xDelete(filename, syncdir)


@dataclass
class Recording:
    """All that was asked of the disk after `base`, and where in the log each commit had returned."""

    base: bytes
    log: list[Op]
    acked: list[int] = field(default_factory=list)


def record(
    base: Path, settings: Sequence[str], transactions: Sequence[Sequence[tuple[str, object]]]
) -> Recording:
    """Play `transactions` on a copy of the database `base`, as if it were the only program there."""
    recording = Recording(base.read_bytes(), [])
    disk = _Disk(recording.log)  # unregistered when it is forgotten
    connection = apsw.Connection(str(base), vfs=NAME)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # such a file system has no shared memory
    for setting in settings:
        connection.execute(f"PRAGMA {setting}")
    connection.execute("PRAGMA wal_autocheckpoint = 60")  # so that checkpoints are cut, too
    for transaction in transactions:
        for statement, values in transaction:
            connection.execute(statement, values)  # type: ignore[arg-type]
        recording.acked.append(len(recording.log))
    log = list(recording.log)
    connection.close()
    recording.log = log
    del disk
    return recording


def cut(recording: Recording, at: int, name: str, chance: random.Random) -> dict[str, bytes]:
    """The files as they are found after the power went before operation `at`."""
    files = {name: bytearray(recording.base)}
    unsynced: dict[str, list[Op]] = {}
    for op in recording.log[:at]:
        match op.kind:
            case "sync":
                for done in unsynced.pop(op.file, []):
                    _apply(files, done)
            case "delete":
                unsynced.pop(op.file, None)
                files.pop(op.file, None)
            case _:
                unsynced.setdefault(op.file, []).append(op)
    for waiting in unsynced.values():
        likely = chance.choice((0.0, 0.5, 0.9))
        for op in waiting:
            if chance.random() < likely:
                _apply(files, _torn(op, chance))
    return {file: bytes(content) for file, content in files.items()}


def _torn(op: Op, chance: random.Random) -> Op:
    """A disk writes sectors: of a larger write some first ones may have been all."""
    if op.kind != "write" or len(op.data) <= SECTOR or chance.random() < 0.8:
        return op
    whole = chance.randrange(1, len(op.data) // SECTOR + 1) * SECTOR
    return Op("write", op.file, op.offset, op.data[:whole])


def _apply(files: dict[str, bytearray], op: Op) -> None:
    content = files.setdefault(op.file, bytearray())
    if op.kind == "truncate":
        del content[op.offset :]
        return
    end = op.offset + len(op.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[op.offset : end] = op.data
