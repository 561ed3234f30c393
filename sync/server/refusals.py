"""The server's no to a request: a status, a code and facts."""

from app.domain.errors import AppError


class Refusal(AppError):
    """The server answers with `status`; `code` and `facts` say why."""

    def __init__(self, status: int, code: str, **facts: object) -> None:
        super().__init__(code, **facts)
        self.status = status
