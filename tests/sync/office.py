"""The real server without HTTP in between, and a line to it that fails as lines do."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from app.domain.customers import Customer
from app.domain.entity import CATALOGUE, Entity, to_stored
from app.domain.errors import Offline
from app.domain.ids import new_id
from app.domain.organisation import ProductLine, Region, Role, Territory, TerritoryAssignment, User
from app.domain.registry import entity_named
from app.domain.types import Stored
from sync.client.dialogue import (
    Answers,
    AskSegment,
    AskSnapshot,
    Hello,
    Known,
    Lacks,
    Piece,
    Pull,
    Push,
    Welcome,
)
from sync.client.transport import STALE
from sync.comparison import Ask, Found, ask_from_wire, ask_to_wire, found_from_wire
from sync.digest import Digest
from sync.pages import Page, read_page
from sync.protocol import Result
from sync.server.caller import Caller
from sync.server.change_log import Author, ChangeLog
from sync.server.comparison import answer
from sync.server.cursors import StaleCursor
from sync.server.database import Database
from sync.server.log_rows import decode
from sync.server.pull import pull
from sync.server.push import push
from sync.server.refusals import Refusal
from sync.server.snapshots import Snapshots
from sync.server.tables import GRANT, LEDGER, MEMBER, METADATA, ROW
from sync.server.tenants import create_tenant
from sync.server.timeline import begin_another, lacking
from sync.snapshot import Manifest, read_manifest


@dataclass(frozen=True)
class People:
    """Who works where: Anna in the north, Bo in the south, the chief everywhere."""

    anna: UUID = field(default_factory=new_id)
    bo: UUID = field(default_factory=new_id)
    chief: UUID = field(default_factory=new_id)
    north: UUID = field(default_factory=new_id)
    south: UUID = field(default_factory=new_id)


class Office:
    """A server with its people and territories."""

    def __init__(self, path: Path) -> None:
        content, self.tenant, self.people = _prepared()
        path.write_bytes(content)
        self._path = path
        self.database = Database(f"sqlite:///{path}")
        self.begin_snapshots()

    @classmethod
    def founded(cls, path: Path) -> "Office":
        """The first one, from which the others are copied."""
        office = cls.__new__(cls)
        office.database = Database(f"sqlite:///{path}")
        office._found()
        return office

    def _found(self) -> None:
        self.people = People()
        METADATA.create_all(self.database.engine)
        with self.database.write() as connection:
            self.tenant = create_tenant(connection, "Test")
        region, line = new_id(), new_id()
        people = self.people
        self.put(Region, region, CATALOGUE, code="r", name="Region")
        self.put(ProductLine, line, CATALOGUE, code="l", name="Line")
        for territory, name in ((people.north, "North"), (people.south, "South")):
            place = {"region_id": region, "product_line_id": line}
            self.put(Territory, territory, CATALOGUE, name=name, **place)
        self.put(User, people.anna, CATALOGUE, login="anna", name="Anna", active=True, role=Role.ENGINEER)
        self.put(User, people.bo, CATALOGUE, login="bo", name="Bo", active=True, role=Role.ENGINEER)
        self.put(User, people.chief, CATALOGUE, login="chief", name="Chief", active=True, role=Role.MANAGER)
        self.assign(people.anna, people.north)
        self.assign(people.bo, people.south)

    def begin_snapshots(self) -> None:
        """As a server does that has just been started: it knows of none."""
        folder = self._path.with_suffix(".snapshots")
        self.snapshots = Snapshots(self.database, folder, lambda: 0.0, start=lambda work: work())

    def close(self) -> None:
        self.database.close()

    def back_up(self) -> None:
        """As an operator does it: a copy of the database file while the server rests."""
        self.database.close()
        shutil.copy(self._path, self._path.with_suffix(".backup"))

    def put_back(self, *, announced: bool = True) -> str:
        """The backup takes the place of the database, and the operator says so; when it was made."""
        self.database.close()
        for leftover in ("-wal", "-shm"):
            Path(f"{self._path}{leftover}").unlink(missing_ok=True)
        shutil.copy(self._path.with_suffix(".backup"), self._path)
        if not announced:
            return ""
        with self.database.write() as connection:
            return begin_another(connection, self.tenant)

    def reassign(self, customer: UUID, territory: UUID) -> None:
        self.put(Customer, customer, customer, territory_id=territory)

    def assign(self, user: UUID, territory: UUID) -> None:
        self.put(TerritoryAssignment, new_id(), CATALOGUE, user_id=user, territory_id=territory)

    def put(self, entity: type[Entity], row_id: UUID, root_id: UUID, **values: Any) -> None:
        """A row of the server's own making, or a change of one."""
        with self.database.write() as connection:
            log = ChangeLog(connection, self.tenant, Author())
            found = log.row(row_id.hex)
            stored = to_stored(entity, values)
            if found is None:
                log.create(entity, row_id.hex, root_id.hex, {**_defaults(entity), **stored})
            else:
                log.change(found, stored)
            log.commit()

    def delete(self, entity: type[Entity], row_id: UUID) -> None:
        with self.database.write() as connection:
            log = ChangeLog(connection, self.tenant, Author())
            found = log.row(row_id.hex)
            assert found is not None
            assert found.entity is entity
            log.delete(found)
            log.commit()

    def line_for(self, user: UUID, device: UUID) -> "Line":
        return Line(self, Caller(UUID(self.tenant), user, device))

    def rows(self) -> dict[tuple[str, str], tuple[Stored, ...]]:
        """Every row there is: root and values."""
        return {
            (row.entity, row.id): (row.root_id, *orjson.loads(row.payload)) for row in self._log(deleted=0)
        }

    def deleted(self) -> dict[tuple[str, str], Mapping[str, Stored]]:
        """What rows held when they were deleted."""
        found = self._log(deleted=1)
        return {(row.entity, row.id): decode(entity_named(row.entity), row.payload) for row in found}

    def visible_to(self, user: UUID) -> dict[tuple[str, str], tuple[Stored, ...]]:
        roots = self._roots_of(user)
        return {key: row for key, row in self.rows().items() if row[0] in roots}

    def fingerprint(self, user: UUID) -> Digest:
        roots = self._roots_of(user)
        rows = [row for row in self._log(deleted=0) if row.root_id in roots]
        each = [Digest.of(row.entity, [(row.id, row.rev)]) for row in rows]
        return sum(each, Digest())

    def status(self, op_id: UUID) -> str | None:
        """What became of a mutation, as the server remembers it."""
        with self.database.read() as connection:
            found = connection.scalars(select(LEDGER.c.result).where(LEDGER.c.op_id == op_id.hex)).first()
            return None if found is None else str(orjson.loads(found)["status"])

    def _roots_of(self, user: UUID) -> set[str]:
        with self.database.read() as connection:
            mine = select(GRANT.c.scope).where(GRANT.c.user_id == user.hex, GRANT.c.out_seq.is_(None))
            held = set(connection.scalars(mine))
            members = connection.execute(select(MEMBER).where(MEMBER.c.out_seq.is_(None)))
            return {member.root_id for member in members if member.scope in held}

    def _log(self, deleted: int) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(select(ROW).where(ROW.c.deleted == deleted)))


