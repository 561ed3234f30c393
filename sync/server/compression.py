"""Shrinks a pull on its way out: zstd where the laptop can read it, else gzip, else nothing."""

import zlib
from collections.abc import Iterable, Iterator

import zstandard

ZSTD_LEVEL = 3
GZIP_LEVEL = 6
GZIP_WINDOW = 16 + zlib.MAX_WBITS
CHUNK = 64 * 1024


def chosen_encoding(accepted: str) -> str | None:
    """The best encoding an Accept-Encoding header allows; None for none."""
    offered = {name: weight for name, weight in map(_offer, accepted.split(",")) if name}
    for encoding in ("zstd", "gzip"):
        if offered.get(encoding, offered.get("*", 0.0)) > 0:
            return encoding
    return None


def compressed(lines: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    """`lines` as chunks of a sensible size in `encoding`."""
    if encoding is None:
        yield from _chunks(lines)
        return
    packer = (
        zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj()
        if encoding == "zstd"
        else zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    )
    for chunk in _chunks(lines):
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    waiting, size = [], 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def _offer(said: str) -> tuple[str, float]:
    name, _, weight = said.strip().partition(";")
    try:
        return name.strip().lower(), float(weight.partition("=")[2]) if weight else 1.0
    except ValueError:
        return "", 0.0
