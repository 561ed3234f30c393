"""Time and chance, as all that is written down and travels takes them.

They come from outside, and here is the one place where they enter: a simulation decides both and
repeats itself exactly. Keys, tokens and passwords are not drawn here, since nobody may decide them.
"""

import secrets
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone


@dataclass(frozen=True)
class Ambient:
    """`clock` counts nanoseconds since 1970; `bits` draws a number of so many random bits."""

    clock: Callable[[], int] = time.time_ns
    bits: Callable[[int], int] = secrets.randbits


_CHINA = timezone(timedelta(hours=8))

_ambient: ContextVar[Ambient] = ContextVar("ambient", default=Ambient())  # noqa: B039 - it is frozen


def now_ns() -> int:
    """Nanoseconds since 1970."""
    return _ambient.get().clock()


def utc_now() -> datetime:
    """This moment."""
    return datetime.fromtimestamp(now_ns() / 1e9, UTC)


def today() -> date:
    """The day it is in China, where the work is, wherever a computer stands: what begins and ends by
    date does so at the same moment on server and laptops."""
    return day_at(utc_now())


def day_at(moment: datetime) -> date:
    """The day it is in China at `moment`."""
    return moment.astimezone(_CHINA).date()


def random_bits(count: int) -> int:
    """A number of so many bits that nobody can guess."""
    return _ambient.get().bits(count)


def random_hex(count: int) -> str:
    """So many bytes of chance, as hexadecimal digits."""
    return f"{random_bits(8 * count):0{2 * count}x}"


@contextmanager
def decided_by(ambient: Ambient) -> Generator[None]:
    """Within this block and its thread, time and chance are `ambient`'s."""
    before = _ambient.set(ambient)
    try:
        yield
    finally:
        _ambient.reset(before)
