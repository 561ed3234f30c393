"""What must hold once the faults have stopped and everybody has synchronised; numbers as in the design."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

import orjson

from app.domain.ambient import decided_by, today
from app.domain.entity import Entity, fields, name_of
from app.domain.registry import ENTITIES, entity_named
from sync.pages import read_page
from sync.protocol import Status
from sync.server.checking import check
from sync.server.intake import check_whole
from tests.simulation.attachments import files_are_whole
from tests.simulation.bounds import queues_are_short
from tests.simulation.intents import words_in
from tests.simulation.moments import Broken
from tests.simulation.releases import unknown_fields_survive
from tests.simulation.screen import Key
from tests.simulation.seat import Seat
from tests.simulation.truth import Rows, logged_rows, visible_roots
from tests.simulation.world import World

UNFINISHED = ("pending", "waiting", "rejected")


def check_at_rest(world: World) -> None:
    """All of them."""
    for invariant in AT_REST:
        invariant(world)


def queues_are_drained(world: World) -> None:
    """6: nothing waits but what waits behind a refusal."""
    for seat in world.in_turn():
        states = [state for _, state, _ in seat.outbox()]
        stuck = "pending" in states or "acked" in states or "conflict" in states
        if stuck or ("waiting" in states and "rejected" not in states):
            raise Broken("6 liveness", f"{seat.name}: {sorted(set(states))}")


def replicas_hold_what_they_should(world: World) -> None:
    """1 and 7: the server's rows within scope, no more and no less, under whatever is unfinished here."""
    logged = logged_rows(world, deleted=0)
    with decided_by(world.ambient):
        day = today()
    for seat in world.in_turn():
        roots = visible_roots(world, seat, logged, day)
        expected = {key: row for key, row in logged.items() if row[0] in roots}
        shown, covered = _held(seat)
        server = {key: row for key, row in shown.items() if key not in covered}
        server |= {key: row for key, row in covered.items() if row is not None}
        _same("1 convergence", seat.name, expected, server)
        alone = shown.keys() - expected.keys() - covered.keys()
        if alone:
            raise Broken("7 scope", f"{seat.name} shows {sorted(alone)[:3]}")
        own = {tuple(row) for row in seat.raw.execute(_ON_TOP).fetchall()}
        if covered.keys() - own:
            raise Broken(
                "1 convergence", f"{seat.name}: covered by nothing: {sorted(covered.keys() - own)[:3]}"
            )


def everybody_stands_where_the_server_does(world: World) -> None:
    """5: whoever has pulled all there is knows which commit was the last, though others overtook him."""
    for seat in world.in_turn():
        if seat.screen.head != world.office.head:
            raise Broken("5 monotony", f"{seat.name} stands at {seat.screen.head}, not {world.office.head}")


def no_word_is_lost(world: World) -> None:
    """2: what somebody typed is current, replaced by someone who saw it, in a conflict, or in a draft."""
    kept: set[str] = set()
    for row in logged_rows(world, deleted=0).values():
        for value in row[2:]:
            kept |= words_in(value)
    for seat in world.in_turn():
        for _, state, body in seat.outbox():
            if state in UNFINISHED:
                kept |= words_in(body)
    results = world.office.results
    intents = world.intents
    for op_id, intent in (intents.actions | intents.withdrawn).items():  # lost, but set aside and taken later
        if _is_taken(world, op_id):
            kept |= intent.dropped.keys()
    kept |= intents.given_up | intents.lost_knowingly
    for op_id, intent in intents.actions.items():
        for word, place in intent.typed.items():
            if word not in kept and not _said_anew(world, op_id, place):
                raise Broken(
                    "2 silent loss", f"{word} of {op_id[-6:]} at {place} ({results.get(UUID(op_id))})"
                )


def _said_anew(world: World, op_id: str, place: Any) -> bool:
    """A later word of the same person on a field in conflict takes the place of the earlier one."""
    result = world.office.results.get(UUID(op_id))
    if result is None or result.status is not Status.CONFLICT:
        return False
    seat, listed = world.intents.actions[op_id].seat, list(world.intents.actions)
    later = (world.intents.actions[other] for other in listed[listed.index(op_id) + 1 :])
    return any(intent.seat == seat and place in intent.shown for intent in later)


