"""What is told about files on their way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto


class FileState(StrEnum):
    """What becomes of a file."""

    FETCHING = auto()
    SENDING = auto()
    HERE = auto()  # it can be opened
    SENT = auto()  # the server has it
    MISSING = auto()  # the server does not have it, or not for us
    FAILED = auto()  # it may come another time
    REFUSED = auto()  # the server will not take it


@dataclass(frozen=True)
class FileNews:
    """`code` and `facts` say why, where a file did not move; `percent` how far it is, where it does."""

    sha256: str
    state: FileState
    code: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    percent: int = 0


class LaneNews(StrEnum):
    """What happened in the lane."""

    MOVED = auto()  # the counts are others
    ARRIVED = auto()  # files came that screens may want to show
    TOKEN_SPENT = auto()  # only a round gets a new one


News = FileNews | LaneNews


@dataclass(frozen=True)
class FileStanding:
    """Files that wait to go up and to come down; `full`: there is no room for those; `metered`: what moves
    would cost the user money, so it waits for another network."""

    up: int = 0
    down: int = 0
    full: bool = False
    metered: bool = False
