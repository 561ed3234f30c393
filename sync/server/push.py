"""Takes what a laptop did: each mutation once, in the order of its numbers, in a transaction of its own.

The ledger makes a repeated push harmless and shows a laptop that was restored or copied. Whatever
happens to a mutation uses up its number, so that none can block those behind it.
"""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BindParameter, Connection, Select, bindparam, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from app.domain.errors import AppError, RuleViolation, SyncRefused, Unavailable
from sync.protocol import MalformedMessage, Mutation, Result, Status
from sync.server.apply import apply
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog, now
from sync.server.database import Database
from sync.server.intake import accepted_instant
from sync.server.rejection import Rejection
from sync.server.tables import DEVICE, LEDGER

MAX_BYTES = 4 * 1024 * 1024
"""Of one mutation as JSON; a signature has at most 200 kB, photos travel apart."""

FAILURES = 5
"""So often may a mutation make the server fail before it is set aside."""

log = logging.getLogger(__name__)


def push(database: Database, caller: Caller, wire: Sequence[Any]) -> list[Result]:
    """What became of each mutation, as far as the server came; the rest must be sent again.

    Raises MalformedMessage for what is no mutation at all, SyncRefused where the caller may not push,
    and Unavailable where the server failed at the first.
    """
    results: list[Result] = []
    for said in wire:
        try:
            results.append(_take(database, caller, said))
        except (Unavailable, OperationalError, PoolExhausted):
            if not results:
                raise
            break
    return results


def _take(database: Database, caller: Caller, said: Any) -> Result:
    op_id, n, name = _envelope(caller, said)
    entry = _Entry(caller, op_id, n, name, said)
    try:
        return database.transact(entry.settle)
    except (AppError, OperationalError, PoolExhausted):
        raise
    except Exception:  # a bug of ours, which must not hold up what lies behind this mutation
        log.exception("mutation %s of device %s failed", op_id.hex, caller.device)
    if result := database.transact(entry.note_failure):
        return result
    raise Unavailable("server.failed")


def _envelope(caller: Caller, said: Any) -> tuple[UUID, int, str]:
    """What must be understood before a number can be used up."""
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
    return op_id, n, name if isinstance(name, str) and len(name) <= 200 and name.isprintable() else "?"


_TENANT: BindParameter[str] = bindparam("tenant")
_THIS_DEVICE = (DEVICE.c.tenant_id == _TENANT, DEVICE.c.device_id == bindparam("device"))
_DEVICE = select(DEVICE).where(*_THIS_DEVICE).with_for_update()
_DONE = (
    update(DEVICE)
    .where(*_THIS_DEVICE)
    .values(last_n=bindparam("last_n"), failing_op=bindparam("failing_op"), failures=bindparam("failures"))
)
_NOTE = (
    update(DEVICE)
    .where(*_THIS_DEVICE)
    .values(failing_op=bindparam("failing_op"), failures=bindparam("failures"))
)
_ENTER = insert(LEDGER)
_RESULT = select(LEDGER.c.result).where(LEDGER.c.tenant_id == _TENANT).limit(1)
_LEDGER_AT = _RESULT.where(LEDGER.c.device_id == bindparam("device"), LEDGER.c.n == bindparam("number"))
_LEDGER_OF = _RESULT.where(LEDGER.c.op_id == bindparam("op"), LEDGER.c.user_id == bindparam("user"))


