"""A fingerprint of many rows that adds up: both ends compute it and compare, whatever the order.

Count plus the sum of one 64-bit hash per row over (entity, id, revision); a row can be added or
taken away without reading the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

_WRAP = (1 << 64) - 1


def row_hash(entity: str, row_id: str, rev: int) -> int:
    """The 64-bit hash of one row; `row_id` as stored, 32 hexadecimal digits."""
    return int.from_bytes(blake2b(f"{entity}:{row_id}:{rev}".encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Digest:
    """How many rows, and their hashes summed."""

    count: int = 0
    total: int = 0

    @classmethod
    def of(cls, entity: str, rows: Iterable[tuple[str, int]]) -> Self:
        """The digest of (row id, revision) pairs of one entity."""
        hashes = [row_hash(entity, row_id, rev) for row_id, rev in rows]
        return cls(len(hashes), sum(hashes) & _WRAP)

    def __add__(self, other: "Digest") -> "Digest":
        return Digest(self.count + other.count, (self.total + other.total) & _WRAP)

    def to_wire(self) -> list[object]:
        return [self.count, f"{self.total:016x}"]
