"""What the user may still do about changes he made: undo, revert, correct and send again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from app.domain.changes import Changes
from app.domain.conflict_sides import python_values
from app.domain.entity import Entity
from app.domain.errors import RuleViolation
from app.domain.registry import entity_named
from app.domain.rules import check
from app.persistence.bookkeeping import Outbox as Mutations
from app.persistence.bookkeeping import OutboxState
from app.persistence.replica import Replica
from app.persistence.sending import SET_ASIDE
from app.persistence.withdrawal import take_back, withdraw
from app.persistence.write import Write
from app.services.rows import cleaned
from sync.protocol import Op, OpKind


class Outbox:
    """Use cases of own changes, named by the `op_id` of `Changes` and of the sync centre."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def undo(self, op_id: UUID) -> Changes:
        """Take a change back: out of the outbox if it was not sent, else by a change to the contrary.

        Raises RuleViolation where someone has built on it meanwhile.
        """
        mutation = self._mutation(op_id)
        if mutation.n is None or mutation.state is OutboxState.REJECTED:
            return take_back(self._replica, [op_id])
        with self._replica.write(f"{mutation.name}.undo") as write:
            for op in reversed(ops_of(mutation)):
                _reverse(write, op)
        return write.changes

    def revert(self, op_id: UUID) -> Changes:
        """Give up what the server refused: the record is again as the server has it."""
        self._refused(op_id)
        return take_back(self._replica, [op_id])

    def resubmit(self, op_id: UUID, edited: Mapping[str, Any] | None = None) -> Changes:
        """Send what was refused again, corrected by `edited` fields of its first row.

        The new change carries all the old one did and names it, so that nothing is done twice; or, where
        that was refused for good, what that was to take the place of.
        """
        mutation = self._refused(op_id)
        replaces = None if mutation.code == SET_ASIDE else mutation.replaces
        ops = ops_of(mutation)
        correction = cleaned(edited or {})
        check(entity_named(ops[0].entity), correction)
        with self._replica.write(mutation.name, replaces=replaces or op_id) as write:
            with write.unqueued() as connection:
                withdraw(connection, [op_id])
            for place, op in enumerate(ops):
                _repeat(write, op, correction if place == 0 else {})
        return write.changes

    def _refused(self, op_id: UUID) -> Mutations:
        mutation = self._mutation(op_id)
        if mutation.state is not OutboxState.REJECTED:
            raise RuleViolation("outbox.not_refused")
        return mutation

    def _mutation(self, op_id: UUID) -> Mutations:
        with self._replica.read() as session:
            mutation = session.scalar(select(Mutations).where(Mutations.op_id == op_id))
            if mutation is None:
                raise RuleViolation("outbox.gone")
            session.expunge(mutation)
            return mutation


def ops_of(mutation: Mutations) -> list[Op]:
    """What a mutation does, row by row."""
    return [Op.from_wire(op) for op in orjson.loads(mutation.body)]


def _reverse(write: Write, op: Op) -> None:
    entity = entity_named(op.entity)
    row = write.session.get(entity, op.id)
    if op.kind is OpKind.DELETE:
        raise RuleViolation("outbox.deleted")
    if row is None:
        raise RuleViolation("outbox.built_upon")
    if op.kind is OpKind.CREATE:
        write.session.delete(row)
    elif op.patch is not None:
        before, after = python_values(entity, op.patch.was), python_values(entity, op.patch.set)
        if any(getattr(row, name) != value for name, value in after.items()):
            raise RuleViolation("outbox.built_upon")
        _set(row, before)
        _add_up(entity, row, op, sign=-1)


def _repeat(write: Write, op: Op, correction: Mapping[str, Any]) -> None:
    entity = entity_named(op.entity)
    row = write.session.get(entity, op.id)
    match op.kind:
        case OpKind.CREATE if row is None:
            values = {**python_values(entity, op.values), **correction}
            write.session.add(entity(id=op.id, root_id=op.root_id, **values))
        case OpKind.DELETE if row is not None:
            write.session.delete(row)
        case OpKind.PATCH if row is not None and op.patch is not None:
            write.edit(
                row,
                {**python_values(entity, op.patch.set), **correction},
                python_values(entity, op.patch.was),
            )
            _add_up(entity, row, op, sign=1)
        case _:
            raise RuleViolation("record.gone", entity=op.entity, id=op.id)


def _set(row: Entity, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _add_up(entity: type[Entity], row: Entity, op: Op, *, sign: int) -> None:
    """Numbers and words, which a patch adds to or takes away."""
    assert op.patch is not None  # only patches come here
    for name, amount in python_values(entity, op.patch.delta).items():
        setattr(row, name, (getattr(row, name) or 0) + sign * amount)
    more, less = (op.patch.add, op.patch.remove) if sign > 0 else (op.patch.remove, op.patch.add)
    for name in {*more, *less}:
        kept = (getattr(row, name) or frozenset()) | set(more.get(name, ()))
        setattr(row, name, frozenset(kept - set(less.get(name, ()))) or None)
