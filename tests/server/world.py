"""A small organisation on a server database, and laptops that speak the protocol without HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import orjson

from app.domain.conflicts import Conflict
from app.domain.customers import Contact, Customer
from app.domain.entity import CATALOGUE, Entity, name_of
from app.domain.ids import new_id
from app.domain.organisation import ProductLine, Region, Role, Territory, TerritoryAssignment, User
from app.domain.registry import entity_named
from app.domain.types import Stored
from sync.pages import read_page
from sync.protocol import Mutation, Op, OpKind, Patch, Result, patch_between
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog
from sync.server.cursors import StaleCursor
from sync.server.database import Database
from sync.server.pull import pull
from sync.server.push import push
from sync.server.tenants import create_tenant

Values = dict[str, Stored]
NOW = "2026-11-22T08:15:00.000Z+08:00"


class World:
    """Territories north and south; Anna works in the north, Ben in the south, Lin at the office."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as connection:
            self.tenant = create_tenant(connection, "Maker")
        with database.write() as connection:
            log = ChangeLog(connection, self.tenant, Author(acted_at=NOW))
            region = self._shared(log, Region, code="E", name="East")
            line = self._shared(log, ProductLine, code="LIFT", name="Lifts")
            self.north, self.south = (
                self._shared(log, Territory, name=name, region_id=region, product_line_id=line)
                for name in ("North", "South")
            )
            self.anna = self._user(log, "anna", Role.ENGINEER, self.north)
            self.ben = self._user(log, "ben", Role.ENGINEER, self.south)
            self.lin = self._user(log, "lin", Role.OFFICE, self.north, self.south)
            self.mo = self._user(log, "mo", Role.MANAGER)
            self.ada = self._user(log, "ada", Role.ADMIN)
            log.commit()

    def write(self, work: Callable[[ChangeLog], None], author: Author | None = None) -> int:
        """A commit of the server's own."""
        with self.database.write() as connection:
            log = ChangeLog(connection, self.tenant, author or Author(acted_at=NOW))
            work(log)
            return log.commit()

    def add(self, entity: type[Entity], root_id: str, **values: Stored) -> str:
        row_id: str = new_id().hex
        self.write(lambda log: log.create(entity, row_id, root_id, values))
        return row_id

    def add_customer(self, territory: str, **values: Stored) -> str:
        row_id: str = new_id().hex
        self.write(lambda log: log.create(Customer, row_id, row_id, a_customer(territory, **values)))
        return row_id

    def edit(self, row_id: str, **values: Stored) -> int:
        """As the server's own commands do it: no merge, no rights."""

        def change(log: ChangeLog) -> None:
            row = log.row(row_id)
            assert row
            log.change(row, values)

        return self.write(change)

    def laptop(self, user: str) -> "Laptop":
        return Laptop(self.database, Caller(UUID(self.tenant), UUID(user), new_id()))

    def _shared(self, log: ChangeLog, entity: type[Entity], **values: Stored) -> str:
        row_id: str = new_id().hex
        log.create(entity, row_id, CATALOGUE.hex, values)
        return row_id

    def _user(self, log: ChangeLog, login: str, role: Role, *territories: str) -> str:
        user = self._shared(log, User, login=login, name=login.title(), role=role.value, active=1)
        for territory in territories:
            self._shared(log, TerritoryAssignment, territory_id=territory, user_id=user)
        return user


def a_customer(territory: str, **values: Stored) -> Values:
    return {
        "name": "Rossi", "territory_id": territory, "lifecycle_stage": "prospect", "is_reference": 0,
    } | values  # fmt: skip


def a_contact(customer: str, **values: Stored) -> Values:
    return {"customer_id": customer, "name": "Wang Fang", "is_primary": 0} | values


@dataclass
class Copy:
    """A row as a laptop has it."""

    entity: type[Entity]
    root_id: str
    rev: int
    values: Values


