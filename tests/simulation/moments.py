"""What must hold at every commit of a laptop, and not only once all is quiet: invariants 4 and 5."""

from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.ambient import decided_by, today
from sync.server import segments
from sync.server.cursors import Cursor
from tests.simulation.intents import Intent, words_in
from tests.simulation.screen import WATCHED, Key, Screen
from tests.simulation.truth import logged_rows, visible_roots

if TYPE_CHECKING:
    from tests.simulation.seat import Seat
    from tests.simulation.world import World


class Broken(AssertionError):
    """An invariant does not hold; `invariant` is its number and name."""

    def __init__(self, invariant: str, what: object) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant


def check_moment(world: "World", seat: "Seat", before: Screen) -> None:
    """After a commit of `seat`, whose screen showed `before` until then."""
    if seat.screen.rows != before.rows:
        no_reference_dangles(seat)
    if seat.screen.cursor != before.cursor:
        a_checkpoint_holds_what_it_says(world, seat)
    the_head_only_rises(world, seat, before)
    if not world.office.epoch and not seat.damaged:
        a_laptop_never_goes_back(seat, before)


def check_meaning(world: "World", seat: "Seat") -> None:
    """Between two actions, when what is meant is noted."""
    an_action_is_shown_whole(world, seat)
    own_work_stays_on_show(world, seat)


def a_checkpoint_holds_what_it_says(world: "World", seat: "Seat") -> None:
    """4: with the cursor come all rows up to it, and not one later. What ended here by the calendar, and has
    begun again at the server since, is found by the comparison that follows."""
    if not seat.screen.cursor or seat.damaged or seat.is_loading():
        return
    if Cursor.from_token(seat.screen.cursor).seq != world.office.head:
        return  # what the server held then is not known any more
    rows = logged_rows(world, deleted=0)
    with decided_by(world.ambient):
        roots = visible_roots(world, seat, rows, today())
    covered = {tuple(row) for row in seat.raw.execute("SELECT entity, row_id FROM shadow").fetchall()}
    roots -= seat.ended
    expected = {key for key, row in rows.items() if row[0] in roots and key[0] in WATCHED}
    if missing := expected - seat.screen.rows.keys() - covered:
        raise Broken("4 atomicity", f"{seat.name} stands at {seat.screen.head} without {sorted(missing)[:3]}")


def no_reference_dangles(seat: "Seat") -> None:
    found = seat.raw.execute("PRAGMA foreign_key_check").fetchone()
    if found:
        raise Broken("4 atomicity", f"{seat.name}: a row of {found[0]} points to no {found[2]}")


def an_action_is_shown_whole(world: "World", seat: "Seat") -> None:
    """Rows made together come together, but in a first download that cuts a giant customer."""
    rows = seat.screen.rows
    for op_id, intent in world.intents.actions.items():
        if len(intent.created) > 1:
            made = {key for key in intent.created - world.intents.deleted if key[0] != ELSEWHERE}
            shown = [key for key in made if key in rows]
            if 0 < len(shown) < len(made) and not (seat.is_loading() and _is_of_a_giant(world, shown[0])):
                raise Broken("4 atomicity", f"{seat.name} shows {len(shown)} of {len(made)} rows of {op_id}")


def _is_of_a_giant(world: "World", key: Key) -> bool:
    """May the customer this row belongs to be spread over several segments of a download?"""
    query = (
        "SELECT sum(length(payload) + 150) FROM sync_row"
        " WHERE root_id = (SELECT root_id FROM sync_row WHERE id = ?)"
    )
    size = world.office.rows(query, key[1])[0][0] or 0
    return bool(size > segments.GIANT - segments.LARGE)


ELSEWHERE = "delegated_customer"
"""Made together with a delegation, which everybody sees, below a customer that not everybody does."""


def the_head_only_rises(world: "World", seat: "Seat", before: Screen) -> None:
    """Once for each time that the server went back it may fall."""
    if seat.screen.head < before.head:
        if seat.epoch == world.office.epoch:
            raise Broken("5 monotony", f"{seat.name}: head {before.head} became {seat.screen.head}")
        seat.epoch = world.office.epoch


def a_laptop_never_goes_back(seat: "Seat", before: Screen) -> None:
    for key, row in seat.screen.rows.items():
        was = before.rows.get(key)
        if was and was is not row and 0 < row.rev < was.rev:
            raise Broken("5 monotony", f"{seat.name}: {key} went from revision {was.rev} to {row.rev}")


def own_work_stays_on_show(world: "World", seat: "Seat") -> None:
    """Until the laptop has the server's word on it, and holds the server's rows as of that commit; what a
    download brings may be newer than that, with words in place of his."""
    dropped_since = _replaced_by_others(world, seat) if seat.is_loading() else set()
    for op_id in reversed(world.intents.actions):
        intent = world.intents.actions[op_id]
        if intent.seat != seat.name:
            continue
        if intent.watched and not _is_finished(world, seat, op_id, intent):
            _check_shown(seat, op_id, intent, dropped_since)
        dropped_since |= intent.dropped.keys()


def _replaced_by_others(world: "World", seat: "Seat") -> set[str]:
    results, actions = world.office.results, world.intents.actions.items()
    taken = (each for op_id, each in actions if (r := results.get(UUID(op_id))) and r.status.accepted)
    return {word for intent in taken if intent.seat != seat.name for word in intent.dropped}


def _is_finished(world: "World", seat: "Seat", op_id: str, intent: Intent) -> bool:
    result = world.office.results.get(UUID(op_id))
    if result is not None and result.status.accepted and _reached(seat) >= result.seq:
        intent.watched = False
    return not intent.watched


def _reached(seat: "Seat") -> int:
    """The commit its rows stand at; a download that has just ended tells it by the cursor alone."""
    cursor = seat.screen.cursor
    return max(seat.screen.head, Cursor.from_token(cursor).seq if cursor else 0)


def _check_shown(seat: "Seat", op_id: str, intent: Intent, dropped: set[str]) -> None:
    for word, (entity, row_id, name) in intent.typed.items():
        row = seat.screen.rows.get((entity, row_id))
        if row is not None and word not in dropped and word not in words_in(row.values[name]):
            raise Broken(
                "5 flicker", f"{seat.name}: {word} of {op_id} is not on show, but {row.values[name]!r}"
            )
