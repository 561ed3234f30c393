"""Identifiers: time-ordered ones made by the client, and repeatable ones for what may be made twice."""

from uuid import UUID, uuid5

from app.domain.ambient import now_ns, random_bits

IMPORTED = UUID("6f1c0f5e-2f0e-5f4a-9c55-0d9f0b6b7a11")
CONFLICTS = UUID("b1d0a7c4-53d6-5c0b-8a9e-6e2f4b7c9d35")


def new_id(at_ms: int | None = None, random_part: int | None = None) -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): ordered by creation time, so that index pages stay warm.

    Made now and by chance, unless the arguments say otherwise.
    """
    at = now_ns() // 1_000_000 if at_ms is None else at_ms
    bits = random_bits(74) if random_part is None else random_part
    rand_a, rand_b = bits >> 62, bits & ((1 << 62) - 1)
    return UUID(int=(at & ((1 << 48) - 1)) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def imported_id(source: str, key: str) -> UUID:
    """The same id for the same source row each time, so that importing twice changes nothing."""
    return uuid5(IMPORTED, f"{source}:{key}")


def conflict_id(op_id: UUID, row_id: str, kind: str, field: str | None) -> UUID:
    """The same id where the same mutation opens the same conflict again, as on a restored server."""
    return uuid5(CONFLICTS, f"{op_id.hex}:{row_id}:{kind}:{field or ''}")
