"""Laptops whose program is older than the server's: too old to send, then upgraded with all that waits."""

from random import Random

import orjson

from app.persistence.unknown_fields import adopt
from tests.simulation.moments import Broken
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
                "INSERT OR REPLACE INTO row_extra (entity, row_id, root_id, rev, columns)"
                " VALUES ('contact', ?, ?, ?, ?)",
                (row_id, root_id, rev, orjson.dumps({"job_title": title}).decode()),
            )
        connection.exec_driver_sql(
            "UPDATE contact SET job_title = NULL WHERE id NOT IN (SELECT row_id FROM shadow)"
        )
        adopt(connection)
    if seat.screen.rows != before:
        raise Broken("11 unknown fields", f"{seat.name} lost what the older release did not know")
