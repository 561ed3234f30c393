"""Laptops whose program is older than the server's: too old to send, then upgraded with all that waits."""

from random import Random

import orjson

from app.persistence.unknown_fields import adopt
from tests.simulation.moments import Broken
from tests.simulation.newer_server import COLUMN, ENTITY, PLANET, NewerServer
from tests.simulation.seat import Seat
from tests.simulation.world import World


def stay_behind(world: World, seat: Seat, chance: Random) -> None:
    """The server takes nothing from this release any more; what it gives still comes, and the queue stays."""
    seat.line.too_old = True
    queue = [op_id for op_id, state, _ in seat.outbox() if state == "pending"]
    problem = world.sync(seat)
    if problem is not None and problem.code == "sync.client_too_old":
        left = {op_id for op_id, _, _ in seat.outbox()}
        if not left.issuperset(queue):
            raise Broken("2 silent loss", f"{seat.name}, too old, lost what waits")


def the_server_is_upgraded(world: World, seat: Seat, chance: Random) -> None:
    """From now on it sends what laptops do not know yet; what was said to whom is remembered."""
    for other in world.in_turn():
        other.line.newer = other.line.newer or NewerServer()
        other.line.newer.faxes.clear()


def unknown_fields_survive(world: World) -> None:
    """11: what was sent of a row that is still here is kept beside it, whoever edited it since; nobody has
    sent it back, and what belongs to a customer that left has gone with it."""
    for seat in world.in_turn():
        kept = {
            row_id: orjson.loads(columns).get(COLUMN)
            for row_id, columns in seat.raw.execute("SELECT row_id, columns FROM row_extra").fetchall()
        }
        told = seat.line.newer.faxes if seat.line.newer else {}
        for _, row_id in seat.screen.of(ENTITY):
            if not seat.damaged and row_id in told and kept.get(row_id) != told[row_id]:
                raise Broken("11 unknown fields", f"{seat.name}: {row_id} has {kept.get(row_id)}")
        if any(COLUMN in body for _, _, body in seat.outbox()):
            raise Broken("11 unknown fields", f"{seat.name} speaks of what it does not know")
        roots = {row.root_id for row in seat.screen.rows.values()}
        for row_id, root in seat.raw.execute(_PLANETS, (PLANET,)).fetchall():
            if root not in roots:
                raise Broken("7 scope", f"{seat.name} keeps the {PLANET} {row_id}")


_PLANETS = "SELECT row_id, root_id FROM parked_row WHERE entity = ?"


def upgrade(world: World, seat: Seat, chance: Random) -> None:
    """The new program finds a queue written by the old one, which did not know the title of a contact."""
    seat.line.too_old = False
    before = seat.screen.rows
    with seat.at_work(), seat.replica.absorb() as connection:
        connection.exec_driver_sql("UPDATE outbox SET schema = -5")
        shown = connection.exec_driver_sql(
            "SELECT id, root_id, rev, job_title FROM contact WHERE id NOT IN (SELECT row_id FROM shadow)"
        ).all()
        for row_id, root_id, rev, title in shown:
            connection.exec_driver_sql(
                "INSERT INTO row_extra (entity, row_id, root_id, rev, columns) VALUES ('contact', ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET columns = json_patch(columns, excluded.columns)",
                (row_id, root_id, rev, orjson.dumps({"job_title": title}).decode()),
            )
        connection.exec_driver_sql(
            "UPDATE contact SET job_title = NULL WHERE id NOT IN (SELECT row_id FROM shadow)"
        )
        adopt(connection)
    if seat.screen.rows != before:
        raise Broken("11 unknown fields", f"{seat.name} lost what the older release did not know")
