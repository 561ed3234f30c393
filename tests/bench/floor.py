"""The floor: the least Python must do to bring the same rows into the same encrypted, indexed database.

Each part of a first sync alone, and whole pulls and pushes against a server that does nothing else.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import urllib3
import zstandard
from sqlalchemy import create_engine

from app.domain.assets import Asset
from app.domain.customers import Contact, Customer
from app.domain.entity import Entity, name_of
from app.domain.service_orders import ServiceOrder
from app.domain.visits import Visit
from app.persistence import raw_rows
from app.persistence.database import connect
from tests.bench.meters import Cost, timed
from tests.bench.workload import Rows

Block = tuple[str, list[Any]]

ENTITIES: Mapping[str, type[Entity]] = {
    name_of(entity): entity for entity in (Customer, Contact, Asset, Visit, ServiceOrder)
}
PAGE = 2_000
_LEVEL = 1


def columns(name: str) -> str:
    return ", ".join(f'"{column}"' for column in raw_rows.columns(ENTITIES[name]))


def upsert(name: str, *more: str) -> str:
    names = [*raw_rows.columns(ENTITIES[name]), *more]
    listed = ", ".join(f'"{column}"' for column in names)
    taken = ", ".join(f'"{column}" = excluded."{column}"' for column in names if column != "id")
    gaps = ", ".join("?" * len(names))
    return f'INSERT INTO "{name}" ({listed}) VALUES ({gaps}) ON CONFLICT(id) DO UPDATE SET {taken}'


def upsert_numbered(name: str) -> str:
    return upsert(name, "seq")


def make_server_database(path: Path, held: Rows) -> None:
    """The laptop's own tables with the number of the last change to each row."""
    engine = create_engine(f"sqlite:///{path}")
    Entity.metadata.create_all(engine)
    engine.dispose()
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    for name, entity in ENTITIES.items():
        database.execute(f'ALTER TABLE "{name}" ADD COLUMN seq INTEGER')
        database.execute(f'CREATE INDEX "floor_{name}" ON "{name}" (seq)')
        database.executemany(upsert_numbered(name), [(*row, 1) for row in held[entity]])
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def write_to_server(path: Path, changes: Rows) -> None:
    """Somebody changed rows there."""
    database = sqlite3.connect(path)
    seq = 1 + max(database.execute(f'SELECT max(seq) FROM "{name}"').fetchone()[0] for name in ENTITIES)
    for entity, rows in changes.items():
        database.executemany(upsert_numbered(name_of(entity)), [(*row, seq) for row in rows])
    database.commit()
    database.close()


