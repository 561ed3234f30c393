"""Where a laptop stands in the server's history, as a token it keeps without understanding it.

A finished pull leaves (seq, nonce), a snapshot the same and a mark: the pull after it brings what goes
with no row, even where nothing has happened since. Between two pages the token also holds where the
paging began, the last row sent, and the newest commit when that page was cut, with its nonce: a server
restored from a backup has other nonces, and pages of two histories must never be mixed.
"""

import base64
import binascii
from dataclasses import astuple, dataclass
from typing import Any

import orjson

from app.domain.errors import SyncRefused
from sync.protocol import MalformedMessage


class StaleCursor(SyncRefused):
    """`sync.pages_stale`: drop the pages of this pull and begin it again from the last finished one.
    `sync.snapshot_stale`: so with the snapshot being loaded.
    `sync.timeline_changed`: the server's history is another; begin from zero, keeping unsent work.
    `sync.cursor_too_old`: what was deleted since is no longer known; begin from zero, as above."""


@dataclass(frozen=True)
class Page:
    """The last page sent, of a pull that began at commit `start`."""

    start: int
    seq: int
    id: str
    head: int
    nonce: str


@dataclass(frozen=True)
class Cursor:
    """Everything up to commit `seq` is known; `page` while a pull is under way; `loaded`: by a snapshot."""

    seq: int = 0
    nonce: str = ""
    page: Page | None = None
    loaded: bool = False

    def to_token(self) -> str:
        if self == Cursor():
            return ""
        parts = [self.seq, self.nonce, *(astuple(self.page) if self.page else [1] if self.loaded else ())]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()

    @classmethod
    def from_token(cls, token: str) -> "Cursor":
        """The beginning for an empty token; raises MalformedMessage for one that is not ours."""
        if not token:
            return cls()
        try:
            parts = orjson.loads(base64.urlsafe_b64decode(token))
        except (binascii.Error, ValueError) as problem:
            raise MalformedMessage("cursor") from problem
        if not isinstance(parts, list) or [type(part) for part in parts] not in _SHAPES:
            raise MalformedMessage("cursor")
        if not all(_in_range(part) for part in parts) or (len(parts) == _LOADED and parts[2] != 1):
            raise MalformedMessage("cursor")
        page = Page(*parts[2:]) if len(parts) > _LOADED else None
        return cls(parts[0], parts[1], page, len(parts) == _LOADED)


_LOADED = 3  # parts of a token left by a snapshot
_SHAPES: list[list[type]] = [[int, str], [int, str, int], [int, str, int, int, str, int, str]]


def _in_range(part: Any) -> bool:
    return 0 <= part < 2**63 if isinstance(part, int) else len(part) <= 32 and "\x00" not in part
