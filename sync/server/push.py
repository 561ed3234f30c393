"""Takes what a laptop did: each mutation once, whole, in the order of its numbers.

The ledger makes a repeated push harmless and shows a laptop that was restored or copied. Whatever
happens to a mutation uses up its number, so that none can block those behind it. All of a push share a
transaction and are written together, which is most of what one costs; where that fails, each half gets
one of its own, down to the mutation that is to blame.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from app.domain.conflicts import ConflictKind
from app.domain.entity import fields, name_of
from app.domain.errors import AppError, RuleViolation, Unavailable
from app.domain.registry import ENTITIES
from sync.protocol import HANDED_ON, MalformedMessage, Mutation, Op, Result, Status, read_id
from sync.server.apply import apply
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog, Held
from sync.server.corrections import Corrected, beyond, corrected_by, forget
from sync.server.database import Database
from sync.server.intake import accepted_instant
from sync.server.ledger import Ledger
from sync.server.log_rows import Row
from sync.server.plain_edits import Edit, apply_edits, read_edits
from sync.server.rejection import Rejection
from sync.server.rights import Rights

MAX_BYTES = 4 * 1024 * 1024
"""Of one mutation as JSON; a signature has at most 200 kB, photos travel apart."""

FAILURES = 5
"""So often may a mutation make the server fail before it is set aside."""

_AWAY = (Unavailable, OperationalError, PoolExhausted)

_REFERENCES = {
    name_of(entity): frozenset(name for name, spec in fields(entity).items() if spec.target)
    for entity in ENTITIES
}
_ID = re.compile("[0-9a-f]{32}")

log = logging.getLogger(__name__)


def push(database: Database, caller: Caller, wire: Sequence[Any]) -> list[Result]:
    """What became of each mutation, as far as the server came; the rest must be sent again.

    Raises MalformedMessage for what is no mutation at all, SyncRefused where the caller may not push,
    and Unavailable where the server failed at the first.
    """
    results: list[Result] = []
    parts = [wire] if wire else []
    while parts:
        part = parts.pop()
        if len(part) == 1:
            try:
                results.append(_take(database, caller, part[0]))
            except _AWAY:
                if not results:
                    raise
                return results
            continue
        try:
            results += _take_together(database, caller, part)
        except Exception as problem:  # whichever it was must not hold up the others
            split = 1 if isinstance(problem, _AWAY) else len(part) // 2
            parts += [part[split:], part[:split]]
    return results


def take_again(connection: Connection, caller: Caller, wire: Any) -> Result:
    """What becomes now of a mutation that was set aside; raises whatever still makes the server fail."""
    said, turn = _Said.of(caller, wire), _Turn(connection, caller)
    turn.prepare([said])
    result = turn.apply(said)
    return result.at(turn.held.number(result.seq))


def _take_together(database: Database, caller: Caller, wire: Sequence[Any]) -> list[Result]:
    """All of them or, where anything is wrong, none."""
    return database.transact(
        partial(_settle, caller=caller, all_said=[_Said.of(caller, said) for said in wire])
    )


def _take(database: Database, caller: Caller, wire: Any) -> Result:
    said = _Said.of(caller, wire)
    try:
        [result] = database.transact(partial(_settle, caller=caller, all_said=[said]))
        return result
    except (AppError, OperationalError, PoolExhausted):
        raise
    except Exception:  # a bug of ours, which must not hold up what lies behind this mutation
        log.exception("mutation %s of device %s failed", said.op_id.hex, caller.device)
    if quarantined := database.transact(partial(_note_failure, caller=caller, said=said)):
        return quarantined
    raise Unavailable("server.failed")


@dataclass(frozen=True)
class _Said:
    """A mutation as it came, of which so much is understood that a number can be used up."""

    op_id: UUID
    n: int
    name: str
    body: Any

    @classmethod
    def of(cls, caller: Caller, said: Any) -> "_Said":
        if not isinstance(said, dict):
            raise MalformedMessage("mutation")
        try:
            op_id, device_id = read_id(said.get("op_id")), read_id(said.get("device_id"))
        except (ValueError, TypeError, AttributeError) as problem:
            raise MalformedMessage("op_id") from problem
        n, name = said.get("n"), said.get("name")
        if isinstance(n, bool) or not isinstance(n, int) or not 0 < n < 2**63:
            raise MalformedMessage("n")
        if device_id != caller.device_id:
            raise MalformedMessage("device_id")
        plain = isinstance(name, str) and len(name) <= 200 and name.isprintable()
        return cls(op_id, n, str(name) if plain else "?", said)

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """Where it consists of plain edits."""
        return read_edits(self.body)

    @cached_property
    def mutation(self) -> Mutation:
        """Raises MalformedMessage for what JSON cannot hold, too: half a character, a number too large."""
        try:
            size = len(orjson.dumps(self.body))
        except (TypeError, ValueError, RecursionError) as problem:
            raise MalformedMessage("mutation") from problem
        if size > MAX_BYTES:
            raise RuleViolation("mutation.too_large", limit=MAX_BYTES)
        return Mutation.from_wire(self.body)

    @property
    def ops(self) -> Sequence[Op]:
        """Nothing where there is nothing to understand; that is for later."""
        try:
            return self.mutation.ops
        except (RuleViolation, MalformedMessage):
            return ()

    @property
    def replaces(self) -> UUID | None:
        """What it is a correction of, as far as it can be understood."""
        return self.mutation.replaces if self.body.get("replaces") and self.ops else None


def _settle(connection: Connection, caller: Caller, all_said: Sequence[_Said]) -> list[Result]:
    """The results, found in the ledger or made now."""
    ledger = Ledger(connection, caller, (said.op_id for said in all_said))
    turn = _Turn(connection, caller)
    turn.prepare(all_said)
    results: list[Result] = []
    for said in all_said:
        result = ledger.answer(said.op_id, said.n)
        if result is None:
            # Sent before under another device id, by a laptop that had to take a new one, or new.
            known = ledger.known(said.op_id)
            result = replace(known, n=said.n) if known else turn.apply(said)
            ledger.enter(result, said.name, said.body.get("acted_at"))
        results.append(result)
    ledger.close(turn.held.number)
    return [result.at(turn.held.number(result.seq)) for result in results]


def _note_failure(connection: Connection, caller: Caller, said: _Said) -> Result | None:
    """Count a failure; the result where it was the last one allowed."""
    ledger, result = Ledger(connection, caller, []), None
    if ledger.failed(said.op_id) >= FAILURES:
        result = Result(said.op_id, said.n, Status.QUARANTINED, code="sync.quarantined")
        ledger.enter(result, said.name, None, body=orjson.dumps(said.body).decode())
    ledger.close()
    return result


class _Turn:
    """Mutations of one transaction: what one has read or written, the next need not read again."""

    def __init__(self, connection: Connection, caller: Caller) -> None:
        self._connection = connection
        self._caller = caller
        self.held = Held(connection, caller.tenant)
        self._rights: Rights | None = None
        self._roots: set[str] = set()
        self._corrected: dict[UUID, Corrected] = {}

    def prepare(self, all_said: Iterable[_Said]) -> None:
        """All rows before the first commit, after which other writers wait: they must hold none of them.
        And at once what would else be asked for every mutation anew."""
        written = [edit.row_id for said in all_said for edit in said.edits]
        general = [said for said in all_said if not said.edits]
        for op_id in filter(None, {said.replaces for said in general}):
            self._corrected[op_id] = corrected_by(self._connection, self._caller, op_id)
        ops = [op for said in general for op in said.ops]
        rows = self.held.rows([*written, *(op.id.hex for op in ops)])
        about = self.held.conflicts(rows)
        self.held.rows(conflict_id for ids in about.values() for conflict_id in ids)
        pointed_to = self.held.look(row_id for op in ops for row_id in _pointed_to(op))
        self._roots = {row.root_id for row in (*rows.values(), *pointed_to.values()) if row}

    def apply(self, said: _Said) -> Result:
        """Its result, with a placeholder for its seq."""
        if said.edits and (seq := self._set(said)) is not None:
            return Result(said.op_id, said.n, Status.APPLIED, seq)
        try:
            mutation = said.mutation
            corrected = self._corrected.get(mutation.replaces) if mutation.replaces else None
            if corrected:
                mutation = beyond(mutation, corrected, self.held.row)
            changes = self._changes(mutation.acted_at)
            conflicts = apply(changes, self._may(), self._caller, mutation, changes.author.acted_at)
        except Rejection as problem:
            return Result(said.op_id, said.n, problem.status, 0, *_why(problem))
        except (RuleViolation, MalformedMessage) as problem:
            return Result(said.op_id, said.n, Status.REJECTED, 0, *_why(problem))
        if corrected:
            forget(self._connection, self._caller, corrected)
        if not conflicts:
            return Result(said.op_id, said.n, Status.APPLIED, self._add(changes))
        code = HANDED_ON if any(_is_late(changes.row(each.hex)) for each in conflicts) else None
        return Result(said.op_id, said.n, Status.CONFLICT, self._add(changes), code, conflicts=conflicts)

    def _set(self, said: _Said) -> int | None:
        """The plain case; None where it turns out to be another."""
        try:
            changes = self._changes(said.body["acted_at"])
        except MalformedMessage:
            return None
        return self._add(changes) if apply_edits(changes, self._may(), said.edits) else None

    def _changes(self, said_at: str) -> ChangeLog:
        author = Author(self._caller.user, self._caller.device, accepted_instant(said_at))
        return ChangeLog(self._connection, self._caller.tenant, author, held=self.held)

    def _add(self, changes: ChangeLog) -> int:
        seq = changes.add()
        if changes.moves:
            self._rights = None
        return seq

    def _may(self) -> Rights:
        if self._rights is None:
            self._rights = Rights(self._connection, self._caller)
            self._rights.foresee(self._roots)
        return self._rights


def _is_late(conflict: Row | None) -> bool:
    return conflict is not None and conflict.values["kind"] == ConflictKind.LATE


def _pointed_to(op: Op) -> Iterator[str]:
    """The rows that an operation says its row points to, as far as such can be there."""
    said = op.patch.set if op.patch else op.values
    for name in _REFERENCES.get(op.entity, frozenset()) & said.keys():
        if _ID.fullmatch(str(said[name])):
            yield str(said[name])


def _why(problem: AppError) -> tuple[str, str | None, str | None]:
    """Code and field as they are; the facts that fill the gaps of the text, as JSON."""
    facts = {name: str(fact)[:200] for name, fact in problem.facts.items() if name != "field"}
    field = problem.facts.get("field")
    named = str(field)[:200] if field is not None else None
    return problem.code, named, orjson.dumps(facts).decode() if facts else None
