"""Shrinks what is long on its way out: zstd where the laptop can read it, else gzip, else nothing.

And unpacks what a laptop pushes, but only where it says beforehand how large it will be.
"""

import gzip

import zstandard
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync.protocol import MalformedMessage

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


def packed(body: bytes, accepted: str, kind: str) -> Response:
    """The answer, in the best encoding its reader can take; one for him alone, which nobody else keeps."""
    said = {"Vary": "Accept-Encoding", "Cache-Control": "no-store"}
    if encoding := chosen_encoding(accepted):
        said["Content-Encoding"] = encoding
    return Response(compressed(body, encoding), media_type=kind, headers=said)


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """What a laptop packed, 413 where that is more than `limit`. Raises MalformedMessage."""
    if not encoding:
        return body
    if encoding != "zstd":
        raise MalformedMessage("encoding")
    try:
        size = zstandard.frame_content_size(body)
        if size > limit:
            raise HTTPException(413)
        if size < 0:
            raise MalformedMessage("encoding")
        return zstandard.ZstdDecompressor().decompress(body)
    except zstandard.ZstdError as problem:
        raise MalformedMessage("encoding") from problem


def _offer(said: str) -> tuple[str, float]:
    name, _, weight = said.strip().partition(";")
    try:
        return name.strip().lower(), float(weight.partition("=")[2]) if weight else 1.0
    except ValueError:
        return name.strip().lower(), 0.0
