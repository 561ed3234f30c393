"""A fingerprint of many rows that adds up: both ends compute it and compare, whatever the order.

Count plus the sum of one 64-bit hash per row; a row can be added or taken away without reading the
others. The hash is over (entity, id, revision), and with its contents over the stored values as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

HALF = 32
_WRAP = (1 << 2 * HALF) - 1
_LOW = (1 << HALF) - 1


def row_hash(entity: str, row_id: str, rev: int) -> int:
    """The 64-bit hash of one row; `row_id` as stored, 32 hexadecimal digits."""
    return int.from_bytes(blake2b(f"{entity}:{row_id}:{rev}".encode(), digest_size=8).digest(), "big")


def content_hash(entity: str, row_id: str, rev: int, payload: bytes) -> int:
    """As `row_hash`, over the row's values too: the JSON array of them in the order of the fields."""
    said = f"{entity}:{row_id}:{rev}:".encode() + payload
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big")


def halves(row_hash: int) -> tuple[int, int]:
    """(low, high) of a hash, which databases with 64-bit integers can sum up for two billion rows."""
    return row_hash & _LOW, row_hash >> HALF


@dataclass(frozen=True)
class Digest:
    """How many rows, and their hashes summed."""

    count: int = 0
    total: int = 0

    @classmethod
    def of(cls, entity: str, rows: Iterable[tuple[str, int]]) -> Self:
        """The digest of (row id, revision) pairs of one entity."""
        return cls.sum(row_hash(entity, row_id, rev) for row_id, rev in rows)

    @classmethod
    def sum(cls, hashes: Iterable[int]) -> Self:
        """The digest of rows with these hashes."""
        listed = list(hashes)
        return cls(len(listed), sum(listed) & _WRAP)

    @classmethod
    def of_halves(cls, count: int, low: int, high: int) -> Self:
        """The digest whose hashes were summed in `halves`."""
        return cls(count, (low + (high << HALF)) & _WRAP)

    @classmethod
    def from_wire(cls, said: object) -> Self:
        """Raises ValueError where `said` is no digest."""
        match said:
            case [int(count), str(total)] if count >= 0 and len(total) == 16:
                return cls(count, int(total, 16))
        raise ValueError("digest")

    def __add__(self, other: "Digest") -> "Digest":
        return Digest(self.count + other.count, (self.total + other.total) & _WRAP)

    def __sub__(self, other: "Digest") -> "Digest":
        return Digest(self.count - other.count, (self.total - other.total) & _WRAP)

    def to_wire(self) -> list[object]:
        return [self.count, f"{self.total:016x}"]
