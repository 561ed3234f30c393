"""What people meant, kept by the simulator beside the program: each word they typed, each they replaced.

Words look like "w17;" and are never used twice, so that a word says whose work it is wherever it turns
up: in a field, a conflict, a draft. Nothing here is read from the outbox but which actions it holds.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.screen import Key, Row, Screen

Place = tuple[str, str, str]
"""Entity, id and field."""

_WORD = re.compile(r"w\d+;")
UNTRACKED = ("conflict",)
"""What the server writes about people's work is no work of theirs."""


def words_in(value: Any) -> frozenset[str]:
    """The words of one value."""
    return frozenset(_WORD.findall(value)) if isinstance(value, str) else frozenset()


@dataclass
class Intent:
    """One action as its author saw it: what he typed where, and which words he knew he replaced."""

    seat: str
    typed: dict[str, Place] = field(default_factory=dict)
    dropped: dict[str, Place] = field(default_factory=dict)
    shown: dict[Place, Any] = field(default_factory=dict)
    added: dict[Place, int] = field(default_factory=dict)
    lowered: set[Place] = field(default_factory=set)
    created: set[Key] = field(default_factory=set)
    deleted: set[Key] = field(default_factory=set)
    watched: bool = True

    def absorb(self, earlier: "Intent") -> None:
        """This action carries what `earlier` did, which is no more."""
        self.typed = earlier.typed | self.typed
        self.dropped = earlier.dropped | self.dropped
        self.shown = earlier.shown | self.shown
        for place, amount in earlier.added.items():
            self.added[place] = self.added.get(place, 0) + amount
        self.created |= earlier.created
        self.deleted |= earlier.deleted


class Intents:
    """Of all people; `actions` by op id, in the order they were done."""

    def __init__(self) -> None:
        self.actions: dict[str, Intent] = {}
        self.withdrawn: dict[str, Intent] = {}
        self.corrected: dict[str, Intent] = {}
        self.corrections: dict[str, str] = {}
        self.given_up: set[str] = set()
        self.lost_knowingly: set[str] = set()
        self.deleted: set[Key] = set()

    def record(
        self, op_id: str, seat: str, before: Screen, after: Screen, seen: Mapping[Place, Any]
    ) -> Intent:
        """What changed on the screen; `seen` says where a form was opened on older values."""
        intent = self.actions[op_id] = Intent(seat)
        for key in sorted(before.rows.keys() | after.rows.keys()):
            old, new = before.rows.get(key), after.rows.get(key)
            if key[0] not in UNTRACKED and old != new:
                _compare(intent, key, old, new, seen)
        self.deleted |= intent.deleted
        return intent

    def replaced(self, old: Iterable[str], new: str) -> None:
        """Refused work was corrected and sent again."""
        for op_id in old:
            if op_id in self.actions:
                self.corrected[op_id] = self.actions.pop(op_id)
                self.corrections[op_id] = new
                self.actions[new].absorb(self.corrected[op_id])

    def withdraw(self, op_id: str) -> None:
        """Somebody took an action back before anyone else knew of it.

        What he had replaced by it he now replaces by what he did after it, if anything.
        """
        intent = self.actions.pop(op_id, None)
        if intent is None:
            return
        self.withdrawn[op_id] = intent
        self.given_up |= intent.typed.keys()
        for later in self.actions.values():
            if later.seat == intent.seat:
                for word, place in intent.dropped.items():
                    if place in later.shown:
                        later.dropped.setdefault(word, place)

    def not_on_show(self, seat: str, kept: Collection[str]) -> None:
        """Of what is not among `kept` the laptop knows nothing until it hears of it from the server."""
        for op_id, intent in self.actions.items():
            if intent.seat == seat and op_id not in kept:
                intent.watched = False

    def forget_lost(self, seat: str, safe: Collection[str]) -> None:
        """A disk was lost: what is on no other and not taken by the server is gone, as its owner knows;
        unless the server had set it aside, and takes it later."""
        for op_id in [op for op, intent in self.actions.items() if intent.seat == seat and op not in safe]:
            self.withdrawn[op_id] = self.actions.pop(op_id)
            self.lost_knowingly |= self.withdrawn[op_id].typed.keys()


def _compare(intent: Intent, key: Key, old: Row | None, new: Row | None, seen: Mapping[Place, Any]) -> None:
    if old is None:
        intent.created.add(key)
    if new is None:
        intent.deleted.add(key)
    for name in (new or old).values:  # type: ignore[union-attr]
        place = (*key, name)
        was = seen.get(place, old.values[name] if old else None)
        now = new.values[name] if new else None
        if was == now:
            continue
        before, after = words_in(was), words_in(now)
        intent.typed |= dict.fromkeys(after - before, place)
        intent.dropped |= dict.fromkeys(before - after, place)
        if new is not None:
            intent.shown[place] = now
        if name == "meter" and isinstance(was, int) and (now or 0) < was:
            intent.lowered.add(place)
        if key[0] == "part_used" and name == "amount" and new is not None:
            intent.added[place] = int(now or 0) - int(was or 0)
