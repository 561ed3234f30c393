"""The clock that use cases and queries look at; a test turns its own."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]


def local_now() -> datetime:
    """This moment with the offset of this computer."""
    return datetime.now().astimezone()