class _Entry:
    """One line of the ledger in the making."""

    def __init__(self, caller: Caller, op_id: UUID, n: int, name: str, said: Any) -> None:
        self._caller = caller
        self._op_id = op_id
        self._n = n
        self._name = name
        self._said = said

    def settle(self, connection: Connection) -> Result:
        """The result, found in the ledger or made now."""
        last = self._last_n(connection)
        if self._n <= last:
            return self._repeated(connection)
        if self._n > last + 1:
            return Result(self._op_id, self._n, Status.GAP, code="sync.gap", message=str(last))
        known = self._known(connection)
        if known:  # sent before under another device id, by a laptop that had to take a new one
            result = Result(
                known.op_id, self._n, known.status, known.seq, known.code, known.field, known.message,
                known.conflicts,
            )  # fmt: skip
        else:
            result = self._apply(connection)
        self._enter(connection, result)
        return result

    def note_failure(self, connection: Connection) -> Result | None:
        """Count a failure; the result where it was the last one allowed."""
        self._last_n(connection)
        found = connection.execute(_DEVICE, self._keys).one()
        failures = found.failures + 1 if found.failing_op == self._op_id.hex else 1
        values = {"failing_op": self._op_id.hex, "failures": failures}
        connection.execute(_NOTE, self._keys | values)
        if failures < FAILURES:
            return None
        result = Result(self._op_id, self._n, Status.QUARANTINED, code="sync.quarantined")
        self._enter(connection, result, body=orjson.dumps(self._said).decode())
        return result

    def _apply(self, connection: Connection) -> Result:
        try:
            mutation = self._read()
            acted_at = accepted_instant(mutation.acted_at)
            author = Author(self._caller.user, self._caller.device, acted_at)
            changes = ChangeLog(connection, self._caller.tenant, author)
            conflicts = apply(changes, self._caller, mutation, acted_at)
        except Rejection as problem:
            return Result(self._op_id, self._n, problem.status, 0, *_why(problem))
        except (RuleViolation, MalformedMessage) as problem:
            return Result(self._op_id, self._n, Status.REJECTED, 0, *_why(problem))
        status = Status.CONFLICT if conflicts else Status.APPLIED
        return Result(self._op_id, self._n, status, changes.commit(), conflicts=conflicts)

    def _read(self) -> Mutation:
        """Raises MalformedMessage for what JSON cannot hold, too: half a character, a number too large."""
        try:
            size = len(orjson.dumps(self._said))
        except (TypeError, ValueError, RecursionError) as problem:
            raise MalformedMessage("mutation") from problem
        if size > MAX_BYTES:
            raise RuleViolation("mutation.too_large", limit=MAX_BYTES)
        return Mutation.from_wire(self._said)

    def _last_n(self, connection: Connection) -> int:
        """The device's newest number, its row held so that the same push twice at once takes turns."""
        found = connection.execute(_DEVICE, self._keys).one_or_none()
        if found is None:
            values = {
                "tenant_id": self._caller.tenant, "device_id": self._caller.device,
                "user_id": self._caller.user, "last_n": 0, "failures": 0,
            }  # fmt: skip
            connection.execute(insert(DEVICE).values(values))
            return 0
        if found.user_id != self._caller.user:
            raise SyncRefused("device.of_another_user")
        return int(found.last_n)

    def _repeated(self, connection: Connection) -> Result:
        found = self._ledger(connection, _LEDGER_AT)
        if found and found.op_id == self._op_id:
            return found
        return Result(self._op_id, self._n, Status.FORKED, code="sync.forked")

    def _known(self, connection: Connection) -> Result | None:
        return self._ledger(connection, _LEDGER_OF)

    def _ledger(self, connection: Connection, query: Select[Any]) -> Result | None:
        found = connection.scalars(query, self._keys).first()
        return None if found is None else Result.from_wire(orjson.loads(found))

    def _enter(self, connection: Connection, result: Result, body: str | None = None) -> None:
        said_at = self._said.get("acted_at")
        values = {
            "tenant_id": self._caller.tenant, "device_id": self._caller.device, "n": self._n,
            "op_id": self._op_id.hex, "user_id": self._caller.user, "name": self._name,
            "acted_at": said_at if isinstance(said_at, str) and result.status.accepted else "",
            "received_at": now(), "result": orjson.dumps(result.to_wire()).decode(), "body": body,
        }  # fmt: skip
        connection.execute(_ENTER, values)
        done = {"last_n": self._n, "failing_op": None, "failures": 0}
        connection.execute(_DONE, self._keys | done)

    @property
    def _keys(self) -> dict[str, object]:
        return {
            "tenant": self._caller.tenant, "device": self._caller.device, "user": self._caller.user,
            "number": self._n, "op": self._op_id.hex,
        }  # fmt: skip


def _why(problem: AppError) -> tuple[str, str | None, str | None]:
    """Code and field as they are; the facts that fill the gaps of the text, as JSON."""
    facts = {name: str(fact)[:200] for name, fact in problem.facts.items() if name != "field"}
    field = problem.facts.get("field")
    named = str(field)[:200] if field is not None else None
    return problem.code, named, orjson.dumps(facts).decode() if facts else None
