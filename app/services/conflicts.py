"""The user's answers to what the server could not settle by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any
from uuid import UUID

import orjson

from app.clock import Clock
from app.domain.changes import Changes
from app.domain.conflict_sides import asked_fields, asks_whether_it_shall_be, python_values, said_by
from app.domain.conflicts import Conflict, ConflictKind, ConflictState
from app.domain.entity import Entity, to_stored
from app.domain.errors import RuleViolation
from app.domain.registry import ENTITIES, entity_named
from app.domain.types import Stored
from app.persistence.replica import Replica
from app.persistence.write import Write
from app.services.rows import advance, cleaned, edit, fetch


class Take(StrEnum):
    """Which side is right."""

    MINE = auto()
    THEIRS = auto()


@dataclass(frozen=True)
class Own:
    """Neither side: these values, of every field that was asked about together."""

    values: Mapping[str, Any]


Answer = Take | Own


class Conflicts:
    """Answering is an edit like any other: it travels, is merged, and can be taken back."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica = replica
        self._clock = clock

    def resolve(self, answers: Mapping[UUID, Answer]) -> Changes:
        """Settle several questions, of one record or of many, as one action."""
        with self._replica.write("conflict.resolve") as write:
            asked = [(fetch(write.session, Conflict, row_id), answer) for row_id, answer in answers.items()]
            for conflict, answer in sorted(asked, key=_parents_first):
                _apply(write, conflict, answer)
                self._close(conflict, answer)
        return write.changes

    def resolve_all(self, side: Take, conflict_ids: Iterable[UUID]) -> Changes:
        """Take one side in all of them."""
        return self.resolve(dict.fromkeys(conflict_ids, side))

    def undo(self, conflict_ids: Iterable[UUID]) -> Changes:
        """Ask again: the server's side stands as before the answer."""
        with self._replica.write("conflict.undo") as write:
            for conflict_id in conflict_ids:
                conflict = fetch(write.session, Conflict, conflict_id)
                advance(conflict, ConflictState.OPEN)
                _restore_theirs(write, conflict)
                conflict.resolved_by_id = conflict.resolved_at = conflict.resolution = None
        return write.changes

    def _close(self, conflict: Conflict, answer: Answer) -> None:
        advance(conflict, ConflictState.RESOLVED)
        identity = self._replica.identity
        conflict.resolved_by_id = identity.user_id if identity else None
        conflict.resolved_at = self._clock()
        if isinstance(answer, Own):
            entity = entity_named(conflict.entity)
            conflict.resolution = orjson.dumps(to_stored(entity, cleaned(answer.values))).decode()
        else:
            conflict.resolution = conflict.mine if answer is Take.MINE else conflict.theirs


def _parents_first(asked: tuple[Conflict, Answer]) -> int:
    """An order that came late is there before what was done on it."""
    return ENTITIES.index(entity_named(asked[0].entity))


def _apply(write: Write, conflict: Conflict, answer: Answer) -> None:
    """Theirs is what stands already, whatever it is by now."""
    if answer is Take.THEIRS:
        return
    entity = entity_named(conflict.entity)
    if isinstance(answer, Own):
        asked = asked_fields(conflict)
        if not asked or answer.values.keys() != asked.keys():
            raise RuleViolation("conflict.other_fields", asked=", ".join(sorted(asked)))
        edit(fetch(write.session, entity, conflict.row_id), answer.values)
    elif conflict.kind is ConflictKind.DELETED_HERE or (conflict.mine == "null" and conflict.field is None):
        write.session.delete(fetch(write.session, entity, conflict.row_id))
    elif asks_whether_it_shall_be(conflict):
        _bring_back(write, entity, conflict, said_by(conflict, conflict.mine))
    else:
        edit(
            fetch(write.session, entity, conflict.row_id),
            python_values(entity, said_by(conflict, conflict.mine)),
        )


def _restore_theirs(write: Write, conflict: Conflict) -> None:
    entity = entity_named(conflict.entity)
    row = write.session.get(entity, conflict.row_id)
    stood = conflict.kind is not ConflictKind.DELETED_THERE and conflict.theirs not in (None, "null")
    if asks_whether_it_shall_be(conflict) and not stood:
        if row is not None:
            write.session.delete(row)
    elif asks_whether_it_shall_be(conflict):
        if row is None:
            _bring_back(write, entity, conflict, said_by(conflict, conflict.theirs))
    elif row is not None:
        edit(row, python_values(entity, said_by(conflict, conflict.theirs)))


def _bring_back(
    write: Write, entity: type[Entity], conflict: Conflict, payload: Mapping[str, Stored]
) -> None:
    """As it was kept; where somebody has brought it back meanwhile, that one becomes so."""
    values = python_values(entity, payload)
    if row := write.session.get(entity, conflict.row_id):
        edit(row, values)
        return
    write.session.add(entity(id=conflict.row_id, root_id=conflict.root_id, **values))
