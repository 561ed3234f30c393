"""Passwords: hashed with argon2, which takes 64 MiB and a tenth of a second on purpose."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.domain.errors import RuleViolation

SHORTEST, LONGEST = 8, 256

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The text to keep in place of `password`; raises RuleViolation for one too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise RuleViolation("password.length", shortest=SHORTEST, longest=LONGEST)
    return _hasher.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one behind `kept`; takes as long where there is no such account."""
    try:
        return _hasher.verify(kept or _nobodys(), _normal(password)) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same characters give the same bytes on every keyboard and system."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
