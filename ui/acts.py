"""Says that something is done, and offers to take it back."""

from collections.abc import Callable
from functools import partial

from app.domain.changes import Changes
from ui.desk import Desk


def say(desk: Desk, words: str) -> Callable[[object], None]:
    """What to do once a use case has succeeded: a toast with Undo."""

    def said(result: object) -> None:
        parts = result if isinstance(result, tuple) else (result,)
        op_id = next((part.op_id for part in parts if isinstance(part, Changes)), None)
        undo = partial(desk.change, partial(desk.services.outbox.undo, op_id)) if op_id else None
        desk.toast(words, undo)

    return said
