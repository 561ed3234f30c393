"""Opens, continues and closes the conflict records of the rows a mutation touches.

One disagreement is one record: what the same device says later about the same thing is added to it,
and where the values meet after all it closes by itself, whoever made them meet.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson

from app.domain.conflicts import Conflict, ConflictKind, ConflictState
from app.domain.entity import Entity, name_of
from app.domain.ids import conflict_id
from app.domain.types import Stored
from sync.merge import Clash
from sync.protocol import Mutation, OpKind, Values, grouped
from sync.server.caller import Caller
from sync.server.change_log import ChangeLog
from sync.server.log_rows import Row
from sync.server.log_writer import now

# What asks about values of a row that stands, and is settled when they meet.
_OF_VALUES = (ConflictKind.FIELD, ConflictKind.RULE, ConflictKind.LATE)


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
        for conflict in self._own(row, ConflictKind.FIELD):
            if conflict.values["field"] == clash.field:
                self._go_on(conflict, row, mine=mine, theirs=theirs)
                return
        base = _said(row.entity, clash.field, clash.base)
        self._record(row, ConflictKind.FIELD, field=clash.field, base=base, mine=mine, theirs=theirs)

    def changed_what_was_deleted(self, row: Row, changed: Values) -> None:
        """The conflict keeps the whole row as it would have been, so that it can be brought back."""
        for conflict in self._own(row, ConflictKind.DELETED_THERE):
            mine = {**_object(conflict.values["mine"]), **changed}
            self._go_on(conflict, row, mine=_json(mine))
            return
        mine = {**row.values, **changed}
        self._record(row, ConflictKind.DELETED_THERE, base=_json(row.values), mine=_json(mine))

    def deleted_what_was_changed(self, row: Row) -> None:
        """The row stays; whoever wanted it gone is asked again."""
        for conflict in self._own(row, ConflictKind.DELETED_HERE):
            self._go_on(conflict, row, theirs=_json(row.values))
            return
        self._record(row, ConflictKind.DELETED_HERE, mine="null", theirs=_json(row.values))

    def filed(self, kind: ConflictKind, row: Row, *, mine: Values | None, theirs: Values | None) -> None:
        """A row's part of a mutation that could not be applied; None for a row that shall not be."""
        for conflict in self._own(row, kind):
            said = mine if mine is None else {**_object(conflict.values["mine"]), **mine}
            stands = theirs if theirs is None else {**_object(conflict.values["theirs"]), **theirs}
            self._go_on(conflict, row, mine=_json(said), theirs=_json(stands))
            return
        self._record(row, kind, mine=_json(mine), theirs=_json(theirs))

    def root_filed(self, row_id: str) -> str | None:
        """Below which root a row waits in a conflict, that was to be made and could not be."""
        for conflict_ids in self._find([row_id]).values():
            for found in conflict_ids:
                conflict = self._log.row(found)
                if conflict and conflict.values["kind"] == ConflictKind.LATE:
                    return conflict.root_id
        return None

    def agreed(self, row: Row, names: Iterable[str]) -> None:
        """The device's newest word on these fields was accepted: it no longer insists on an older one."""
        said = set(names)
        for conflict in self._own(row, *_OF_VALUES):
            if said & _names(row, conflict):
                self._close(conflict)

    def compare(self, row: Row) -> None:
        """After the mutation: close what has met, and show the newest value of what has not."""
        for conflict in self._about(row):
            match conflict.values["kind"]:
                case ConflictKind.DELETED_HERE if row.deleted:
                    self._close(conflict)
                case ConflictKind.FIELD | ConflictKind.RULE | ConflictKind.LATE if row.deleted:
                    self._outlive(conflict, row)
                case ConflictKind.FIELD | ConflictKind.RULE | ConflictKind.LATE:
                    self._compare_values(conflict, row)

    def about(self, row: Row) -> list[Row]:
        """Open conflicts about the row, whoever lost in them."""
        return list(self._about(row))

    def brings_back(self, row: Row) -> bool:
        """The mutation resolves a conflict about this deleted row."""
        about = map(self._log.row, self.resolving)
        return any(conflict and conflict.values["row_id"] == row.id for conflict in about)

    def _compare_values(self, conflict: Row, row: Row) -> None:
        names = _names(row, conflict)
        if not names:  # whether the row shall be
            return
        current = _json_of(row, conflict, names)
        if current == conflict.values["mine"]:
            self._close(conflict)
        elif current != conflict.values["theirs"]:
            who = {"their_author_id": row.author_id, "their_acted_at": row.acted_at}
            self._log.change(conflict, {"theirs": current, **who})

    def _outlive(self, conflict: Row, row: Row) -> None:
        """The row is gone with the server's value; the other one waits with what is needed to bring it
        back. Whoever insisted on it and deletes the row himself has answered."""
        if conflict.values["device_id"] == self._caller.device or conflict.values["mine"] == "null":
            self._close(conflict)
            return
        mine = {**row.values, **_by_name(conflict)}
        gone = {"kind": ConflictKind.DELETED_THERE.value, "field": None, "theirs": None}
        who = {"their_author_id": self._caller.user, "their_acted_at": self._acted_at}
        self._log.change(conflict, {**gone, **who, "base": _json(row.values), "mine": _json(mine)})

    def _find(self, row_ids: Iterable[str]) -> dict[str, list[str]]:
        found = self._log.conflicts(row_ids)
        return {row_id: [each for each in ids if each not in self.resolving] for row_id, ids in found.items()}

    def _about(self, row: Row) -> Iterable[Row]:
        for found in self._open.get(row.id, []):
            conflict = self._log.row(found)
            if conflict is not None and conflict.values["state"] == ConflictState.OPEN:
                yield conflict

    def _own(self, row: Row, *kinds: ConflictKind) -> list[Row]:
        """Open conflicts about the row in which this device is the one that lost."""
        return [
            conflict
            for conflict in self._about(row)
            if conflict.values["device_id"] == self._caller.device and conflict.values["kind"] in kinds
        ]

    def _go_on(self, conflict: Row, row: Row, **sides: str) -> None:
        self._log.change(conflict, {**self._who(row), **sides})
        self.opened.append(UUID(conflict.id))

    def _close(self, conflict: Row) -> None:
        self._log.change(conflict, {"state": ConflictState.MET.value, "resolved_at": now()})

    def _record(
        self, row: Row, kind: ConflictKind, *, field: str | None = None, base: str | None = None,
        mine: str | None = None, theirs: str | None = None,
    ) -> None:  # fmt: skip
        opened = conflict_id(self._mutation.op_id, row.id, kind.value, field)
        values: dict[str, Stored] = {
            "entity": name_of(row.entity), "row_id": row.id, "field": field, "kind": kind.value,
            "base": base, "mine": mine, "theirs": theirs, "state": ConflictState.OPEN.value,
            "author_id": self._caller.user, "device_id": self._caller.device, **self._who(row),
        }  # fmt: skip
        self._log.create(Conflict, opened.hex, row.root_id, values)
        self.opened.append(opened)
        self._open.setdefault(row.id, []).append(opened.hex)

    def _who(self, row: Row) -> dict[str, Stored]:
        there = self._log.before(row.id) or row
        return {
            "op_id": self._mutation.op_id.hex, "acted_at": self._acted_at, "received_at": now(),
            "their_author_id": there.author_id, "their_acted_at": there.acted_at or None,
        }  # fmt: skip


