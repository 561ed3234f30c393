"""What laptops and the server say to each other: mutations, their results, and how both are written.

Values are in stored form (`app.domain.types`) throughout. Everything read off the wire is checked
for shape here and raises MalformedMessage; whether a value is allowed is a matter of the rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from functools import lru_cache
from typing import Any, Self, TypeVar
from uuid import UUID

import orjson

from app.domain.entity import Entity, fields
from app.domain.errors import AppError
from app.domain.fields import Field, Policy
from app.domain.types import Stored, TagsType

SCHEMA = 1
_ID_LENGTH = 32  # as we write them
MAX_OPS = 2_000
"""Operations one mutation may carry; a business action touches far fewer."""

Values = Mapping[str, Stored]
E = TypeVar("E", bound=StrEnum)


class MalformedMessage(AppError):
    """A message is not of the agreed form."""

    def __init__(self, what: str) -> None:
        super().__init__("sync.malformed", what=what)


class OpKind(StrEnum):
    CREATE = auto()
    PATCH = auto()
    DELETE = auto()


class Status(StrEnum):
    """What became of a mutation at the server."""

    APPLIED = auto()
    CONFLICT = auto()
    REJECTED = auto()
    DEPENDENCY_FAILED = auto()
    LATE_SCOPE = auto()
    QUARANTINED = auto()
    FORKED = auto()
    GAP = auto()

    @property
    def consumed(self) -> bool:
        """The mutation's number is used up; the device goes on with the next one."""
        return self not in (Status.FORKED, Status.GAP)

    @property
    def accepted(self) -> bool:
        """The work is the server's now, as a value or inside a conflict."""
        return self in (Status.APPLIED, Status.CONFLICT)


HANDED_ON = "conflict.late"
"""With a conflict: its author had lost the customer, and whoever works there now is asked."""


@dataclass(frozen=True)
class Patch:
    """A change of one row. `set` and `was` name the same fields: new values and those the user saw.

    `delta` adds to a number; `add` and `remove` change a set of words.
    """

    set: Values = field(default_factory=dict)
    was: Values = field(default_factory=dict)
    delta: Mapping[str, int] = field(default_factory=dict)
    add: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remove: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def names(self) -> frozenset[str]:
        """Every field the patch speaks of."""
        return frozenset((*self.set, *self.delta, *self.add, *self.remove))

    def to_wire(self) -> dict[str, Any]:
        parts = {name: getattr(self, name) for name in ("set", "was", "delta", "add", "remove")}
        return {name: dict(part) for name, part in parts.items() if part}

    @classmethod
    def from_wire(cls, wire: Any) -> Self:
        parts = _mapping(wire, "patch")
        patch = cls(
            set=_values(parts.get("set", {})),
            was=_values(parts.get("was", {})),
            delta={name: _whole(v, "delta") for name, v in _mapping(parts.get("delta", {}), "delta").items()},
            add=_words(parts.get("add", {})),
            remove=_words(parts.get("remove", {})),
        )
        if patch.set.keys() != patch.was.keys():
            raise MalformedMessage("was")
        return patch


def patch_between(entity: type[Entity], before: Values, after: Values) -> Patch | None:
    """What was changed from `before` to `after`, as each field's policy wants it said; None if nothing.

    A group travels whole, so that nobody ever sees half of one address and half of another.
    """
    changed = {name: spec for name, spec in fields(entity).items() if before.get(name) != after.get(name)}
    if not changed:
        return None
    groups = {spec.group for spec in changed.values() if spec.group}
    said: dict[str, Stored] = {}
    delta: dict[str, int] = {}
    add: dict[str, list[str]] = {}
    remove: dict[str, list[str]] = {}
    for name, spec in fields(entity).items():
        old, new = before.get(name), after.get(name)
        if spec.group in groups and spec.group:
            said[name] = new
        elif name not in changed:
            continue
        elif spec.policy is Policy.DELTA and isinstance(old, int) and isinstance(new, int):
            delta[name] = new - old
        elif spec.policy is Policy.SET:
            had, has = words(old), words(new)
            add |= {name: sorted(has - had)} if has - had else {}
            remove |= {name: sorted(had - has)} if had - has else {}
        else:
            said[name] = new
    return Patch(said, {name: before.get(name) for name in said}, delta, add, remove)


