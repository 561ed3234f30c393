"""Faults planted into the production code, to see whether the simulator notices: each a mistake that
someone might make, as a patch that is taken out again. Never used but by the tests of the simulator.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import Connection

import sync.merge
import sync.server.apply
import sync.server.blobs
import sync.server.log_writer
import sync.server.pull
from app.domain.entity import Entity
from app.domain.fields import Field, Policy
from app.domain.types import Stored
from app.persistence import clipping, facts, inbound, sync_store, unknown_fields
from app.persistence.facts import Fact
from app.persistence.sending import outgoing, retire
from app.persistence.sync_store import SyncStore
from app.persistence.write import Write
from sync.client.replica_check import ReplicaCheck
from sync.merge import Merged
from sync.pages import Page
from sync.protocol import Patch, Result, Values, Written
from sync.server.disputes import Disputes
from sync.server.ledger import Ledger
from sync.server.tables import ROW

FOREVER = 2**62


def _merging(change: Callable[[Merged, Values, Patch], Merged]) -> AbstractContextManager[Any]:
    """The server's merge, with something wrong about its result."""
    real = sync.merge.merge

    def merge(entity: type[Entity], current: Values, said: Patch, *, trusted: bool = False) -> Merged:
        return change(real(entity, current, said, trusted=trusted), current, said)

    return patch.object(sync.server.apply, "merge", merge)


def the_last_writer_wins() -> AbstractContextManager[Any]:
    def overwrite(merged: Merged, current: Values, said: Patch) -> Merged:
        mine = {name: value for clash in merged.clashes for name, value in clash.mine.items()}
        return Merged({**merged.values, **mine})

    return _merging(overwrite)


def the_first_writer_wins() -> AbstractContextManager[Any]:
    """What clashes is dropped, and nobody is asked."""
    return _merging(lambda merged, current, said: Merged(merged.values))


def a_group_merges_field_by_field() -> AbstractContextManager[Any]:
    def tear(merged: Merged, current: Values, said: Patch) -> Merged:
        grouped = [clash for clash in merged.clashes if len(clash.mine) > 1]
        half = {name: value for clash in grouped for name, value in list(clash.mine.items())[:2]}
        return replace(merged, values={**merged.values, **half})

    return _merging(tear)


def an_addition_counts_twice() -> AbstractContextManager[Any]:
    def double(merged: Merged, current: Values, said: Patch) -> Merged:
        twice = {name: int(current.get(name) or 0) + 2 * amount for name, amount in said.delta.items()}
        return replace(merged, values={**merged.values, **twice})

    return _merging(double)


def a_lower_reading_replaces_a_higher() -> AbstractContextManager[Any]:
    real = sync.merge._settle

    def settle(spec: Field, was: Stored, new: Stored, now: Stored) -> tuple[bool, Stored]:
        return (True, new) if spec.policy is Policy.MAX else real(spec, was, new, now)

    return patch.object(sync.merge, "_settle", settle)


def long_texts_take_one_side() -> AbstractContextManager[Any]:
    return patch.object(sync.merge, "merge_lines", lambda base, mine, theirs: mine)


def the_base_is_not_what_was_seen() -> AbstractContextManager[Any]:
    real = Write.edit

    def edit(self: Write, row: Entity, edited: Mapping[str, Any], seen: Mapping[str, Any]) -> None:
        real(self, row, edited, {})

    return patch.object(Write, "edit", edit)


def an_edit_of_a_deleted_row_is_dropped() -> AbstractContextManager[Any]:
    return patch.object(Disputes, "changed_what_was_deleted", lambda *_: None)


def a_deletion_takes_unseen_work_along() -> AbstractContextManager[Any]:
    return patch.object(sync.server.apply._Application, "_was_seen", lambda *_: True)


def roots_that_leave_are_not_named() -> AbstractContextManager[Any]:
    return _answering(outs=())


def deletions_are_not_told() -> AbstractContextManager[Any]:
    real = sync.server.pull._answer

    def answer(caller: Any, now: Any, cursor: Any, rows: Iterable[Any], **others: Any) -> Any:
        return real(caller, now, cursor, [row for row in rows if not row.deleted], **others)

    return patch.object(sync.server.pull, "_answer", answer)


def _answering(**instead: Any) -> AbstractContextManager[Any]:
    real = sync.server.pull._answer
    return patch.object(
        sync.server.pull, "_answer", lambda *said, **others: real(*said, **{**others, **instead})
    )


def children_stay_behind() -> AbstractContextManager[Any]:
    """Of a root that comes into view only the root itself is sent."""
    real = sync.server.pull._page_query

    def query(which: Any, later: bool) -> Any:
        whole = real(which, later)
        return whole.where(ROW.c.id == ROW.c.root_id) if which.name == "GAINED" else whole

    return patch.object(sync.server.pull, "_page_query", query)


def commits_have_no_nonce() -> AbstractContextManager[Any]:
    return patch.object(sync.server.log_writer, "random_hex", lambda count: "0" * 2 * count)


def the_journal_is_trimmed_at_once() -> AbstractContextManager[Any]:
    return patch.object(SyncStore, "acknowledged", lambda self: [])