def names_asked(entity: type[Entity], conflict: Values) -> set[str]:
    """The fields a conflict is about: one, all of a group, or all that a filed edit named; none where it
    asks whether the row shall be."""
    if conflict["kind"] not in _OF_VALUES:
        return set()
    if asked := conflict["field"]:
        return set(grouped(entity, str(asked))) or {str(asked)}
    if "null" in (conflict["mine"], conflict["theirs"]):
        return set()
    return set(_object(conflict["mine"]))


def _names(row: Row, conflict: Row) -> set[str]:
    return names_asked(row.entity, conflict.values)


def _json_of(row: Row, conflict: Row, names: Iterable[str]) -> str:
    if asked := conflict.values["field"]:
        return _said(row.entity, str(asked), {name: row.values[name] for name in names})
    return _json({name: row.values[name] for name in _object(conflict.values["mine"])})


def _by_name(conflict: Row) -> Values:
    said = orjson.loads(str(conflict.values["mine"]))
    return said if isinstance(said, dict) else {str(conflict.values["field"]): said}


def _said(entity: type[Entity], asked: str, values: Values) -> str:
    """A single value as it is; those of a group as an object."""
    return _json({name: values[name] for name in grouped(entity, asked)} or values[asked])


def _object(text: Stored) -> dict[str, Any]:
    said = orjson.loads(str(text)) if text else None
    return said if isinstance(said, dict) else {}


def _json(value: Values | Stored) -> str:
    return orjson.dumps(value).decode()
