"""Shrinks a pull on its way out: zstd where the laptop can read it, else gzip, else nothing."""

import gzip

import zstandard

ZSTD_LEVEL = 3
GZIP_LEVEL = 6


def chosen_encoding(accepted: str) -> str | None:
    """The best encoding an Accept-Encoding header allows; None for none."""
    offered = dict(map(_offer, accepted.split(",")))
    for encoding in ("zstd", "gzip"):
        if offered.get(encoding, offered.get("*", 0.0)) > 0:
            return encoding
    return None


def compressed(body: bytes, encoding: str | None) -> bytes:
    """`body` in `encoding`, as one frame that says how long it is."""
    if encoding == "zstd":
        return zstandard.compress(body, ZSTD_LEVEL)
    return gzip.compress(body, GZIP_LEVEL, mtime=0) if encoding == "gzip" else body


def _offer(said: str) -> tuple[str, float]:
    name, _, weight = said.strip().partition(";")
    try:
        return name.strip().lower(), float(weight.partition("=")[2]) if weight else 1.0
    except ValueError:
        return name.strip().lower(), 0.0
