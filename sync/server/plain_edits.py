"""The plain case of a push: fields set by someone who saw them as they still are.

Nothing is to be merged, asked, moved or looked up beyond the row itself, so such a mutation is read off
the wire and decided without all that the general way (apply.py) needs for it. Nothing is refused here:
what is not as plain as that, or not right, is left to the general way, and comes to the same.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import NoneType
from typing import Any

from app.domain.conflicts import Conflict
from app.domain.customers import Customer
from app.domain.entity import Entity, fields, name_of
from app.domain.errors import RuleViolation
from app.domain.fields import Kind, Policy
from app.domain.notes import Attachment
from app.domain.registry import ENTITIES
from app.domain.rules import check_edge
from app.domain.types import Stored
from sync.protocol import Values, grouped
from sync.server.change_log import ChangeLog
from sync.server.filing import Disputed
from sync.server.intake import accepted_values
from sync.server.rejection import Rejection
from sync.server.rights import MOVING, Rights

MOST_OPS = 4
"""Texts have limits, so that so few operations cannot make a mutation too large."""

_SAID = frozenset({"op_id", "device_id", "n", "name", "schema", "acted_at", "on_conflict", "ops"})
_NEEDED = _SAID - {"on_conflict"}
_OF_OP = {"op", "entity", "id", "root_id", "base_rev", "patch"}
_OF_PATCH = {"set", "was"}
_ID = re.compile("[0-9a-f]{32}")
_ENTITIES = {
    name_of(entity): entity
    for entity in ENTITIES
    if entity is Customer or not (entity in (Conflict, Attachment) or name_of(entity) in MOVING)
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One row's part: what is set, and what was seen there."""

    entity: type[Entity]
    row_id: str
    root_id: str
    set: Values
    was: Values


def read_edits(wire: Mapping[str, Any]) -> tuple[Edit, ...]:
    """What a mutation of plain edits says; nothing for any other."""
    if not (_NEEDED <= wire.keys() <= _SAID):
        return ()
    ops, schema = wire["ops"], wire["schema"]
    if type(ops) is not list or not 0 < len(ops) <= MOST_OPS or not _is_count(schema):
        return ()
    if not _is_line(wire["name"]) or wire.get("on_conflict", "field") not in ("field", "all"):
        return ()
    edits = tuple(map(_read_edit, ops))
    if None in edits or len({edit.row_id for edit in edits if edit}) < len(edits):
        return ()
    return edits  # type: ignore[return-value]


def apply_edits(log: ChangeLog, rights: Rights, edits: Iterable[Edit]) -> bool:
    """Bring them into `log`; False, and `log` is of no further use, where the general way must decide."""
    return all(_apply(log, rights, edit) for edit in edits)


def _read_edit(op: Any) -> Edit | None:
    if type(op) is not dict or op.keys() != _OF_OP or op["op"] != "patch" or not _is_count(op["base_rev"]):
        return None
    patch, row_id, entity = op["patch"], op["id"], op["entity"]
    if type(patch) is not dict or patch.keys() != _OF_PATCH:
        return None
    said, was = patch["set"], patch["was"]
    if type(said) is not dict or type(was) is not dict or not said or said.keys() != was.keys():
        return None
    if type(row_id) is not str or not _ID.fullmatch(row_id) or type(entity) is not str:
        return None
    known = _ENTITIES.get(entity)
    if known is None or not all(_is_stored(value) for value in was.values()):
        return None
    return Edit(known, row_id, op["root_id"], said, was)


def _apply(log: ChangeLog, rights: Rights, edit: Edit) -> bool:
    row, entity, said = log.row(edit.row_id), edit.entity, edit.set
    if row is None or row.entity is not entity or row.root_id != edit.root_id or row.deleted:
        return False
    if not edit.was.items() <= row.values.items() or log.is_disputed(row.id):
        return False
    if not all(_may_be_set(entity, name, value, row.values, said) for name, value in said.items()):
        return False
    try:
        rights.check_entity(entity, row.root_id)
    except (Rejection, Disputed):
        return False
    values = {**row.values, **said}
    if values == row.values or None in map(values.get, _required(entity)):
        return False
    log.change(row, said)
    return True


def _may_be_set(entity: type[Entity], name: str, value: Stored, now: Values, said: Values) -> bool:
    """Nothing but the field's own rules decides about the value, and they allow it."""
    own = _fields(entity).get(name)
    if own is None or not own.together <= said.keys():
        return False
    if own.is_text and value:
        if not _is_text(value, own.longest):
            return False
    elif not (_is_short(value) and _is_accepted(entity, name, value)):
        return False
    if own.has_edges and value is not None:
        try:
            check_edge(fields(entity)[name], now[name], value)
        except RuleViolation:
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Own:
    """A field that points nowhere and is not the server's; it is only set `together` with others."""

    is_text: bool
    longest: int
    has_edges: bool
    together: frozenset[str]


@cache
def _fields(entity: type[Entity]) -> Mapping[str, _Own]:
    return {
        name: _Own(
            spec.kind in (Kind.TEXT, Kind.LONG_TEXT),
            spec.max_length or 0,
            bool(spec.edges),
            frozenset(grouped(entity, spec.group) if spec.group else ()),
        )
        for name, spec in fields(entity).items()
        if not spec.target and spec.policy is not Policy.SERVER
    }


@cache
def _required(entity: type[Entity]) -> tuple[str, ...]:
    return tuple(name for name, spec in fields(entity).items() if spec.required)


def _is_text(value: object, longest: int) -> bool:
    """A text that may stand in any field of text that may be so long."""
    if type(value) is not str or len(value) > longest or "\x00" in value or not value.strip():
        return False
    try:
        return bool(value.encode())
    except UnicodeEncodeError:  # half a character
        return False


@lru_cache(maxsize=4_096, typed=True)
def _is_accepted(entity: type[Entity], name: str, value: Stored) -> bool:
    try:
        return accepted_values(entity, {name: value}) == {name: value}
    except RuleViolation:
        return False


def _is_short(value: object) -> bool:
    """Of the size of what is worth remembering."""
    return _is_stored(value) and len(str(value)) <= 200


def _is_stored(value: object) -> bool:
    return type(value) in (str, int, NoneType)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _is_line(value: object) -> bool:
    return type(value) is str and 0 < len(value) <= 200 and value.isprintable()