def nothing_is_idempotent() -> AbstractContextManager[Any]:
    """What was answered before is done again when it is said again."""
    enter = Ledger.enter

    def again(self: Ledger, op_id: UUID, n: int) -> Result | None:
        return None

    def enter_once(self: Ledger, result: Result, *said: Any, **also: Any) -> None:
        if result.n > self._last_n:
            enter(self, result, *said, **also)

    with_all = ExitStack()
    with_all.enter_context(patch.object(Ledger, "answer", again))
    with_all.enter_context(patch.object(Ledger, "known", lambda self, op_id: None))
    with_all.enter_context(patch.object(Ledger, "enter", enter_once))
    return with_all


def the_cursor_is_saved_before_the_rows() -> AbstractContextManager[Any]:
    real = SyncStore.apply

    def apply(self: SyncStore, last: Page, *others: Any, **also: Any) -> Any:
        with self._replica.absorb() as connection:
            facts.put(connection, Fact.CURSOR, last.end.cursor or None)
            facts.put(connection, Fact.POSITION, None)
        return real(self, last, *others, **also)

    return patch.object(SyncStore, "apply", apply)


def pages_are_not_staged() -> AbstractContextManager[Any]:
    """Each page is brought on show as it comes."""
    real = SyncStore.stage

    def stage(self: SyncStore, page: Page) -> None:
        with self._replica.absorb() as connection:
            inbound.apply(connection, [page], replace(page.end, again=True, digest=None))
            clipping.commit(connection)
        real(self, page)

    return patch.object(SyncStore, "stage", stage)


def own_work_leaves_the_screen_when_it_is_acknowledged() -> AbstractContextManager[Any]:
    return patch.object(sync_store, "retire", lambda connection, head: retire(connection, FOREVER))


def a_refusal_blocks_the_queue() -> AbstractContextManager[Any]:
    def only_if_nothing_was(connection: Connection, *said: Any) -> tuple[Written, ...]:
        refused = connection.exec_driver_sql("SELECT 1 FROM outbox WHERE state = 'rejected'").first()
        return () if refused else outgoing(connection, *said)

    return patch.object(sync_store, "outgoing", only_if_nothing_was)


def what_is_unknown_is_dropped() -> AbstractContextManager[Any]:
    """What a newer server says of a row beyond what this release knows."""
    return patch.object(unknown_fields, "keep", lambda *_: None)


def a_file_is_taken_unseen() -> AbstractContextManager[Any]:
    """The server believes that what arrived in parts is what it should be."""
    return patch.object(sync.server.blobs, "_hash_of", lambda path: path.name)


def a_check_mends_nothing() -> AbstractContextManager[Any]:
    return patch.object(ReplicaCheck, "run", lambda *_: None)


def a_page_is_longer_than_asked() -> AbstractContextManager[Any]:
    real = sync.server.pull._rows

    def rows(*said: Any, limit: int, **others: Any) -> Any:
        return real(*said, limit=limit + 1, **others)

    return patch.object(sync.server.pull, "_rows", rows)


@dataclass(frozen=True)
class Planted:
    """A fault, the invariants any of which may be the first that does not hold for it, and the features
    without which it hardly matters in a history."""

    plant: Callable[[], AbstractContextManager[Any]]
    by: tuple[str, ...]
    features: tuple[str, ...] = ()


PLANTED: Mapping[str, Planted] = {
    planted.plant.__name__: planted
    for planted in (
        Planted(the_last_writer_wins, ("2 silent loss",)),
        Planted(the_first_writer_wins, ("2 silent loss",)),
        Planted(a_group_merges_field_by_field, ("9 merge",), ("groups",)),
        Planted(an_addition_counts_twice, ("3 exactly once",), ("numbers",)),
        Planted(a_lower_reading_replaces_a_higher, ("9 merge",), ("numbers",)),
        Planted(long_texts_take_one_side, ("2 silent loss",), ("long texts",)),
        Planted(the_base_is_not_what_was_seen, ("2 silent loss",), ("stale forms",)),
        Planted(an_edit_of_a_deleted_row_is_dropped, ("2 silent loss",), ("deletions",)),
        Planted(a_deletion_takes_unseen_work_along, ("2 silent loss",), ("deletions",)),
        Planted(roots_that_leave_are_not_named, ("1 convergence", "7 scope"), ("reassigning",)),
        Planted(deletions_are_not_told, ("1 convergence",), ("deletions",)),
        Planted(children_stay_behind, ("1 convergence", "4 atomicity"), ("reassigning",)),
        Planted(commits_have_no_nonce, ("1 convergence", "2 silent loss", "4 atomicity"), ("fail-over",)),
        Planted(the_journal_is_trimmed_at_once, ("2 silent loss",), ("fail-over",)),
        Planted(
            nothing_is_idempotent,
            ("3 exactly once", "2 silent loss", "1 convergence"),
            ("bad line", "numbers"),
        ),
        Planted(the_cursor_is_saved_before_the_rows, ("4 atomicity",), ("crashes",)),
        Planted(pages_are_not_staged, ("4 atomicity",), ("several rows",)),
        Planted(own_work_leaves_the_screen_when_it_is_acknowledged, ("5 flicker",)),
        Planted(a_refusal_blocks_the_queue, ("6 liveness",), ("drafts",)),
        Planted(what_is_unknown_is_dropped, ("11 unknown fields",), ("newer server",)),
        Planted(a_file_is_taken_unseen, ("12 files",), ("rotten files",)),
        Planted(a_check_mends_nothing, ("1 convergence",), ("damage",)),
        Planted(a_page_is_longer_than_asked, ("14 bounds",)),
    )
}
