"""What a laptop and its server say to each other to find the few rows in which they differ.

From the whole down: the digest of every root, of 256 buckets of one root, the rows of some buckets,
and the contents of rows by name. Everything is said as of the commit of the laptop's cursor; rows
changed since are named as `newer` and left to the next pull. Both ends read what the other says as if
a stranger had written it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from sync.digest import Digest
from sync.protocol import MalformedMessage

BUCKETS = 256
MOST_ASKED = 500
"""Rows whose contents are asked for at once."""

Key = tuple[str, str]
"""A row: the entity's name and the stored id."""

_ID = re.compile(r"[0-9a-f]{32}")


def bucket_of(row_id: str) -> int:
    """The last digits of an id are chance, the first ones time."""
    return int(row_id[-2:], 16)


@dataclass(frozen=True)
class AskRoots:
    """The digests of roots after `after`, in order. `content`: over the values too, which a server of
    another schema cannot do."""

    cursor: str
    schema: int
    after: str = ""
    content: bool = False


@dataclass(frozen=True)
class AskBuckets:
    """The digests of the buckets of `root`."""

    cursor: str
    root: str
    content: bool = False


@dataclass(frozen=True)
class AskRows:
    """What there is in some buckets of `root` after row `after`, in order of id; no buckets means all."""

    cursor: str
    root: str
    buckets: tuple[int, ...] = ()
    after: str = ""
    content: bool = False


@dataclass(frozen=True)
class AskContents:
    """These rows whole."""

    cursor: str
    rows: tuple[Key, ...]


Ask = AskRoots | AskBuckets | AskRows | AskContents


@dataclass(frozen=True)
class RootDigests:
    """Roots up to and including `last`, or all where it is empty. The laptop is to hear by its next pull
    that it has lost `left`."""

    content: bool
    roots: Mapping[str, Digest]
    left: frozenset[str]
    last: str

    def to_wire(self) -> dict[str, Any]:
        roots = {root: digest.to_wire() for root, digest in self.roots.items()}
        return {"content": self.content, "roots": roots, "left": sorted(self.left), "last": self.last}

    @classmethod
    def from_wire(cls, said: Mapping[str, Any]) -> Self:
        roots = {_id(root): Digest.from_wire(digest) for root, digest in said["roots"].items()}
        last = _id(said["last"]) if said["last"] else ""
        return cls(said["content"] is True, roots, frozenset(map(_id, said["left"])), last)


@dataclass(frozen=True)
class BucketDigests:
    """In order."""

    buckets: tuple[Digest, ...]

    def to_wire(self) -> dict[str, Any]:
        return {"buckets": [digest.to_wire() for digest in self.buckets]}

    @classmethod
    def from_wire(cls, said: Mapping[str, Any]) -> Self:
        buckets = tuple(map(Digest.from_wire, said["buckets"]))
        if len(buckets) != BUCKETS:
            raise ValueError("buckets")
        return cls(buckets)


@dataclass(frozen=True)
class RowHashes:
    """Rows up to and including id `last`, or all where it is empty, with the hash of each."""

    rows: Mapping[Key, int]
    newer: frozenset[Key]
    last: str

    def to_wire(self) -> dict[str, Any]:
        rows = [[*key, f"{row_hash:016x}"] for key, row_hash in self.rows.items()]
        return {"rows": rows, "newer": sorted(self.newer), "last": self.last}

    @classmethod
    def from_wire(cls, said: Mapping[str, Any]) -> Self:
        rows = {(str(name), _id(row_id)): int(row_hash, 16) for name, row_id, row_hash in said["rows"]}
        return cls(rows, _keys_of(said["newer"]), _id(said["last"]) if said["last"] else "")


