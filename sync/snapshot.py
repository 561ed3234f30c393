"""A snapshot as a laptop reads it: the manifest, and segments of it.

A segment is compressed and named by the hash of its bytes. Inside it is a page without an end: a
header, and then one `put` a line, parents before children.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
import zstandard

from sync.pages import Header, read_header
from sync.protocol import MalformedMessage

LARGEST = 256 * 2**20
"""Unpacked; no server cuts such a segment, and nothing larger is worth the memory."""


@dataclass(frozen=True)
class Listed:
    """A segment as the manifest names it; `part` says why it comes when it comes."""

    sha256: str
    rows: int
    size: int
    part: str


@dataclass(frozen=True)
class Manifest:
    """The next segments to load. `cursor` is where pulls go on, `total` about how many rows there are in
    all, `after` what to ask with for more, which there are until it is `complete`."""

    cursor: str
    total: int
    segments: tuple[Listed, ...]
    after: str
    complete: bool


def read_manifest(said: Mapping[str, Any]) -> Manifest:
    """Raises MalformedMessage."""
    try:
        listed = tuple(
            Listed(str(one["sha256"]), int(one["rows"]), int(one["size"]), str(one["part"]))
            for one in said["segments"]
        )
        after, complete = str(said["after"]), said["complete"] is True
        return Manifest(str(said["cursor"]), int(said["total"]), listed, after, complete)
    except (KeyError, TypeError, ValueError) as problem:
        raise MalformedMessage("manifest") from problem


def is_whole(content: bytes, sha256: str) -> bool:
    """Are these the bytes the manifest named?"""
    return hashlib.sha256(content).hexdigest() == sha256


def read_segment(content: bytes) -> tuple[Header, dict[str, list[list[Any]]]]:
    """The lines of each entity, in their order. Raises MalformedMessage."""
    try:
        body = zstandard.ZstdDecompressor().decompress(content, LARGEST)
        header, _, rows = body.partition(b"\n")
        lines = orjson.loads(b"[" + rows.replace(b"\n", b",") + b"]")
        if any(line[0] != "put" or len(line) != 7 for line in lines):
            raise MalformedMessage("line")
        by_entity: dict[str, list[list[Any]]] = {}
        for name, some in groupby(lines, key=itemgetter(1)):
            by_entity.setdefault(name, []).extend(some)
    except (zstandard.ZstdError, ValueError, TypeError, IndexError, KeyError) as problem:
        raise MalformedMessage("segment") from problem
    return read_header(header), by_entity
