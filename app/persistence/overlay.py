"""What the user sees of a row: the server's version with his own unfinished mutations laid over it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.domain.entity import Entity
from app.domain.types import Stored
from sync.merge import overlay
from sync.protocol import Op, OpKind


@dataclass(frozen=True)
class Version:
    """One version of a row, in stored form."""

    root_id: str
    rev: int
    values: Mapping[str, Stored]


def visible(entity: type[Entity], server: Version | None, ops: Iterable[Op]) -> Version | None:
    """`server` as its author sees it while `ops`, oldest first, are on their way; None: no such row."""
    shown = server
    for op in ops:
        shown = _after(entity, shown, op)
    return shown


def _after(entity: type[Entity], shown: Version | None, op: Op) -> Version | None:
    match op.kind:
        case OpKind.DELETE:
            return None
        case OpKind.CREATE if shown is None and op.root_id is not None:
            return Version(op.root_id.hex, 0, op.values)
        case OpKind.PATCH if shown is not None and op.patch is not None:
            moved = shown.root_id if op.root_id is None else op.root_id.hex
            return replace(shown, root_id=moved, values=overlay(entity, shown.values, op.patch))
        case _:  # created and already with the server; or edited here and gone there
            return shown