def words(stored: Stored) -> frozenset[str]:
    """The words of a stored set; none for an empty field."""
    return frozenset() if stored is None else frozenset(TagsType().from_stored(stored))


def grouped(entity: type[Entity], group: str) -> dict[str, Field]:
    """The fields of `entity` that merge as one."""
    return {name: spec for name, spec in fields(entity).items() if spec.group == group}


@dataclass(frozen=True)
class Op:
    """One row's part of a mutation: `values` of a new row, or the `patch` of an existing one."""

    kind: OpKind
    entity: str
    id: UUID
    root_id: UUID | None = None
    base_rev: int = 0
    values: Values = field(default_factory=dict)
    patch: Patch | None = None

    def to_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"op": self.kind.value, "entity": self.entity, "id": self.id.hex}
        if self.root_id is not None:
            wire["root_id"] = self.root_id.hex
        if self.kind is not OpKind.CREATE:
            wire["base_rev"] = self.base_rev
        if self.kind is OpKind.CREATE:
            wire["values"] = dict(self.values)
        if self.patch is not None:
            wire["patch"] = self.patch.to_wire()
        return wire

    @classmethod
    def from_wire(cls, wire: Any) -> Self:
        parts = _mapping(wire, "op")
        kind = _option(OpKind, parts.get("op"), "op")
        root = parts.get("root_id")
        return cls(
            kind=kind,
            entity=_text(parts.get("entity"), "entity"),
            id=_key(parts.get("id"), "id"),
            root_id=None if root is None else _key(root, "root_id"),
            base_rev=_whole(parts.get("base_rev", 0), "base_rev"),
            values=_values(parts.get("values", {})) if kind is OpKind.CREATE else {},
            patch=Patch.from_wire(parts.get("patch")) if kind is OpKind.PATCH else None,
        )


@dataclass(frozen=True)
class Mutation:
    """One business action of a user: all of it is accepted, or none.

    `n` counts a device's mutations without a gap; `acted_at` is the user's own clock, which decides
    nothing. `on_conflict` is "field" (what does not clash is kept) or "all" (nothing is).
    """

    op_id: UUID
    device_id: UUID
    n: int
    name: str
    acted_at: str
    ops: tuple[Op, ...]
    schema: int = SCHEMA
    on_conflict: str = "field"
    replaces: UUID | None = None

    def to_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {
            "op_id": self.op_id.hex,
            "device_id": self.device_id.hex,
            "n": self.n,
            "name": self.name,
            "schema": self.schema,
            "acted_at": self.acted_at,
            "on_conflict": self.on_conflict,
            "ops": [op.to_wire() for op in self.ops],
        }
        if self.replaces is not None:
            wire["replaces"] = self.replaces.hex
        return wire

    @classmethod
    def from_wire(cls, wire: Any) -> Self:
        parts = _mapping(wire, "mutation")
        ops = parts.get("ops")
        if not isinstance(ops, list) or not 0 < len(ops) <= MAX_OPS:
            raise MalformedMessage("ops")
        if parts.get("on_conflict", "field") not in ("field", "all"):
            raise MalformedMessage("on_conflict")
        replaces = parts.get("replaces")
        return cls(
            op_id=_key(parts.get("op_id"), "op_id"),
            device_id=_key(parts.get("device_id"), "device_id"),
            n=_whole(parts.get("n"), "n"),
            name=_text(parts.get("name"), "name"),
            schema=_whole(parts.get("schema"), "schema"),
            acted_at=_text(parts.get("acted_at"), "acted_at"),
            on_conflict=parts.get("on_conflict", "field"),
            replaces=None if replaces is None else _key(replaces, "replaces"),
            ops=tuple(Op.from_wire(op) for op in ops),
        )


