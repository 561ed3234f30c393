"""Applies one mutation: each operation authorised, merged and checked, and all of it or nothing.

Everything is decided in memory on locked rows; what is refused has written nothing.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from app.domain.conflicts import Conflict, ConflictKind
from app.domain.customers import Customer
from app.domain.entity import CATALOGUE, Entity, fields, name_of
from app.domain.errors import RuleViolation
from app.domain.registry import ENTITIES, entity_named, own_root, parent_of
from app.domain.service_orders import ServiceOrder
from sync.merge import merge
from sync.protocol import Mutation, Op, OpKind, Patch, Status, Values
from sync.server.below import rows_below
from sync.server.caller import Caller
from sync.server.change_log import ChangeLog
from sync.server.disputes import Disputes
from sync.server.filing import Disputed, file
from sync.server.intake import accepted_patch, check_whole, new_row
from sync.server.log_rows import Row
from sync.server.order_numbers import free_number
from sync.server.rejection import Rejection
from sync.server.reserved import for_the_office
from sync.server.rights import Rights
from sync.server.tables import TABLES

# Who points at rows of an entity: (the pointing entity, its field).
POINTERS: Mapping[str, list[tuple[type[Entity], str]]] = {
    name_of(target): [
        (entity, name)
        for entity in ENTITIES
        for name, spec in fields(entity).items()
        if spec.target == name_of(target)
    ]
    for target in ENTITIES
}


def apply(
    log: ChangeLog, rights: Rights, caller: Caller, mutation: Mutation, acted_at: str
) -> tuple[UUID, ...]:
    """Bring `mutation` into `log`; the conflicts it opened or continued.

    Raises Rejection or RuleViolation; `log` must then not be committed.
    """
    try:
        return _Application(log, rights, caller, mutation, acted_at).run()
    except Disputed as dispute:
        log.forget()
        return file(log, Disputes(log, caller, mutation, acted_at), mutation, dispute)


class _Application:
    def __init__(
        self, log: ChangeLog, rights: Rights, caller: Caller, mutation: Mutation, acted_at: str
    ) -> None:
        self._log = log
        self._rights = rights
        self._device = caller.device
        self._mutation = mutation
        log.load(op.id.hex for op in mutation.ops)
        self._disputes = Disputes(log, caller, mutation, acted_at)
        self._ops = {op.id.hex: op for op in mutation.ops}
        self._new = {op.id.hex: op for op in mutation.ops if op.kind is OpKind.CREATE}
        self._moved: set[str] = set()

    def run(self) -> tuple[UUID, ...]:
        steps: Mapping[OpKind, Callable[[type[Entity], Op], None]] = {
            OpKind.CREATE: self._create,
            OpKind.PATCH: self._patch,
            OpKind.DELETE: self._delete,
        }
        for op in sorted(self._mutation.ops, key=_makes_a_root, reverse=True):
            steps[op.kind](_entity(op), op)
        if self._disputes.opened and self._mutation.on_conflict == "all":
            raise Rejection("conflict.all_or_nothing")
        touched = [row for row in self._log.touched if row.entity is not Conflict]
        for row in touched:
            if not row.deleted:
                self._check_merged(row)
            self._disputes.compare(row)
        self._check_references([row for row in touched if not row.deleted])
        for row in touched:
            if row.deleted:
                self._check_unused(row)
        return tuple(dict.fromkeys(self._disputes.opened))

    def _create(self, entity: type[Entity], op: Op) -> None:
        row_id = op.id.hex
        there = self._log.row(row_id)
        if there and (there.entity is not entity or not there.deleted):
            raise Rejection("row.exists")
        if there and not self._disputes.brings_back(there):
            raise Rejection("row.deleted")
        values = new_row(entity, op.values)
        check_whole(entity, values)
        if entity is ServiceOrder:
            values["number"] = free_number(self._log, row_id, str(values["number"]))
        root_id = self._root_of(entity, row_id, values)
        _check_root(op, root_id)
        owned = there.values if there else new_row(entity, {})
        self._rights.check_new(entity, row_id, values, owned)
        self._rights.check_entity(entity, root_id)
        self._log.create(entity, row_id, root_id, values)

    def _patch(self, entity: type[Entity], op: Op) -> None:
        row = self._standing(entity, op)
        patch = accepted_patch(entity, op.patch or Patch())
        if row.deleted:
            self._rights.check_change(entity, row.values, patch.set)
            changed = merge(entity, {**row.values, **patch.was}, patch).values
            self._disputes.changed_what_was_deleted(row, changed)
            return
        merged = merge(entity, row.values, patch, trusted=self._rights.leads)
        self._rights.check_change(entity, row.values, dict.fromkeys(patch.names()) | dict(patch.set))
        self._log.change(row, merged.values)
        if entity is Conflict:  # about a conflict nobody is asked again: what the server holds stands
            self._rights.check_answer(for_the_office(self._log, row))
            return
        self._move_along(row, merged.values)
        for clash in merged.clashes:
            self._disputes.clash(row, clash)
        unsettled = {name for clash in merged.clashes for name in clash.mine}
        self._disputes.agreed(row, patch.names() - unsettled)

    def _delete(self, entity: type[Entity], op: Op) -> None:
        row = self._standing(entity, op)
        self._rights.check_delete(entity, row.values)
        if row.deleted:
            return
        found = self._log.before(row.id)
        if found is None or self._was_seen(found, op.base_rev):
            self._log.delete(row)
        else:
            self._disputes.deleted_what_was_changed(row)

    def _was_seen(self, found: Row, base_rev: int) -> bool:
        """No one but this device has changed the row since it saw revision `base_rev`."""
        own_run = found.device_id == self._device and found.run_rev <= base_rev + 1
        return found.rev <= base_rev or own_run

    def _standing(self, entity: type[Entity], op: Op) -> Row:
        row = self._log.row(op.id.hex)
        if row is None or row.entity is not entity:
            if row is None and (root_id := self._disputes.root_filed(op.id.hex)):
                raise Disputed(ConflictKind.LATE, root_id)  # as what made it
            raise Rejection("row.unknown", Status.DEPENDENCY_FAILED)
        said = row.root_id if op.root_id is None else op.root_id.hex
        if said in (row.root_id, self._destination(row, op)):
            self._rights.check_entity(entity, row.root_id)
        else:
            self._rights.check_moved(entity, row.id, row.root_id, said)
        return row

    def _destination(self, row: Row, op: Op) -> str | None:
        """The root below which the operation hangs the row."""
        parent, said = parent_of(row.entity), op.patch.set if op.patch else {}
        if parent is None or not said.get(parent[0]):
            return None
        return self._root_of(row.entity, row.id, {**row.values, **said})

    def _move_along(self, row: Row, changed: Values) -> None:
        """A row hung below another customer takes all below it along; who moves it must see both."""
        parent = parent_of(row.entity)
        if parent is None or parent[0] not in changed:
            return
        moved = self._log.row(row.id) or row
        root_id = self._root_of(row.entity, row.id, moved.values)
        if root_id == row.root_id:
            return
        self._rights.check_entity(row.entity, root_id)
        self._moved.add(row.id)
        for each in [moved, *rows_below(self._log, moved), *self._disputes.about(moved)]:
            self._log.move(each, root_id)

    def _check_merged(self, row: Row) -> None:
        """Where each edit was right and only both together are not, nobody is at fault."""
        before = self._log.before(row.id)
        try:
            check_whole(row.entity, row.values, before.values if before else {})
        except RuleViolation as problem:
            op = self._ops.get(row.id)
            if before is None or op is None or op.patch is None or self._was_seen(before, op.base_rev):
                raise
            name = str(problem.facts.get("field"))
            if name in op.patch.set and op.patch.set[name] == row.values.get(name):
                raise
            raise Disputed(ConflictKind.RULE, row.root_id) from problem

    def _root_of(self, entity: type[Entity], row_id: str, values: Values) -> str:
        """Where a new row belongs: its own root, or that of its parent, which may be new as well."""
        own = own_root(entity, UUID(row_id))
        parent = parent_of(entity)
        if own is not None or parent is None:
            return (own or CATALOGUE).hex
        name, target = parent
        parent_id = str(values.get(name))
        there = self._log.peek([parent_id]).get(parent_id)
        if there and not there.deleted and name_of(there.entity) == target:
            return there.root_id
        op = self._new.get(parent_id)
        if op is None and (root_id := self._disputes.root_filed(parent_id)):
            raise Disputed(ConflictKind.LATE, root_id)  # what it belongs to waits in a conflict itself
        if op is None or op.entity != target:
            raise Rejection("reference.missing", Status.DEPENDENCY_FAILED, field=name)
        return self._root_of(entity_named(target), parent_id, op.values)

    def _check_references(self, rows: list[Row]) -> None:
        """Whatever a row points to must exist, and reach every laptop the row reaches."""
        wanted = [(row, name, target) for row in rows for name, target in self._new_references(row)]
        there = self._log.peek([str(row.values[name]) for row, name, _ in wanted])
        for row, name, target in wanted:
            found = there.get(str(row.values[name]))
            if found is None or found.deleted or name_of(found.entity) != target:
                raise Rejection("reference.missing", Status.DEPENDENCY_FAILED, field=name)
            if found.root_id not in (row.root_id, CATALOGUE.hex):
                raise Rejection("reference.foreign_root", field=name)

    def _new_references(self, row: Row) -> list[tuple[str, str]]:
        before = self._log.before(row.id)
        stood = before is not None and not before.deleted and row.id not in self._moved
        was = before.values if before and stood else {}
        return [
            (name, spec.target)
            for name, spec in fields(row.entity).items()
            if spec.target and row.values[name] is not None and row.values[name] != was.get(name)
        ]

    def _check_unused(self, row: Row) -> None:
        """Nothing may point to a row that goes, unless it goes or turns elsewhere as well."""
        for entity, name in POINTERS[name_of(row.entity)]:
            about = {"tenant": self._log.tenant, "target": row.id}
            for pointing in self._log.tables.scalars(_pointing(entity, name), about).all():
                if pointing not in self._touched_ids() or self._points(pointing, name, row.id):
                    raise Rejection("row.still_used", field=name_of(entity))

    def _touched_ids(self) -> set[str]:
        return {row.id for row in self._log.touched}

    def _points(self, row_id: str, name: str, target: str) -> bool:
        row = self._log.row(row_id)
        return row is not None and not row.deleted and row.values[name] == target


@cache
def _pointing(entity: type[Entity], name: str) -> Select[Any]:
    """Rows whose field `name` holds a certain id."""
    table = TABLES[entity]
    here = (table.c.tenant_id == bindparam("tenant"), table.c[name] == bindparam("target"))
    return select(table.c.id).where(*here)


def _entity(op: Op) -> type[Entity]:
    try:
        return entity_named(op.entity)
    except KeyError as problem:
        raise RuleViolation("entity.unknown", entity=op.entity[:40]) from problem


def _makes_a_root(op: Op) -> bool:
    """Whoever makes a customer may also write below it, in whatever order he says so."""
    return op.kind is OpKind.CREATE and op.entity == name_of(Customer)


def _check_root(op: Op, root_id: str) -> None:
    """A root is the server's to say; a laptop that believes in another is wrong about the row."""
    if op.root_id is not None and op.root_id.hex != root_id:
        raise Rejection("row.foreign_root")
