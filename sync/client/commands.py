"""What the desktop asks of the sync process: one JSON object a line on standard input."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID


@dataclass(frozen=True)
class Open:
    """Synchronise this replica from now on, instead of any before it."""

    path: str
    key: bytes = field(repr=False)
    server: str
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)


@dataclass(frozen=True)
class SignIn:
    """Ask the server who this is; needs no replica."""

    server: str
    login: str = field(repr=False)
    password: str = field(repr=False)
    device_id: UUID
    device_name: str


@dataclass(frozen=True)
class Fetch:
    """Somebody wants to open this file."""

    sha256: str


class ErrandKind(StrEnum):
    """Write what waits into a file, or take one in: a colleague's, or the receipt for one's own."""

    EXPORT = auto()
    TAKE = auto()


@dataclass(frozen=True)
class Errand:
    """Something that is carried by hand; an export may leave the photos and files out."""

    kind: ErrandKind
    path: Path
    with_files: bool = False


@dataclass(frozen=True)
class Poke:
    """The server stands at commit `head`."""

    head: int


@dataclass(frozen=True)
class Simple:
    """A command that is only a word: sync, changed, pause, resume, stop, or cancel, which ends an errand;
    moved, where files did."""

    word: str


Command = Open | SignIn | Fetch | Errand | Poke | Simple
STOP, MOVED, CANCEL = Simple("stop"), Simple("moved"), Simple("cancel")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORDS = ("sync", "changed", "pause", "resume", "stop", "cancel")


def read_commands(lines: TextIO) -> Iterator[Command]:
    """Commands as they come; the last is to stop, said or meant by the end of the input."""
    for line in lines:
        command = _parse(line)
        if command == STOP:
            break
        if command is not None:
            yield command
    yield STOP


def _parse(line: str) -> Command | None:
    """None for what is no command: the desktop may be newer than this process."""
    try:
        return _command(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _command(said: Mapping[str, Any]) -> Command | None:
    match said["do"]:
        case "open":
            return Open(
                path=said["path"],
                key=bytes.fromhex(said["key"]),
                server=said["server"],
                refresh_token=said.get("refresh_token") or "",
                access_token=said.get("access_token") or "",
            )
        case "sign_in":
            return SignIn(
                server=said["server"],
                login=said["login"],
                password=said["password"],
                device_id=UUID(said["device_id"]),
                device_name=said["device_name"],
            )
        case "fetch" if _SHA256.fullmatch(said["sha256"]):
            return Fetch(said["sha256"])
        case "errand":
            return Errand(
                kind=ErrandKind(said["kind"]),
                path=Path(said["path"]),
                with_files=said.get("with_files") is True,
            )
        case str(word) if word in _WORDS:
            return Simple(word)
    return None
