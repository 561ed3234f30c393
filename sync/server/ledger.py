"""The ledger of one device, open in one transaction: what it did is entered once, under its number."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from app.domain.errors import SyncRefused
from sync.protocol import Result, Status
from sync.server.batches import run_many
from sync.server.caller import Caller
from sync.server.log_writer import now
from sync.server.tables import DEVICE, LEDGER

_TENANT: BindParameter[str] = bindparam("tenant")
_THIS_DEVICE = (DEVICE.c.tenant_id == _TENANT, DEVICE.c.device_id == bindparam("device"))
_DEVICE = select(DEVICE).where(*_THIS_DEVICE).with_for_update()
_NOTE = (
    update(DEVICE)
    .where(*_THIS_DEVICE)
    .values(last_n=bindparam("last_n"), failing_op=bindparam("failing_op"), failures=bindparam("failures"))
)
_NEW_DEVICE = insert(DEVICE)
_ENTER = insert(LEDGER)
_AT = (
    select(LEDGER.c.result)
    .where(LEDGER.c.tenant_id == _TENANT, LEDGER.c.device_id == bindparam("device"))
    .where(LEDGER.c.n == bindparam("number"))
)
_OF = (
    select(LEDGER.c.result)
    .where(LEDGER.c.tenant_id == _TENANT, LEDGER.c.user_id == bindparam("user"))
    .where(LEDGER.c.op_id.in_(bindparam("ops", expanding=True)))
)


@dataclass(frozen=True)
class _Entry:
    """What became of a mutation, whose commit may not be numbered yet."""

    result: Result
    name: str
    acted_at: str
    body: str | None


class Ledger:
    """Holds the device's row until the end, so that the same push twice at once takes turns.

    `ops` are those that may be asked for. Nothing is written before `close`.
    Raises SyncRefused where the device is somebody else's.
    """

    def __init__(self, connection: Connection, caller: Caller, ops: Iterable[UUID]) -> None:
        self._connection = connection
        self._caller = caller
        self._keys = {"tenant": caller.tenant, "device": caller.device, "user": caller.user}
        found = connection.execute(_DEVICE, self._keys).one_or_none()
        if found is None:
            mine = {"tenant_id": caller.tenant, "device_id": caller.device, "user_id": caller.user}
            connection.execute(_NEW_DEVICE, mine | {"last_n": 0, "failures": 0})
        elif found.user_id != caller.user:
            raise SyncRefused("device.of_another_user")
        self._failing: tuple[str | None, int] = (
            (found.failing_op, int(found.failures)) if found else (None, 0)
        )
        self._last_n = int(found.last_n) if found else 0
        known = connection.scalars(_OF, self._keys | {"ops": [op_id.hex for op_id in ops]})
        self._known = {result.op_id: result for result in map(_read, known)}
        self._entries: dict[int, _Entry] = {}
        self._changed = False

    def answer(self, op_id: UUID, n: int) -> Result | None:
        """What stands or can be said without doing anything; None for one whose turn it is."""
        if n == self._last_n + 1:
            return None
        if n > self._last_n:
            return Result(op_id, n, Status.GAP, code="sync.gap", message=str(self._last_n))
        there = self._at(n)
        if there and there.op_id == op_id:
            return there
        return Result(op_id, n, Status.FORKED, code="sync.forked")

    def known(self, op_id: UUID) -> Result | None:
        """What became of it before, under whatever number and device of this user's."""
        return self._known.get(op_id)

    def enter(self, result: Result, name: str, said_at: object, body: str | None = None) -> None:
        """Use up the next number."""
        accepted = isinstance(said_at, str) and result.status.accepted
        self._entries[result.n] = _Entry(result, name, str(said_at) if accepted else "", body)
        self._known.setdefault(result.op_id, result)
        self._last_n = result.n
        self._failing = (None, 0)
        self._changed = True

    def failed(self, op_id: UUID) -> int:
        """Count a failure of the mutation whose turn it is; how many that makes."""
        op, failures = self._failing
        failures = failures + 1 if op == op_id.hex else 1
        self._failing = (op_id.hex, failures)
        self._changed = True
        return failures

    def close(self, number: Callable[[int], int] = int) -> None:
        """Write down what was entered and counted; `number` gives results the number of their commit."""
        if not self._changed:
            return
        if self._entries:
            received_at = now()
            entered = [self._written(entry, number, received_at) for entry in self._entries.values()]
            run_many(self._connection, _ENTER, entered)
        failing_op, failures = self._failing
        noted = {"last_n": self._last_n, "failing_op": failing_op, "failures": failures}
        self._connection.execute(_NOTE, self._keys | noted)

    def _written(self, entry: "_Entry", number: Callable[[int], int], received_at: str) -> dict[str, object]:
        result = entry.result.at(number(entry.result.seq))
        return {
            "tenant_id": self._caller.tenant, "device_id": self._caller.device, "n": result.n,
            "op_id": result.op_id.hex, "user_id": self._caller.user, "name": entry.name,
            "acted_at": entry.acted_at, "received_at": received_at,
            "result": orjson.dumps(result.to_wire()).decode(), "body": entry.body,
        }  # fmt: skip

    def _at(self, n: int) -> Result | None:
        if n in self._entries:
            return self._entries[n].result
        found = self._connection.scalars(_AT, self._keys | {"number": n}).first()
        return None if found is None else _read(found)


def _read(result: str) -> Result:
    return Result.from_wire(orjson.loads(result))