def amounts_add_up_once(world: World) -> None:
    """3: each accepted addition counts exactly once, or waits in a conflict over its whole row."""
    expected: dict[str, int] = {}
    waits = _rows_in_conflict(world)
    # What was set aside may be taken later, and may have been given up or corrected by then.
    said = world.intents.actions | world.intents.withdrawn | world.intents.corrected
    for op_id, intent in said.items():
        if _is_taken(world, op_id) and not _is_corrected(world, op_id):
            of_conflicts = {waits.get(conflict) for conflict in world.office.results[UUID(op_id)].conflicts}
            for (_, row_id, _), amount in intent.added.items():
                if row_id not in of_conflicts:
                    expected[row_id] = expected.get(row_id, 0) + amount
    created = {row_id for intent in said.values() for _, row_id in intent.created}
    place = list(fields(entity_named("part_used"))).index("amount") + 2
    for (entity, row_id), row in logged_rows(world, deleted=0).items():
        if entity == "part_used" and (entity, row_id) not in world.intents.deleted:
            begun = 0 if row_id in created else FOUNDED_AMOUNT
            if row[place] != begun + expected.get(row_id, 0):
                raise Broken(
                    "3 exactly once", f"{row_id}: {row[place]} is not {begun} + {expected.get(row_id, 0)}"
                )


def _rows_in_conflict(world: World) -> dict[UUID, str]:
    """The row of each conflict that is not about one field: a change that came too late, or breaks a rule."""
    names = list(fields(entity_named("conflict")))
    row_id, field = names.index("row_id") + 2, names.index("field") + 2
    rows = logged_rows(world, deleted=0).items()
    return {UUID(key[1]): row[row_id] for key, row in rows if key[0] == "conflict" and row[field] is None}


def _is_taken(world: World, op_id: str) -> bool:
    result = world.office.results.get(UUID(op_id))
    return result is not None and result.status.accepted


def _is_corrected(world: World, op_id: str) -> bool:
    """Its author sent it anew, and that was taken in its place."""
    correction = world.intents.corrections.get(op_id)
    return correction is not None and (_is_taken(world, correction) or _is_corrected(world, correction))


FOUNDED_AMOUNT = 100_000  # ten, in ten-thousandths


def groups_are_whole(world: World) -> None:
    """9: an address is one person's; a time window keeps its length."""
    names = list(fields(entity_named("customer")))
    address = [names.index(name) + 2 for name in ("province", "city", "district", "street", "postcode")]
    for (entity, row_id), row in logged_rows(world, deleted=0).items():
        if entity == "customer" and len({row[at] for at in address}) != 1:
            raise Broken("9 merge", f"address of {row_id}: {[row[at] for at in address]}")


def meters_never_fall(world: World) -> None:
    """9: of two readings the higher stands, unless somebody took it back."""
    read: dict[str, int] = {}
    taken_back: set[str] = set()
    for op_id, intent in world.intents.actions.items():
        taken_back |= {row_id for _, row_id, _ in intent.lowered}
        result = world.office.results.get(UUID(op_id))
        if result is not None and result.status.accepted:
            for (entity, row_id, name), value in intent.shown.items():
                if (entity, name) == ("asset", "meter") and value is not None:
                    read[row_id] = max(read.get(row_id, 0), value)
    place = list(fields(entity_named("asset"))).index("meter") + 2
    for (entity, row_id), row in logged_rows(world, deleted=0).items():
        if entity == "asset" and row_id not in taken_back and (row[place] or 0) < read.get(row_id, 0):
            raise Broken("9 merge", f"meter of {row_id} shows {row[place]}, {read[row_id]} was read")


def nothing_rises_from_the_dead(world: World) -> None:
    """8: a deleted row is back only where somebody brought it back."""
    live = logged_rows(world, deleted=0).keys()
    accepted = [
        intent
        for op_id, intent in world.intents.actions.items()
        if (result := world.office.results.get(UUID(op_id))) and result.status is Status.APPLIED
    ]
    standing: dict[Key, bool] = {}
    for intent in accepted:
        standing |= dict.fromkeys(intent.created, True)
        standing |= dict.fromkeys(intent.deleted, False)
    brought_back = {key for intent in world.intents.actions.values() for key in intent.created}
    risen = [
        key for key, stands in standing.items() if not stands and key in live and key not in brought_back
    ]
    if risen:
        raise Broken("8 resurrection", risen[:3])


