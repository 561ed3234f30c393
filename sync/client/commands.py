"""What the desktop asks of the sync process: one JSON object a line on standard input."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from sync.client.file_work import Originals, Preference
from sync.client.network import Network


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
    """Write what waits into a file, or take one in: a colleague's, or the receipt for one's own. Or
    compare this replica with the server's, for which no file is needed."""

    EXPORT = auto()
    TAKE = auto()
    CHECK = auto()


@dataclass(frozen=True)
class Errand:
    """Something that is carried by hand; an export may leave the photos and files out."""

    kind: ErrandKind
    path: Path
    with_files: bool = False


@dataclass(frozen=True)
class Poke:
    """The server stands at commit `head`, and wants to see all who hear of it within `spread` seconds."""

    head: int
    spread: float = 0.0


@dataclass(frozen=True)
class Prefer:
    """What the user chose for files."""

    preference: Preference


@dataclass(frozen=True)
class Meet:
    """What this laptop is connected to now; `anew` where it woke, or the network is back or another."""

    network: Network
    anew: bool


@dataclass(frozen=True)
class Simple:
    """A command that is only a word: sync, changed, pause, resume, stop, or cancel, which ends an errand;
    remove, where the user lets the server remove much; moved, where files did; renew, where they need a
    new token."""

    word: str


Command = Open | SignIn | Fetch | Errand | Poke | Prefer | Meet | Simple
STOP, MOVED, CANCEL, RENEW = Simple("stop"), Simple("moved"), Simple("cancel"), Simple("renew")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORDS = ("sync", "changed", "pause", "resume", "stop", "cancel", "remove")


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
    command: Command | None = None
    match said["do"]:
        case "open":
            command = Open(
                path=said["path"],
                key=bytes.fromhex(said["key"]),
                server=said["server"],
                refresh_token=said.get("refresh_token") or "",
                access_token=said.get("access_token") or "",
            )
        case "sign_in":
            command = SignIn(
                server=said["server"],
                login=said["login"],
                password=said["password"],
                device_id=UUID(said["device_id"]),
                device_name=said["device_name"],
            )
        case "fetch" if _SHA256.fullmatch(said["sha256"]):
            command = Fetch(said["sha256"])
        case "errand":
            command = Errand(
                kind=ErrandKind(said["kind"]),
                path=Path(said.get("path", "")),
                with_files=said.get("with_files") is True,
            )
        case "prefer":
            command = Prefer(Preference(Originals(said["originals"]), int(said["largest"])))
        case "network":
            network = Network(metered=said["metered"] is True, mobile=said["mobile"] is True)
            command = Meet(network, said["anew"] is True)
        case str(word) if word in _WORDS:
            command = Simple(word)
    return command
