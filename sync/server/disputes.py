"""Opens, continues and closes the conflict records of the rows a mutation touches.

One disagreement is one record: what the same device says later about the same field is added to it,
and where the values meet after all it closes by itself.
"""

from collections.abc import Iterable
from uuid import UUID

import orjson
from sqlalchemy import bindparam, select

from app.domain.conflicts import Conflict, ConflictKind, ConflictState
from app.domain.entity import Entity, name_of
from app.domain.ids import new_id
from app.domain.types import Stored
from sync.merge import Clash
from sync.protocol import Mutation, OpKind, Values, grouped
from sync.server.caller import Caller
from sync.server.change_log import ChangeLog
from sync.server.log_rows import Row
from sync.server.log_writer import now
from sync.server.tables import TABLES

_CONFLICT = TABLES[Conflict].c
_OPEN = (
    select(_CONFLICT.row_id, _CONFLICT.id)
    .where(_CONFLICT.tenant_id == bindparam("tenant"))
    .where(_CONFLICT.row_id.in_(bindparam("rows", expanding=True)))
    .where(_CONFLICT.state == ConflictState.OPEN.value, _CONFLICT.kind == ConflictKind.FIELD.value)
    .order_by(_CONFLICT.id)
)


class Disputes:
    """Of one mutation. Conflicts the mutation itself resolves are left alone."""

    def __init__(self, log: ChangeLog, caller: Caller, mutation: Mutation, acted_at: str) -> None:
        self._log = log
        self._caller = caller
        self._mutation = mutation
        self._acted_at = acted_at
        self.opened: list[UUID] = []
        self.resolving = {
            op.id.hex for op in mutation.ops if op.kind is OpKind.PATCH and op.entity == name_of(Conflict)
        }
        self._open = self._find(op.id.hex for op in mutation.ops)

    def clash(self, row: Row, clash: Clash) -> None:
        """Both changed a field, or a group of fields."""
        mine = _said(row.entity, clash.field, clash.mine)
        theirs = _said(row.entity, clash.field, clash.theirs)
        for conflict in self._about(row, clash.field):
            if conflict.values["device_id"] == self._caller.device:
                self._log.change(conflict, {**self._who(row), "mine": mine, "theirs": theirs})
                self.opened.append(UUID(conflict.id))
                return
        base = _said(row.entity, clash.field, clash.base)
        self._record(row, ConflictKind.FIELD, field=clash.field, base=base, mine=mine, theirs=theirs)

    def changed_what_was_deleted(self, row: Row, mine: Values) -> None:
        """The conflict keeps the whole row as it would have been, so that it can be brought back."""
        self._record(row, ConflictKind.DELETED_THERE, base=_json(row.values), mine=_json(mine))

    def deleted_what_was_changed(self, row: Row) -> None:
        """The row stays; whoever wanted it gone is asked again."""
        self._record(row, ConflictKind.DELETED_HERE, mine="null", theirs=_json(row.values))

    def agreed(self, row: Row, names: Iterable[str]) -> None:
        """The device's newest word on these fields was accepted: it no longer insists on an older one."""
        said = set(names)
        for conflict in self._about(row):
            if conflict.values["device_id"] == self._caller.device and said & _names(row, conflict):
                self._close(conflict)

    def compare(self, row: Row) -> None:
        """After the mutation: close what has met, and show the newest value of what has not."""
        for conflict in self._about(row):
            current = _json_of(row, conflict)
            if current == conflict.values["mine"]:
                self._close(conflict)
            elif current != conflict.values["theirs"]:
                who = {"their_author_id": row.author_id, "their_acted_at": row.acted_at}
                self._log.change(conflict, {"theirs": current, **who})

    def brings_back(self, row: Row) -> bool:
        """The mutation resolves a conflict about this deleted row."""
        about = (self._log.row(conflict_id) for conflict_id in self.resolving)
        return any(conflict and conflict.values["row_id"] == row.id for conflict in about)

    def _find(self, row_ids: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        about = {"tenant": self._log.tenant, "rows": list(row_ids)}
        for row_id, conflict_id in self._log.tables.execute(_OPEN, about):
            if conflict_id not in self.resolving:
                found.setdefault(row_id, []).append(conflict_id)
        self._log.load(conflict_id for ids in found.values() for conflict_id in ids)
        return found

    def _about(self, row: Row, field: str | None = None) -> Iterable[Row]:
        for conflict_id in self._open.get(row.id, []):
            conflict = self._log.row(conflict_id)
            if conflict is None or conflict.values["state"] != ConflictState.OPEN:
                continue
            if field in (None, conflict.values["field"]):
                yield conflict

    def _close(self, conflict: Row) -> None:
        self._log.change(conflict, {"state": ConflictState.MET.value, "resolved_at": now()})

    def _record(
        self, row: Row, kind: ConflictKind, *, field: str | None = None, base: str | None = None,
        mine: str | None = None, theirs: str | None = None,
    ) -> None:  # fmt: skip
        conflict_id = new_id()
        values: dict[str, Stored] = {
            "entity": name_of(row.entity), "row_id": row.id, "field": field, "kind": kind.value,
            "base": base, "mine": mine, "theirs": theirs, "state": ConflictState.OPEN.value,
            "author_id": self._caller.user, "device_id": self._caller.device, **self._who(row),
        }  # fmt: skip
        self._log.create(Conflict, conflict_id.hex, row.root_id, values)
        self.opened.append(conflict_id)
        if kind is ConflictKind.FIELD:
            self._open.setdefault(row.id, []).append(conflict_id.hex)

    def _who(self, row: Row) -> dict[str, Stored]:
        there = self._log.before(row.id) or row
        return {
            "op_id": self._mutation.op_id.hex, "acted_at": self._acted_at, "received_at": now(),
            "their_author_id": there.author_id, "their_acted_at": there.acted_at,
        }  # fmt: skip


def _names(row: Row, conflict: Row) -> set[str]:
    """The fields a conflict is about: one, or all of a group."""
    asked = str(conflict.values["field"])
    return set(grouped(row.entity, asked)) or {asked}


def _json_of(row: Row, conflict: Row) -> str:
    asked = str(conflict.values["field"])
    return _said(row.entity, asked, {name: row.values[name] for name in _names(row, conflict)})


def _said(entity: type[Entity], asked: str, values: Values) -> str:
    """A single value as it is; those of a group as an object."""
    return _json({name: values[name] for name in grouped(entity, asked)} or values[asked])


def _json(value: Values | Stored) -> str:
    return orjson.dumps(value).decode()
