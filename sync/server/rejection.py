"""A mutation the server will not take: nothing of it is written, and it stays a draft on the laptop."""

from app.domain.errors import AppError
from sync.protocol import Status


class Rejection(AppError):
    """Ends one mutation, not the push; `facts` may name the `field`."""

    def __init__(self, code: str, status: Status = Status.REJECTED, **facts: object) -> None:
        super().__init__(code, **facts)
        self.status = status
