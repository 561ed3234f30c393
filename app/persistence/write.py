"""Watches one transaction, so that nothing it does to entities can miss the outbox."""

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import Session

from app.domain.changes import Changes
from app.domain.entity import Entity, fields, from_stored, name_of, stored_values, to_stored
from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.domain.registry import ENTITIES, entity_named, own_root, parent_of
from app.domain.rules import check, check_complete
from app.domain.types import Stored
from app.persistence import raw_rows
from app.persistence.outgoing import Action, Touched, queue
from app.persistence.overlay import Version
from sync.merge import overlay
from sync.protocol import patch_between

MANY_IDS = 200
"""Above so many rows a listener is told only which entities changed."""

Key = tuple[type[Entity], UUID]

_SYNCED = frozenset(name_of(entity) for entity in ENTITIES)
_WRITES = re.compile(
    r'\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+"?(\w+)',
    re.IGNORECASE,
)


class OutboxBypassed(RuntimeError):
    """A use case changed entities by SQL, which would never reach the server: a bug of ours."""


class Write:
    """One business action: what is done to entities of `session` is checked, saved and queued.

    `changes` is complete once the transaction has ended; on an error nothing has happened.
    """

    def __init__(self, session: Session, action: Action) -> None:
        self.session = session
        self.changes = Changes()
        self._action = action
        self._connection = session.connection()
        self._flushing = False
        self._rows: dict[Key, Entity] = {}
        self._before: dict[Key, Version | None] = {}
        self._gone: set[Key] = set()
        self._seen: dict[Key, dict[str, Stored]] = {}
        event.listen(session, "before_flush", self._before_flush)
        event.listen(session, "after_flush", self._after_flush)
        event.listen(session, "before_commit", self._before_commit)
        event.listen(self._connection, "before_cursor_execute", self._refuse_bypass)

    @property
    def op_id(self) -> UUID:
        """Names the mutation, here and at the server."""
        return self._action.op_id

    def edit(self, row: Entity, edited: Mapping[str, Any], seen: Mapping[str, Any]) -> None:
        """Set fields of `row` to what the user typed over `seen`, the values his screen showed.

        A pull may have changed the row since. What he left alone stays as it is now; what he typed
        travels with the values he saw, so that the server can tell whether anything clashes.
        """
        entity = type(row)
        check(entity, edited)
        now = stored_values(row)
        base = {**now, **to_stored(entity, seen)}
        patch = patch_between(entity, base, {**base, **to_stored(entity, edited)})
        if patch is None:
            return
        shown = overlay(entity, now, patch)
        for name, value in from_stored(entity, shown).items():
            if shown[name] != now[name]:
                setattr(row, name, value)
        self._seen.setdefault((entity, row.id), {}).update(patch.was)

    @contextmanager
    def unqueued(self) -> Generator[Connection]:
        """For the replica's own bookkeeping within a business action; what is done here is not sent."""
        self.session.flush()
        self._flushing = True
        try:
            yield self._connection
        finally:
            self._flushing = False
            self.session.expire_all()

    def _before_flush(self, session: Session, *_: object) -> None:
        fresh = {row.id: row for row in session.new if isinstance(row, Entity) and _complete(row)}
        for row in fresh.values():
            row.root_id = self._root_of(row, fresh)
            check_complete(type(row), {name: getattr(row, name) for name in fields(type(row))})
            self._notice(row)
        for row in _entities(session.dirty):
            if session.is_modified(row):
                self._notice(row)
                row.root_id = self._root_of(row, fresh)
                check(type(row), _changed(row))
        for row in _entities(session.deleted):
            self._notice(row)
            self._gone.add((type(row), row.id))
        self._flushing = True

    def _after_flush(self, *_: object) -> None:
        self._flushing = False

    def _before_commit(self, session: Session) -> None:
        session.flush()
        touched = [
            Touched(*key, self._before[key], self._after(key), self._seen.get(key, {})) for key in self._rows
        ]
        changed = queue(self._connection, self._action, touched)
        ids = frozenset(row.id for row in changed)
        entities = frozenset(row.entity for row in changed)
        self.changes = Changes(entities, ids if len(ids) <= MANY_IDS else frozenset(), self.op_id)

    def _notice(self, row: Entity) -> None:
        key = (type(row), row.id)
        if key not in self._before:
            self._before[key] = raw_rows.read(self._connection, type(row), row.id.hex)
        self._rows[key] = row

    def _after(self, key: Key) -> Version | None:
        if key in self._gone:
            return None
        row = self._rows[key]
        return Version(row.root_id.hex, row.rev, stored_values(row))

    def _root_of(self, row: Entity, fresh: Mapping[UUID, Entity]) -> UUID:
        """The root of what the row hangs below, which may be as new as the row."""
        entity = type(row)
        if root := own_root(entity, row.id):
            return root
        parent = parent_of(entity)
        if parent is None:
            return row.root_id
        field, parent_name = parent
        parent_id: UUID | None = getattr(row, field)
        if parent_id is None:
            raise RuleViolation("field.required", field=field, label=fields(entity)[field].label)
        if parent_id in fresh:
            return self._root_of(fresh[parent_id], fresh)
        version = raw_rows.read(self._connection, entity_named(parent_name), parent_id.hex)
        if version is None:
            raise RuleViolation("record.parent_missing", field=field, label=fields(entity)[field].label)
        return UUID(version.root_id)

    def _refuse_bypass(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not self._flushing and any(table in _SYNCED for table in _WRITES.findall(statement)):
            raise OutboxBypassed(statement)


def _entities(rows: Any) -> Iterator[Entity]:
    return (row for row in rows if isinstance(row, Entity))


def _complete(row: Entity) -> bool:
    """Give a new row its id and defaults now, so that it can be checked before it is inserted."""
    if row.id is None:
        row.id = new_id()
    for name in fields(type(row)):
        default = row.__table__.columns[name].default
        if default is not None and getattr(row, name) is None:
            setattr(row, name, default.arg)
    row.rev = 0
    return True


def _changed(row: Entity) -> dict[str, Any]:
    state = inspect(row)
    return {name: getattr(row, name) for name in fields(type(row)) if state.attrs[name].history.has_changes()}
