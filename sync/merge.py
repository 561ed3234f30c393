"""The merge: pure functions of what the user saw, what he wrote, and what the server holds.

Both ends use it. The server decides with `merge`; a laptop lays its own unsent edits over the
server's row with `overlay`, so that nothing the user typed disappears from the screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from app.domain.entity import Entity, fields
from app.domain.errors import RuleViolation
from app.domain.fields import Field, Policy
from app.domain.rules import check_edge
from app.domain.types import Stored, TagsType
from sync.protocol import Patch, Values, grouped, words

MAX_LINES = 4_000
"""Longer texts are asked about instead of merged, so that no text can stall the server."""


@dataclass(frozen=True)
class Clash:
    """Two people changed the same thing. For a group, the values are those of all its fields."""

    field: str
    base: Values
    mine: Values
    theirs: Values


@dataclass(frozen=True)
class Merged:
    """`values` are to be written; each clash keeps the server's value and asks."""

    values: Values = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()


def merge(entity: type[Entity], current: Values, patch: Patch, *, trusted: bool = False) -> Merged:
    """Bring `patch` into `current`; both in stored form.

    `trusted` callers may set fields the server owns. Raises RuleViolation where a laptop tries to,
    and where a state would move along no edge.
    """
    specs = fields(entity)
    values: dict[str, Stored] = dict(added_up(current, patch))
    clashes: list[Clash] = []
    for name, new in patch.set.items():
        spec = specs[name]
        if spec.group:
            continue
        if spec.policy is Policy.SERVER and not trusted and new != current.get(name):
            raise RuleViolation("field.server_only", field=name, label=spec.label)
        settled, value = _settle(spec, patch.was[name], new, current.get(name))
        if not settled:
            clashes.append(_clash(name, (name,), patch, current))
            continue
        if spec.edges and value is not None:
            check_edge(spec, current.get(name), value)
        if value != current.get(name):
            values[name] = value
    for group in dict.fromkeys(g for name in patch.set if (g := specs[name].group)):
        names = tuple(name for name in grouped(entity, group) if name in patch.set)
        now = {name: current.get(name) for name in names}
        new_values = {name: patch.set[name] for name in names}
        if now == new_values:
            continue
        if now == {name: patch.was[name] for name in names}:
            values |= new_values  # only we changed it
        else:
            clashes.append(_clash(group, names, patch, current))
    return Merged(values, tuple(clashes))


def overlay(entity: type[Entity], row: Values, patch: Patch) -> dict[str, Stored]:
    """`row` as its author sees it while `patch` is on its way: his own values stand."""
    shown = {**row, **added_up(row, patch)}
    for name, new in patch.set.items():
        spec = fields(entity)[name]
        settled, value = _settle(spec, patch.was[name], new, row.get(name))
        shown[name] = value if settled and not spec.group else new  # a group is one person's
    return shown


def _settle(spec: Field, was: Stored, new: Stored, now: Stored) -> tuple[bool, Stored]:
    """(True, the value to keep) where nobody need be asked."""
    if now in (new, was):
        return True, new  # the same on both sides, or only we changed it
    if was == new:
        return True, now  # only they changed it
    if spec.policy in (Policy.LAST, Policy.SERVER):
        return True, new
    if spec.policy is Policy.MAX:
        return True, max((v for v in (new, now) if isinstance(v, int)), default=new)
    if spec.policy is Policy.TEXT3:
        text = merge_lines(str(was or ""), str(new or ""), str(now or ""))
        return text is not None, text
    # They moved on meanwhile; our step still stands if it leads on from there.
    return str(new) in spec.edges.get(str(now), frozenset()), new


def added_up(current: Values, patch: Patch) -> Mapping[str, Stored]:
    """Numbers and sets, where both sides' changes add up and nobody is asked."""
    values: dict[str, Stored] = {}
    for name, amount in patch.delta.items():
        values[name] = int(current.get(name) or 0) + amount
    for name in dict.fromkeys((*patch.add, *patch.remove)):
        kept = (words(current.get(name)) | set(patch.add.get(name, ()))) - set(patch.remove.get(name, ()))
        values[name] = TagsType().to_stored(kept) if kept else None
    return values


def _clash(asked: str, names: tuple[str, ...], patch: Patch, current: Values) -> Clash:
    return Clash(
        asked,
        base={name: patch.was[name] for name in names},
        mine={name: patch.set[name] for name in names},
        theirs={name: current.get(name) for name in names},
    )


def merge_lines(base: str, mine: str, theirs: str) -> str | None:
    """Three-way merge by line (diff3: Khanna, Kunal, Pierce 2007); None where the same lines changed."""
    old, ours, others = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    if max(len(old), len(ours), len(others)) > MAX_LINES:
        return None
    merged: list[str] = []
    at_old = at_ours = at_others = 0
    for start, end, in_ours, in_others in [
        *_stable(old, ours, others),
        (len(old), len(old), len(ours), len(others)),
    ]:
        chunk = _choose(old[at_old:start], ours[at_ours:in_ours], others[at_others:in_others])
        if chunk is None:
            return None
        merged += chunk + old[start:end]
        length = end - start
        at_old, at_ours, at_others = end, in_ours + length, in_others + length
    return "".join(merged)


def _choose(old: list[str], ours: list[str], others: list[str]) -> list[str] | None:
    if ours in (old, others):
        return others
    return ours if others == old else None


def _stable(old: list[str], ours: list[str], others: list[str]) -> list[tuple[int, int, int, int]]:
    """Stretches of `old` that stand in both: (start, end, start in ours, start in others)."""
    stretches: list[tuple[int, int, int, int]] = []
    in_others = SequenceMatcher(None, old, others, autojunk=False).get_matching_blocks()
    for a in SequenceMatcher(None, old, ours, autojunk=False).get_matching_blocks():
        for b in in_others:
            start, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
            if start < end:
                stretches.append((start, end, a.b + start - a.a, b.b + start - b.a))
    return stretches