@dataclass(frozen=True)
class Contents:
    """Rows as the `put` lines of a page, with the order of their columns; what is neither here nor
    newer is not there for the caller."""

    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[Any, ...]
    newer: frozenset[Key]

    def to_wire(self) -> dict[str, Any]:
        return {"columns": self.columns, "rows": self.lines, "newer": sorted(self.newer)}

    @classmethod
    def from_wire(cls, said: Mapping[str, Any]) -> Self:
        columns = {str(entity): tuple(map(str, names)) for entity, names in said["columns"].items()}
        lines = tuple(map(list, said["rows"]))
        if any(len(line) < 3 for line in lines):
            raise ValueError("line")
        return cls(columns, lines, _keys_of(said["newer"]))


Found = RootDigests | BucketDigests | RowHashes | Contents
R = TypeVar("R")

_ANSWERS: Mapping[type[Ask], type[Found]] = {
    AskRoots: RootDigests,
    AskBuckets: BucketDigests,
    AskRows: RowHashes,
    AskContents: Contents,
}


def ask_to_wire(ask: Ask) -> dict[str, Any]:
    """As JSON; `what` says which question it is."""
    match ask:
        case AskRoots(cursor, schema, after, content):
            said = {"what": "roots", "cursor": cursor, "schema": schema, "after": after, "content": content}
        case AskBuckets(cursor, root, content):
            said = {"what": "buckets", "cursor": cursor, "root": root, "content": content}
        case AskRows(cursor, root, buckets, after, content):
            said = {"what": "rows", "cursor": cursor, "root": root, "buckets": list(buckets)}
            said |= {"after": after, "content": content}
        case AskContents(cursor, rows):
            said = {"what": "contents", "cursor": cursor, "rows": [list(key) for key in rows]}
    return said


def ask_from_wire(said: Mapping[str, Any]) -> Ask:
    """Raises MalformedMessage for what is no question."""
    return _read(lambda: _ASKS[said["what"]](said))


def found_from_wire(ask: Ask, said: Mapping[str, Any]) -> Found:
    """The answer to `ask`; raises MalformedMessage for what is none."""
    return _read(lambda: _ANSWERS[type(ask)].from_wire(said))


def _read(read: Callable[[], R]) -> R:
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise MalformedMessage("digest") from problem


def _content(said: Mapping[str, Any]) -> bool:
    return said.get("content") is True


def _buckets(said: Mapping[str, Any]) -> tuple[int, ...]:
    buckets = tuple(said["buckets"])
    if len(buckets) > BUCKETS or not all(type(b) is int and 0 <= b < BUCKETS for b in buckets):
        raise ValueError("buckets")
    return buckets


def _keys_of(said: Any) -> frozenset[Key]:
    return frozenset((_name(name), _id(row_id)) for name, row_id in said)


def _keys(said: Mapping[str, Any]) -> tuple[Key, ...]:
    if len(said["rows"]) > MOST_ASKED:
        raise ValueError("rows")
    return tuple((_name(name), _id(row_id)) for name, row_id in said["rows"])


def _cursor(said: Mapping[str, Any]) -> str:
    cursor = said["cursor"]
    if not isinstance(cursor, str) or len(cursor) > 500:
        raise ValueError("cursor")
    return cursor


def _name(said: Any) -> str:
    if not isinstance(said, str) or not 0 < len(said) <= 40:
        raise ValueError("entity")
    return said


def _id(said: Any) -> str:
    if not isinstance(said, str) or not _ID.fullmatch(said):
        raise ValueError("id")
    return said


def _after(said: Mapping[str, Any]) -> str:
    return _id(said["after"]) if said.get("after") else ""


_ASKS: Mapping[str, Callable[[Mapping[str, Any]], Ask]] = {
    "roots": lambda said: AskRoots(_cursor(said), int(said["schema"]), _after(said), _content(said)),
    "buckets": lambda said: AskBuckets(_cursor(said), _id(said["root"]), _content(said)),
    "rows": lambda said: AskRows(
        _cursor(said), _id(said["root"]), _buckets(said), _after(said), _content(said)
    ),
    "contents": lambda said: AskContents(_cursor(said), _keys(said)),
}