def the_server_is_sound(world: World) -> None:
    """9: every row keeps the rules, references hold, tables and log agree."""
    with world.office.database.read() as connection:
        for finding in check(connection, world.office.tenant):
            if not finding.sound:
                raise Broken("9 validators", finding.text.format(**finding.facts))
    dangling = world.office.backend.dangling()
    if dangling:
        raise Broken("9 validators", f"the server's {dangling[0][0]} points nowhere")
    for (entity, _), row in logged_rows(world, deleted=0).items():
        if row[1] > 1:
            kind = entity_named(entity)
            check_whole(kind, dict(zip(fields(kind), row[2:], strict=True)))


def saying_it_again_changes_nothing(world: World) -> None:
    """10: pages and answers may come twice."""
    for seat in world.in_turn():
        before = (*_held(seat), seat.outbox())
        with seat.at_work():
            own = [result for op, result in world.office.results.items() if _is_own(world, seat, op)]
            seat.store.settle(own)
            _apply_again(seat)
        again = (*_held(seat), seat.outbox())
        if before != again:
            raise Broken("10 idempotence", [seat.name, *map(_difference, before, again)])


def _apply_again(seat: Seat) -> None:
    """The newest page, unless something was sent since."""
    page = read_page(seat.line.last_page) if seat.line.last_page else None
    position, device = seat.store.position(), seat.store.identity().device_id
    newest = page is not None and page.end.complete and page.end.cursor == seat.screen.cursor
    if page is not None and newest and page.end.acked.get(device, 0) >= position.settled:
        seat.store.apply(page)


def _difference(before: Any, after: Any) -> object:
    if isinstance(before, dict):
        return {key: (before.get(key), after.get(key)) for key in before if before.get(key) != after.get(key)}
    return [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]


def _is_own(world: World, seat: Seat, op_id: UUID) -> bool:
    intent = world.intents.actions.get(op_id.hex)
    return intent is not None and intent.seat == seat.name


AT_REST: tuple[Callable[[World], None], ...] = (
    queues_are_drained,
    the_server_is_sound,
    replicas_hold_what_they_should,
    everybody_stands_where_the_server_does,
    no_word_is_lost,
    amounts_add_up_once,
    groups_are_whole,
    meters_never_fall,
    nothing_rises_from_the_dead,
    files_are_whole,
    unknown_fields_survive,
    queues_are_short,
    saying_it_again_changes_nothing,
)

_ON_TOP = (
    "SELECT DISTINCT entity, row_id FROM outbox_row JOIN outbox USING (position)"
    " WHERE state IN ('pending', 'waiting', 'rejected')"
    " UNION SELECT entity, row_id FROM shadow WHERE clipped = 1"
)
"""Rows over which own work lies, and those shown without what they point to because it is not here."""


def _held(seat: Seat) -> tuple[Rows, dict[Key, tuple[Any, ...] | None]]:
    """What is shown, and the server's versions of rows with unfinished work over them."""
    shown: Rows = {}
    for entity in ENTITIES:
        for row in seat.raw.execute(_select(entity)).fetchall():
            shown[name_of(entity), row[0]] = tuple(row[1:])
    covered: dict[Key, tuple[Any, ...] | None] = {}
    for name, row_id, root, rev, payload in seat.raw.execute(
        "SELECT entity, row_id, root_id, rev, payload FROM shadow"
    ).fetchall():
        values: Mapping[str, Any] | None = None if payload is None else orjson.loads(payload)
        listed = fields(entity_named(name))
        covered[name, row_id] = (
            None if values is None else (root, rev, *(values.get(field) for field in listed))
        )
    return shown, covered


@cache
def _select(entity: type[Entity]) -> str:
    listed = ", ".join(f'"{name}"' for name in fields(entity))
    return f'SELECT id, root_id, rev, {listed} FROM "{name_of(entity)}"'


def _same(invariant: str, who: str, expected: Rows, found: Mapping[Key, Any]) -> None:
    missing, extra = expected.keys() - found.keys(), found.keys() - expected.keys()
    different = [key for key in expected.keys() & found.keys() if expected[key] != found[key]]
    if missing or extra or different:
        what = {
            "missing": sorted(missing)[:3],
            "extra": sorted(extra)[:3],
            "different": sorted(different)[:3],
        }
        told = {name: keys for name, keys in what.items() if keys}
        shown = [(expected[key], found[key]) for key in sorted(different)[:1]]
        raise Broken(invariant, f"{who}: {told} {shown}")