class FloorLaptop:
    """A replica without bookkeeping: the same file, cipher, tables and indexes, and nothing that watches.

    It begins as `blank`, a replica that holds the catalogue and no more.
    """

    def __init__(self, path: Path, blank: bytes, key: bytes) -> None:
        path.write_bytes(blank)
        self._database = connect(path, key)
        for (name,) in self._all("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self._database.execute(f'DROP TRIGGER "{name}"')
        self._since = 0

    def load(self, blocks: list[Block], *, indexes_after: bool = False) -> None:
        """Everything, in one transaction."""
        self._database.execute("BEGIN IMMEDIATE")
        indexes = self._indexes() if indexes_after else []
        for name, _ in indexes:
            self._database.execute(f'DROP INDEX "{name}"')
        for name, rows in blocks:
            self._database.executemany(upsert(name), rows)
        for _, statement in indexes:
            self._database.execute(statement)
        self._database.execute("COMMIT")
        self._since = 1

    def pull(self, http: urllib3.PoolManager, url: str) -> int:
        answer = http.request("GET", f"{url}/pull?since={self._since}")
        if answer.status == 204:
            return 0
        pulled = 0
        self._database.execute("BEGIN IMMEDIATE")
        for name, rows in orjson.loads(zstandard.decompress(answer.data)):
            self._database.executemany(upsert(name), [row[:-1] for row in rows])
            pulled += len(rows)
            self._since = max(self._since, rows[-1][-1])
        self._database.execute("COMMIT")
        return pulled

    def edit(self, changes: Rows) -> None:
        """Somebody changed rows here."""
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("CREATE TABLE IF NOT EXISTS floor_outbox (entity TEXT, id TEXT)")
        for entity, rows in changes.items():
            self._database.executemany(upsert(name_of(entity)), rows)
            noted = [(name_of(entity), row[0]) for row in rows]
            self._database.executemany("INSERT INTO floor_outbox VALUES (?, ?)", noted)
        self._database.execute("COMMIT")

    def push(self, http: urllib3.PoolManager, url: str) -> int:
        waiting: list[Block] = []
        for name in ENTITIES:
            mine = "id IN (SELECT id FROM floor_outbox WHERE entity = ?)"
            if rows := self._all(f'SELECT {columns(name)} FROM "{name}" WHERE {mine}', name):
                waiting.append((name, rows))
        answer = http.request("POST", f"{url}/push", body=zstandard.compress(orjson.dumps(waiting), _LEVEL))
        self._since = orjson.loads(answer.data)
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("DELETE FROM floor_outbox")
        self._database.execute("COMMIT")
        return sum(len(rows) for _, rows in waiting)

    def close(self) -> None:
        self._database.close()

    def _indexes(self) -> list[tuple[str, str]]:
        tables = ", ".join(f"'{name}'" for name in ENTITIES)
        declared = f"type = 'index' AND sql <> '' AND tbl_name IN ({tables})"
        found = self._all(f"SELECT name, sql FROM sqlite_master WHERE {declared}")
        return [(str(name), str(statement)) for name, statement in found]

    def _all(self, statement: str, *values: object) -> list[Any]:
        listed: list[Any] = self._database.execute(statement, values).fetchall()
        return listed


class FirstSync:
    """The parts of a first sync, each alone. Give it the server's database and the address that serves it."""

    def __init__(self, path: Path, http: urllib3.PoolManager, url: str) -> None:
        self._path = path
        self._http = http
        self._url = url

    def parts(self, laptop: FloorLaptop, again: FloorLaptop) -> dict[str, Cost]:
        """Two empty laptops are needed: indexes may be kept while loading, or built after it."""
        blocks: list[Block] = []
        packed: list[bytes] = []
        unpacked: list[Block] = []

        def unpack() -> None:
            unpacked.extend(orjson.loads(zstandard.decompress(page)) for page in packed)

        return {
            "read": timed(lambda: blocks.extend(self._read())),
            "encode": timed(
                lambda: packed.extend(zstandard.compress(orjson.dumps(b), _LEVEL) for b in blocks)
            ),
            "transfer": timed(lambda: self._fetch(sum(map(len, packed)))),
            "decode": timed(unpack),
            "insert": timed(lambda: laptop.load(unpacked)),
            "insert, indexes after": timed(lambda: again.load(unpacked, indexes_after=True)),
        }

    def _fetch(self, size: int) -> None:
        self._http.request("GET", f"{self._url}/blank?size={size}")

    def _read(self) -> list[Block]:
        database = sqlite3.connect(self._path)
        blocks: list[Block] = []
        for name in ENTITIES:
            cursor = database.execute(f'SELECT {columns(name)} FROM "{name}" WHERE seq > 0 ORDER BY seq')
            while rows := cursor.fetchmany(PAGE):
                blocks.append((name, rows))
        database.close()
        return blocks


def floor_of(parts: Mapping[str, Cost]) -> Cost:
    """All parts one after the other, with the better way to insert."""
    way = min(("insert", "insert, indexes after"), key=lambda name: parts[name].cpu)
    return sum((parts[name] for name in ("read", "encode", "transfer", "decode", way)), Cost(0, 0))
