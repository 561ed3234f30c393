"""Corrections of what was set aside: what one still has to do where the other was taken after all.

A mutation that made the server fail waits for whoever mends the server. Its author need not wait: he sends
it anew, corrected. Whichever of the two comes first, what he meant last stands, once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import orjson
from sqlalchemy import BindParameter, Connection, bindparam, select, update

from app.domain.conflicts import ConflictKind
from app.domain.entity import Entity, fields
from app.domain.registry import entity_named
from sync.protocol import MalformedMessage, Mutation, Op, OpKind, Patch, Result, Status, patch_between
from sync.server.caller import Caller
from sync.server.intake import new_row
from sync.server.log_rows import Row
from sync.server.tables import LEDGER

_TENANT: BindParameter[str] = bindparam("tenant")
_THIS = (
    LEDGER.c.tenant_id == _TENANT,
    LEDGER.c.user_id == bindparam("user"),
    LEDGER.c.op_id == bindparam("op"),
    LEDGER.c.body.is_not(None),
)
_KEPT = select(LEDGER.c.result, LEDGER.c.body).where(*_THIS).with_for_update()
_FORGET = update(LEDGER).where(*_THIS).values(body=None)

# Of these all waits and nothing was written.
_FILED = (ConflictKind.LATE, ConflictKind.RULE)

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Corrected:
    """What a correction takes the place of: all that was set aside of it, and what was taken in the end."""

    op_ids: tuple[UUID, ...]
    taken: tuple[Result, Mutation] | None


def corrected_by(connection: Connection, caller: Caller, op_id: UUID) -> Corrected:
    """`op_id` and, where that is a correction that was set aside itself, what it was to correct. Held, so
    that nobody takes them again meanwhile."""
    op_ids: list[UUID] = []
    following: UUID | None = op_id
    while following and following not in op_ids:
        op_ids.append(following)
        kept = connection.execute(_KEPT, _about(caller, following)).first()
        if kept is None:
            break
        result = Result.from_wire(orjson.loads(kept.result))
        try:
            said = Mutation.from_wire(orjson.loads(kept.body))
        except MalformedMessage:  # which may be why it was set aside
            break
        if result.status.accepted:
            return Corrected(tuple(op_ids), (result, said))
        following = said.replaces if result.status is Status.QUARANTINED else None
    return Corrected(tuple(op_ids), None)


def forget(connection: Connection, caller: Caller, corrected: Corrected) -> None:
    """The correction was taken: what it takes the place of is not to be taken again."""
    for op_id in corrected.op_ids:
        connection.execute(_FORGET, _about(caller, op_id))


def beyond(correction: Mutation, corrected: Corrected, row: Callable[[str], Row | None]) -> Mutation:
    """What `correction` asks for beyond what was taken already, where its author saw that."""
    if corrected.taken is None:
        return correction
    result, taken = corrected.taken
    conflicts = [row(conflict_id.hex) for conflict_id in result.conflicts]
    if any(conflict and conflict.values["kind"] in _FILED for conflict in conflicts):
        return correction
    before = {op.id: op for op in taken.ops}
    ops = (_beyond(op, before.get(op.id), row(op.id.hex)) for op in correction.ops)
    return replace(correction, ops=tuple(ops))


def _beyond(op: Op, before: Op | None, row: Row | None) -> Op:
    if before is None or (before.kind, before.entity) != (op.kind, op.entity) or not row or row.deleted:
        return op
    entity = entity_named(op.entity)
    if op.kind is OpKind.CREATE:
        patch = patch_between(entity, new_row(entity, before.values), new_row(entity, op.values)) or Patch()
        return Op(OpKind.PATCH, op.entity, op.id, op.root_id, base_rev=1, patch=patch)
    if op.patch and before.patch:
        return replace(op, patch=_difference(entity, before.patch, op.patch))
    return op


def _difference(entity: type[Entity], before: Patch, after: Patch) -> Patch:
    said, was = {**before.was, **after.set}, {**after.was, **before.set}
    specs = fields(entity)
    changed = {name for name in said if said[name] != was[name]}
    groups = {specs[name].group for name in changed if name in specs and specs[name].group}
    changed |= {name for name in said if name in specs and specs[name].group in groups}
    delta = {
        name: after.delta.get(name, 0) - before.delta.get(name, 0) for name in {**before.delta, **after.delta}
    }
    return Patch(
        set={name: said[name] for name in changed},
        was={name: was[name] for name in changed},
        delta={name: amount for name, amount in delta.items() if amount},
        add=_words(_less(after.add, before.add), _less(before.remove, after.remove)),
        remove=_words(_less(after.remove, before.remove), _less(before.add, after.add)),
    )


def _less(words: Words, others: Words) -> Words:
    return {name: sorted(set(listed) - set(others.get(name, ()))) for name, listed in words.items()}


def _words(some: Words, more: Words) -> Words:
    both = {name: [*some.get(name, ()), *more.get(name, ())] for name in {**some, **more}}
    return {name: listed for name, listed in both.items() if listed}


def _about(caller: Caller, op_id: UUID) -> dict[str, str]:
    return {"tenant": caller.tenant, "user": caller.user, "op": op_id.hex}
