"""A laptop in a test: a real replica file that can be closed, killed and opened again."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from app.domain.entity import Entity, fields, name_of, to_stored
from app.domain.ids import new_id
from app.domain.organisation import Role
from app.domain.registry import ENTITIES
from app.persistence.identity import Identity
from app.persistence.replica import join_replica, open_replica
from app.persistence.sync_store import SyncStore
from sync.pages import Page, read_page
from sync.protocol import Result

KEY = bytes(range(32))
TENANT = UUID(int=7)


class Laptop:
    """`restart` is what a crash leaves: the file, and nothing that was only in memory."""

    def __init__(self, path: Path, user_id: UUID | None = None, role: Role = Role.ENGINEER) -> None:
        self.path = path
        path.write_bytes(blank_replica())
        self._open()
        self.replica.belong_to(Identity(user_id or new_id(), new_id(), TENANT, role, "某人"))

    @classmethod
    def of(cls, path: Path) -> "Laptop":
        """One whose replica file is there already."""
        laptop = cls.__new__(cls)
        laptop.path = path
        laptop._open()
        return laptop

    def _open(self) -> None:
        self.replica = join_replica(self.path, KEY)
        self.store = SyncStore(self.replica)

    def restart(self) -> None:
        self.replica.close()
        self._open()

    def add(self, entity: type[Entity], **values: Any) -> UUID:
        with self.replica.write(f"{name_of(entity)}.create") as write:
            row = entity(**values)
            write.session.add(row)
            write.session.flush()
            return row.id

    def edit(self, entity: type[Entity], row_id: UUID, **values: Any) -> UUID:
        with self.replica.write(f"{name_of(entity)}.edit") as write:
            row = write.session.get_one(entity, row_id)
            for name, value in values.items():
                setattr(row, name, value)
        return write.op_id

    def delete(self, entity: type[Entity], row_id: UUID) -> UUID:
        with self.replica.write(f"{name_of(entity)}.delete") as write:
            write.session.delete(write.session.get_one(entity, row_id))
        return write.op_id

    def shown(self, entity: type[Entity], row_id: UUID, *names: str) -> Any:
        """The values of a row as the user sees them, one or several; None where there is no row."""
        with self.replica.read() as session:
            row = session.get(entity, row_id)
            if row is None:
                return None
            found = tuple(getattr(row, name) for name in names)
            return found[0] if len(names) == 1 else found

    def rows(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        """Every visible row in stored form, without its revision."""
        with self.replica.read() as session:
            return {
                (name_of(entity), row[0]): tuple(row[1:])
                for entity in ENTITIES
                for row in session.execute(text(f'SELECT {_columns(entity)} FROM "{name_of(entity)}"'))
            }

    def outbox(self) -> dict[UUID, str]:
        """Where each of our mutations stands."""
        with self.replica.read() as session:
            found = session.execute(text("SELECT op_id, state FROM outbox ORDER BY position"))
            return {UUID(op_id): state for op_id, state in found}

    def schema(self) -> set[tuple[Any, ...]]:
        """Tables, indexes and triggers."""
        with self.replica.read() as session:
            found = session.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_schema"))
            return {tuple(row) for row in found}

    def dangling(self) -> list[Any]:
        with self.replica.read() as session:
            return list(session.execute(text("PRAGMA foreign_key_check")))


@cache
def blank_replica() -> bytes:
    """An empty replica; making one takes a second, copying it none."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        open_replica(path, KEY).close()
        return path.read_bytes()


def _columns(entity: type[Entity]) -> str:
    return ", ".join(f'"{name}"' for name in ("id", "root_id", *fields(entity)))


def put(entity: type[Entity], row_id: UUID, root_id: UUID, rev: int = 1, **values: Any) -> list[Any]:
    """A line of a page that brings a row."""
    stored: Mapping[str, Any] = to_stored(entity, values)
    listed = [stored.get(name, _default(entity, name)) for name in fields(entity)]
    return ["put", name_of(entity), row_id.hex, root_id.hex, 1, rev, listed]


def _default(entity: type[Entity], name: str) -> Any:
    default = entity.__table__.columns[name].default
    return None if default is None else to_stored(entity, {name: default.arg})[name]


def gone(entity: type[Entity], row_id: UUID, root_id: UUID, rev: int = 2) -> list[Any]:
    """A line of a page that says a row was deleted."""
    return ["del", name_of(entity), row_id.hex, root_id.hex, 1, rev]


def a_page(
    *lines: list[Any],
    head: int = 1,
    cursor: str = "",
    complete: bool = True,
    again: bool = False,
    results: Iterable[Result] = (),
) -> Page:
    """A page as the server would cut it."""
    columns = {name_of(entity): list(fields(entity)) for entity in ENTITIES}
    header = ["hdr", {"schema": 1, "columns": columns, "timeline": "t"}]
    token = cursor or f"after-{head}"
    end = ["end", {"cursor": token, "complete": complete, "again": again, "head": head, "acked": {}}]
    answers = [["res", result.to_wire()] for result in results]
    return read_page(b"\n".join(map(orjson.dumps, [header, *lines, *answers, end])) + b"\n")
