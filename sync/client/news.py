"""What is told of a round or a check while it runs."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.changes import Changes


@dataclass(frozen=True)
class Progress:
    """Rows that came; of a snapshot those of earlier rounds too, of about `total`."""

    rows: int
    total: int | None


@dataclass(frozen=True)
class Compared:
    """Rows that were compared with the server's, of about `total`."""

    rows: int
    total: int


News = Progress | Compared | Changes
Tell = Callable[[News], None]
