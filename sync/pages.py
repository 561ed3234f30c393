"""A page of a pull as a laptop reads it: one JSON array a line, a header first, an end last.

`put` and `del` carry one row, `own` only the mark of one that the reader wrote himself, `out` a root
that left the reader's scope, `gone` a row that moved from a root to another, `res` the result of one of
the device's own mutations. Only the shape is checked here; the lines stay bytes until applied.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson

from sync.digest import Digest
from sync.protocol import SCHEMA, MalformedMessage


@dataclass(frozen=True)
class Header:
    """How the values of a `put` are ordered, and which history of the server this is."""

    schema: int
    columns: Mapping[str, tuple[str, ...]]
    timeline: str


@dataclass(frozen=True)
class End:
    """Where to go on: `cursor` is opaque. `head` is the server's newest commit; `again` says that
    more came into view meanwhile. `acked` is the last mutation the server has of each device; `digest`,
    where the server has it at hand, is over all the reader then holds."""

    cursor: str
    complete: bool
    again: bool
    head: int
    acked: Mapping[UUID, int]
    digest: Digest | None = None


@dataclass(frozen=True)
class Page:
    """A page whose first and last line were understood: nothing is missing in between."""

    header: Header
    end: End
    body: bytes

    @property
    def rows(self) -> int:
        return self.body.count(b"\n") - 1

    def lines(self) -> Iterator[list[Any]]:
        """What stands between header and end."""
        return read_lines(self.body, skip=1)


def read_page(body: bytes) -> Page:
    """Raises MalformedMessage where the page is cut short or is something else."""
    lines = body.rstrip(b"\n").split(b"\n")
    if len(lines) < 2:
        raise MalformedMessage("page")
    return Page(read_header(lines[0]), _end(_tagged(lines[-1], "end")), b"\n".join(lines))


def read_header(raw: bytes) -> Header:
    """The first line of a page, or of a segment. Raises MalformedMessage."""
    return _header(_tagged(raw, "hdr"))


def own_mark(entity: str, row_id: str, root_id: str, rev: int, payload: str) -> str:
    """What stands for a row that its reader has written himself: he has it, and sees by this that he does."""
    said = f"{entity}:{row_id}:{root_id}:{rev}:{payload}".encode()
    return blake2b(said, digest_size=8).hexdigest()


def unchanged(token: str) -> Page:
    """What a server means that has nothing to say about what came after `token`."""
    return Page(Header(SCHEMA, {}, ""), End(token, complete=True, again=False, head=0, acked={}), b"\n")


def read_lines(body: bytes, *, skip: int = 0) -> Iterator[list[Any]]:
    """The lines of a page, without its end and without the first `skip`."""
    for raw in body.split(b"\n")[skip:-1]:
        line = _json(raw)
        if not isinstance(line, list) or not line or not isinstance(line[0], str):
            raise MalformedMessage("line")
        yield line


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise MalformedMessage("line") from problem


def _tagged(raw: bytes, tag: str) -> dict[str, Any]:
    line = _json(raw)
    if isinstance(line, list) and len(line) == 2 and line[0] == tag and isinstance(line[1], dict):
        return line[1]
    raise MalformedMessage(tag)


def _header(said: Mapping[str, Any]) -> Header:
    try:
        columns = {str(entity): tuple(map(str, names)) for entity, names in said["columns"].items()}
        return Header(int(said["schema"]), columns, str(said["timeline"]))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise MalformedMessage("hdr") from problem


def _end(said: Mapping[str, Any]) -> End:
    try:
        acked = {UUID(device): int(n) for device, n in said["acked"].items()}
        complete, again = said["complete"] is True, said["again"] is True
        digest = Digest.from_wire(said["digest"]) if "digest" in said else None
        return End(str(said["cursor"]), complete, again, int(said["head"]), acked, digest)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise MalformedMessage("end") from problem