@dataclass(frozen=True)
class Written:
    """A mutation as its laptop keeps it: the operations are JSON already, and travel as they are."""

    op_id: UUID
    device_id: UUID
    n: int
    name: str
    acted_at: str
    on_conflict: str
    replaces: UUID | None
    ops: str

    def to_wire(self) -> dict[str, Any]:
        """For orjson, which puts the operations in as they are."""
        wire: dict[str, Any] = {
            "op_id": self.op_id.hex,
            "device_id": self.device_id.hex,
            "n": self.n,
            "name": self.name,
            "schema": SCHEMA,  # releases only add to what may be said: an older mutation is a newer one, too
            "acted_at": self.acted_at,
            "on_conflict": self.on_conflict,
            "ops": orjson.Fragment(self.ops),
        }
        if self.replaces is not None:
            wire["replaces"] = self.replaces.hex
        return wire


@dataclass(frozen=True)
class Result:
    """What became of one mutation, and at which commit."""

    op_id: UUID
    n: int
    status: Status
    seq: int = 0
    code: str | None = None
    field: str | None = None
    message: str | None = None
    conflicts: tuple[UUID, ...] = ()

    def at(self, seq: int) -> "Result":
        """The same, at the commit so numbered."""
        if seq == self.seq:
            return self
        return Result(
            self.op_id, self.n, self.status, seq, self.code, self.field, self.message, self.conflicts
        )

    def to_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {
            "op_id": self.op_id.hex,
            "n": self.n,
            "status": self.status.value,
            "seq": self.seq,
        }
        said = ("code", self.code), ("field", self.field), ("message", self.message)
        wire |= {name: value for name, value in said if value is not None}
        if self.conflicts:
            wire["conflicts"] = [conflict.hex for conflict in self.conflicts]
        return wire

    @classmethod
    def from_wire(cls, wire: Any) -> Self:
        parts = _mapping(wire, "result")
        conflicts = parts.get("conflicts", [])
        if not isinstance(conflicts, list):
            raise MalformedMessage("conflicts")
        return cls(
            op_id=_key(parts.get("op_id"), "op_id"),
            n=_whole(parts.get("n"), "n"),
            status=_option(Status, parts.get("status"), "status"),
            seq=_whole(parts.get("seq", 0), "seq"),
            code=_optional_text(parts.get("code"), "code"),
            field=_optional_text(parts.get("field"), "field"),
            message=_optional_text(parts.get("message"), "message"),
            conflicts=tuple(_key(conflict, "conflicts") for conflict in conflicts),
        )


def _mapping(wire: Any, what: str) -> dict[str, Any]:
    if not isinstance(wire, dict):  # JSON, so its names are texts
        raise MalformedMessage(what)
    return wire


def _values(wire: Any) -> dict[str, Stored]:
    values = _mapping(wire, "values")
    for value in values.values():
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise MalformedMessage("values")
    return values


def _words(wire: Any) -> dict[str, list[str]]:
    said = _mapping(wire, "words")
    for listed in said.values():
        if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
            raise MalformedMessage("words")
    return said


def _whole(value: Any, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise MalformedMessage(what)
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value or len(value) > 200 or "\x00" in value:
        raise MalformedMessage(what)
    return value


def _optional_text(value: Any, what: str) -> str | None:
    if value is None or (isinstance(value, str) and len(value) <= 2000):
        return value
    raise MalformedMessage(what)


def _key(value: Any, what: str) -> UUID:
    try:
        return read_id(value)
    except (ValueError, TypeError, AttributeError) as problem:
        raise MalformedMessage(what) from problem


def read_id(said: Any) -> UUID:
    """As UUID, which would read the same device and customer again and again."""
    return _id(said) if isinstance(said, str) and len(said) == _ID_LENGTH else UUID(said)


@lru_cache(maxsize=4_096)
def _id(text: str) -> UUID:
    return UUID(text)


def _option(options: type[E], value: Any, what: str) -> E:
    try:
        return options(value)
    except ValueError as problem:
        raise MalformedMessage(what) from problem