@cache
def _prepared() -> tuple[bytes, str, People]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "office.db"
        office = Office.founded(path)
        office.close()
        return path.read_bytes(), office.tenant, office.people


class LostOnTheWay(Offline):
    """A request or a reply that did not arrive."""

    def __init__(self) -> None:
        super().__init__("sync.unreachable")


class Line:
    """Implements the client's `Server`. `faults` are used up one a call: "request" and "reply" are
    lost, "twice" delivers the request again, None lets it pass. Pages are small, to have several."""

    def __init__(self, office: Office, caller: Caller, page_rows: int = 3) -> None:
        self.office = office
        self.caller = caller
        self.page_rows = page_rows
        self.faults: list[str | None] = []
        self.before_push: list[Callable[[], object]] = []

    def hello(self, hello: Hello) -> Welcome:
        return Welcome(hello.schema, "2026-11-22T00:00:00+00:00")

    def pull(self, pull_: Pull) -> Page:
        page: Page = self._carry(lambda: self._pull(pull_))
        return page

    def push(self, push_: Push) -> Answers:
        if self.before_push:
            self.before_push.pop()()
        # Over HTTP, too, the sign-in comes along where a laptop takes another id.
        self.caller = replace(self.caller, device_id=push_.device_id)
        wire = orjson.loads(orjson.dumps([mutation.to_wire() for mutation in push_.mutations]))
        results = self._carry(lambda: push(self.office.database, self.caller, wire))
        return Answers(tuple(Result.from_wire(result.to_wire()) for result in results))

    def known(self, known: Known) -> Lacks:
        lacks: Lacks = self._carry(lambda: self._known(known))
        return lacks

    def _known(self, known: Known) -> Lacks:
        with self.office.database.read() as connection:
            found = lacking(connection, self.caller, known.op_ids)
        return Lacks(frozenset(found.op_ids), found.restored_from)

    def snapshot(self, asked: AskSnapshot) -> Manifest:
        manifest: Manifest = self._carry(lambda: self._snapshot(asked))
        return manifest

    def segment(self, asked: AskSegment) -> Piece:
        piece: Piece = self._carry(lambda: self._segment(asked))
        return piece

    def _snapshot(self, asked: AskSnapshot) -> Manifest:
        try:
            said = self.office.snapshots.manifest(self.caller, asked.cursor, asked.after)
        except StaleCursor as stale:
            raise STALE[stale.code](stale.code) from stale
        return read_manifest(asdict(said))

    def compare(self, asked: Ask) -> Found:
        said = orjson.loads(orjson.dumps(ask_to_wire(asked)))
        found: Found = self._carry(lambda: self._compare(ask_from_wire(said)))
        return found_from_wire(asked, orjson.loads(orjson.dumps(found.to_wire())))

    def _compare(self, asked: Ask) -> Found:
        try:
            with self.office.database.read() as connection:
                return answer(connection, self.caller, asked)
        except StaleCursor as stale:
            raise STALE[stale.code](stale.code) from stale

    def _segment(self, asked: AskSegment) -> Piece:
        try:
            path = self.office.snapshots.path_of(self.caller, asked.sha256)
        except (StaleCursor, Refusal) as refusal:
            raise STALE[refusal.code](refusal.code) from refusal
        return Piece(path.read_bytes()[asked.begin :])

    def _pull(self, pull_: Pull) -> Page:
        try:
            with self.office.database.read() as connection:
                cut = pull(
                    connection, self.caller, pull_.token,
                    settled=pull_.settled, limit=self.page_rows, own=pull_.own,
                    digest=pull_.digest,
                )  # fmt: skip
        except StaleCursor as stale:
            raise STALE[stale.code](stale.code) from stale
        return read_page(cut.body)

    def _carry(self, call: Any) -> Any:
        fault = self.faults.pop(0) if self.faults else None
        if fault == "request":
            raise LostOnTheWay
        answer = call()
        if fault == "twice":
            answer = call()
        if fault == "reply":
            raise LostOnTheWay
        return answer


def _defaults(entity: type[Entity]) -> dict[str, Stored]:
    columns = entity.__table__.columns
    return to_stored(entity, {c.key: c.default.arg for c in columns if c.default and c.key not in _FIXED})


_FIXED = ("id", "root_id", "rev")
