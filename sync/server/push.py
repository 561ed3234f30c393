"""Takes what a laptop did: each mutation once, whole, in the order of its numbers.

The ledger makes a repeated push harmless and shows a laptop that was restored or copied. Whatever
happens to a mutation uses up its number, so that none can block those behind it. Some share a
transaction, which is most of what one costs; where it fails, each gets its own.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from app.domain.errors import AppError, RuleViolation, Unavailable
from sync.protocol import MalformedMessage, Mutation, Result, Status
from sync.server.apply import apply
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog, Held
from sync.server.database import Database
from sync.server.intake import accepted_instant
from sync.server.ledger import Ledger
from sync.server.rejection import Rejection
from sync.server.rights import MOVING, Rights

MAX_BYTES = 4 * 1024 * 1024
"""Of one mutation as JSON; a signature has at most 200 kB, photos travel apart."""

FAILURES = 5
"""So often may a mutation make the server fail before it is set aside."""

TOGETHER = 50
"""So many share a transaction: other writers wait for its end, so it is to be a short one."""

log = logging.getLogger(__name__)


def push(database: Database, caller: Caller, wire: Sequence[Any]) -> list[Result]:
    """What became of each mutation, as far as the server came; the rest must be sent again.

    Raises MalformedMessage for what is no mutation at all, SyncRefused where the caller may not push,
    and Unavailable where the server failed at the first.
    """
    results: list[Result] = []
    for start in range(0, len(wire), TOGETHER):
        part = wire[start : start + TOGETHER]
        try:
            results += _take_together(database, caller, part)
            continue
        except Exception:  # whichever it was must not hold up the others
            log.debug("mutations of device %s are taken one by one", caller.device)
        for said in part:
            try:
                results.append(_take(database, caller, said))
            except (Unavailable, OperationalError, PoolExhausted):
                if not results:
                    raise
                return results
    return results


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
            op_id, device_id = UUID(said.get("op_id")), UUID(said.get("device_id"))
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
    def row_ids(self) -> list[str]:
        """Nothing where there is nothing to understand; that is for later."""
        try:
            return [op.id.hex for op in self.mutation.ops]
        except (RuleViolation, MalformedMessage):
            return []


def _settle(connection: Connection, caller: Caller, all_said: Sequence[_Said]) -> list[Result]:
    """The results, found in the ledger or made now."""
    ledger = Ledger(connection, caller, (said.op_id for said in all_said))
    turn = _Turn(connection, caller)
    turn.hold(row_id for said in all_said for row_id in said.row_ids)
    results: list[Result] = []
    for said in all_said:
        result = ledger.answer(said.op_id, said.n)
        if result is None:
            # Sent before under another device id, by a laptop that had to take a new one, or new.
            known = ledger.known(said.op_id)
            result = replace(known, n=said.n) if known else turn.apply(said)
            ledger.enter(result, said.name, said.body.get("acted_at"))
        results.append(result)
    ledger.close()
    return results


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
        self._held = Held(connection, caller.tenant)
        self._rights: Rights | None = None

    def hold(self, row_ids: Iterable[str]) -> None:
        """All rows before the first commit, after which other writers wait: they must hold none of them."""
        self._held.rows(row_ids)

    def apply(self, said: _Said) -> Result:
        try:
            mutation = said.mutation
            acted_at = accepted_instant(mutation.acted_at)
            author = Author(self._caller.user, self._caller.device, acted_at)
            changes = ChangeLog(self._connection, self._caller.tenant, author, held=self._held)
            conflicts = self._apply(changes, mutation, acted_at)
        except Rejection as problem:
            return Result(said.op_id, said.n, problem.status, 0, *_why(problem))
        except (RuleViolation, MalformedMessage) as problem:
            return Result(said.op_id, said.n, Status.REJECTED, 0, *_why(problem))
        status = Status.CONFLICT if conflicts else Status.APPLIED
        return Result(said.op_id, said.n, status, changes.commit(), conflicts=conflicts)

    def _apply(self, changes: ChangeLog, mutation: Mutation, acted_at: str) -> tuple[UUID, ...]:
        rights = self._rights or Rights(self._connection, self._caller)
        moves = any(op.entity in MOVING for op in mutation.ops)
        self._rights = None if moves else rights
        return apply(changes, rights, self._caller, mutation, acted_at)


def _why(problem: AppError) -> tuple[str, str | None, str | None]:
    """Code and field as they are; the facts that fill the gaps of the text, as JSON."""
    facts = {name: str(fact)[:200] for name, fact in problem.facts.items() if name != "field"}
    field = problem.facts.get("field")
    named = str(field)[:200] if field is not None else None
    return problem.code, named, orjson.dumps(facts).decode() if facts else None