@dataclass
class Laptop:
    """Keeps what it pulls, numbers what it pushes; an edit is made against the copy it has."""

    database: Database
    caller: Caller
    rows: dict[str, Copy] = field(default_factory=dict)
    cursor: str = ""
    n: int = 0
    results: list[Result] = field(default_factory=list)
    acked: int = 0
    last_out: list[str] = field(default_factory=list)

    # What travels

    def pull(self, limit: int = 1000, between: Callable[[], None] = lambda: None) -> "Laptop":
        """Until there is nothing more to fetch; `between` happens after each page."""
        again = True
        while again:
            again = self._pull_once(limit, between)
        return self

    def _pull_once(self, limit: int, between: Callable[[], None]) -> bool:
        token, staged = self.cursor, []
        while True:
            try:
                page = read_page(self.pull_page(token, limit))
            except StaleCursor as problem:
                if problem.code != "sync.pages_stale":
                    raise
                token, staged = self.cursor, []
                continue
            staged += [(page.header.columns, line) for line in page.lines()]
            between()
            token = page.end.cursor
            if page.end.complete:
                break
        self.acked = page.end.acked[self.caller.device_id]
        self._apply(staged)
        self.cursor = token
        return page.end.again

    def pull_page(self, token: str, limit: int = 1000) -> bytes:
        with self.database.read() as connection:
            return pull(connection, self.caller, token, settled=self.acked, limit=limit).body

    def _apply(self, staged: list[tuple[Mapping[str, tuple[str, ...]], list[Any]]]) -> None:
        self.last_out = []
        for columns, line in staged:
            match line:
                case ["put", name, row_id, root_id, _, rev, values]:
                    named = dict(zip(columns[name], values, strict=True))
                    self.rows[row_id] = Copy(entity_named(name), root_id, rev, named)
                case ["del", _, row_id, _, _, _]:
                    self.rows.pop(row_id, None)
                case ["out", root_id]:
                    self.last_out.append(root_id)
                    self.rows = {k: row for k, row in self.rows.items() if row.root_id != root_id}
                case ["gone", _, row_id, root_id]:
                    if row_id in self.rows and self.rows[row_id].root_id == root_id:
                        del self.rows[row_id]
                case ["res", result]:
                    self.results.append(Result.from_wire(result))

    def push(self, *ops: Op, **facts: Any) -> Result:
        return self.send(self.mutation(*ops, **facts))

    def mutation(self, *ops: Op, **facts: Any) -> Mutation:
        self.n += 1
        mutation = Mutation(new_id(), self.caller.device_id, self.n, "test.change", NOW, ops)
        return replace(mutation, **facts)

    def send(self, mutation: Mutation | Mapping[str, Any]) -> Result:
        wire = mutation.to_wire() if isinstance(mutation, Mutation) else mutation
        [result] = push(self.database, self.caller, [orjson.loads(orjson.dumps(wire))])
        return result

    # What a user does

    def create(self, entity: type[Entity], values: Values, row_id: str | None = None) -> Op:
        return Op(OpKind.CREATE, name_of(entity), UUID(row_id) if row_id else new_id(), values=values)

    def edit(self, row_id: str, **values: Stored) -> Op:
        """The user sees his own edit at once, as the real replica shows it."""
        copy = self.rows[row_id]
        after = {**copy.values, **values}
        patch = patch_between(copy.entity, copy.values, after)
        self.rows[row_id] = replace(copy, values=after)
        return self.patch(row_id, patch or Patch(), copy)

    def patch(self, row_id: str, patch: Patch, copy: Copy | None = None) -> Op:
        row = copy or self.rows[row_id]
        return Op(OpKind.PATCH, name_of(row.entity), UUID(row_id), UUID(row.root_id), row.rev, patch=patch)

    def delete(self, row_id: str) -> Op:
        row = self.rows[row_id]
        return Op(OpKind.DELETE, name_of(row.entity), UUID(row_id), UUID(row.root_id), row.rev)

    def value(self, row_id: str, name: str) -> Stored:
        return self.rows[row_id].values[name]

    def of(self, entity: type[Entity]) -> dict[str, Values]:
        return {row_id: row.values for row_id, row in self.rows.items() if row.entity is entity}

    def conflicts(self, state: str = "open") -> list[Values]:
        return [values for values in self.of(Conflict).values() if values["state"] == state]

    def new_contact(self, customer: str, **values: Stored) -> Op:
        return self.create(Contact, a_contact(customer, **values))
