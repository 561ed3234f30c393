"""Histories as data: what a seed means, and what can be written down and played again.

A step says what is done, by whom, and with which chance of its own; leaving some steps out changes
nothing about the others. Each history enables some features only (swarm testing: Groce et al. 2012).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

from tests.simulation import actions, attachments, by_hand, mishaps, office_work, operators, pokes, releases
from tests.simulation.seat import Seat
from tests.simulation.world import World

Deed = Callable[[World, Seat, Random], None]

ALWAYS: Mapping[Deed, int] = {
    actions.type_a_word: 8,
    actions.add_below: 2,
    mishaps.sync: 6,
    mishaps.begin_a_round: 3,
}
FEATURES: Mapping[str, Mapping[Deed, int]] = {
    "long texts": {actions.write_a_line: 4},
    "sets": {actions.label: 3},
    "groups": {actions.move_house: 3, actions.shift_a_visit: 1},
    "numbers": {actions.use_parts: 4, actions.read_the_meter: 2},
    "states": {actions.move_a_state: 3},
    "several rows": {actions.add_an_order_with_parts: 3, actions.edit_many: 1},
    "customers": {actions.add_a_customer: 2},
    "deletions": {actions.delete: 4},
    "undo": {actions.undo: 3},
    "stale forms": {actions.type_over_what_was_shown: 3},
    "drafts": {actions.edit_the_catalogue: 2, actions.deal_with_a_draft: 2},
    "conflicts": {actions.resolve: 4, actions.ask_again: 1},
    "reassigning": {actions.reassign: 3},
    "collaborators": {actions.share: 3},
    "grants": {actions.grant: 2, operators.days_pass: 1},
    "bad line": {mishaps.sync_over_a_bad_line: 5, mishaps.hear_late: 1},
    "hotel": {mishaps.sync_through_a_hotel: 3},
    "pokes": {pokes.hear_pokes: 4},
    "busy server": {mishaps.sync_with_a_busy_server: 3},
    "crashes": {mishaps.crash: 1, mishaps.crash_in_a_round: 4},
    "server crashes": {mishaps.crash_of_the_server: 3},
    "collisions": {mishaps.collision_at_the_server: 2},
    "full disk": {mishaps.full_disk: 2},
    "busy file": {mishaps.busy_file: 2},
    "clocks": {mishaps.clock_jumps: 1},
    "fail-over": {mishaps.copy_of_the_server: 2, mishaps.fail_over: 1},
    "restored server": {mishaps.copy_of_the_server: 2, mishaps.restore_of_the_server: 1},
    "restored laptop": {mishaps.copy_of_a_disk: 2, mishaps.restore_of_a_disk: 1},
    "cloned laptop": {mishaps.clone_a_laptop: 1},
    "two processes": {mishaps.sync_twice_at_once: 2},
    "damage": {mishaps.a_bit_flips: 2},
    "new laptop": {mishaps.new_laptop: 1},
    "collecting": {operators.a_long_absence: 1},
    "out-of-band SQL": {operators.write_behind_the_log: 2},
    "poison": {operators.poison: 2, operators.take_again: 1},
    "giants": {office_work.write_much_at_once: 1},
    "sales": {office_work.sell: 3},
    "by hand": {by_hand.carry: 2, by_hand.take_a_receipt: 1},
    "newer server": {releases.the_server_is_upgraded: 2},
    "releases": {releases.stay_behind: 1, releases.upgrade: 2},
    "attachments": {attachments.attach: 3, attachments.detach: 1, attachments.move_files: 3},
    "rotten files": {attachments.attach: 3, attachments.move_files: 3, attachments.files_rot: 2},
    "delegations": {office_work.lend: 3, operators.days_pass: 1},
}
DEEDS: dict[str, Deed] = {deed.__name__: deed for listed in (ALWAYS, *FEATURES.values()) for deed in listed}
COMPANY = (
    ("li", "wang", "zhao"),
    ("li", "wang", "chen"),
    ("li", "li's other", "zhao"),
    ("wang", "chen", "zhao"),
)
STEPS = (15, 45)


@dataclass(frozen=True)
class Step:
    """One deed of one person."""

    do: str
    who: str
    chance: int


@dataclass(frozen=True)
class Script:
    """A whole history."""

    seed: int
    seats: tuple[str, ...]
    page_rows: int
    batch: int
    steps: tuple[Step, ...]
    features: tuple[str, ...] = ()

    def with_steps(self, steps: tuple[Step, ...]) -> "Script":
        return replace(self, steps=steps)

    def to_json(self) -> str:
        """One step a line, to be read."""
        said = asdict(self)
        steps = ",\n".join(f"    {json.dumps(step, ensure_ascii=False)}" for step in said.pop("steps"))
        head = ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in said.items())
        return f'{{{head},\n  "steps": [\n{steps}\n  ]}}'

    @classmethod
    def from_json(cls, text: str) -> "Script":
        said: dict[str, Any] = json.loads(text)
        steps = tuple(Step(**step) for step in said.pop("steps"))
        named: Any = {
            name: tuple(value) if isinstance(value, list) else value for name, value in said.items()
        }
        return cls(**named, steps=steps)


def script_of(seed: int, features: tuple[str, ...] = ()) -> Script:
    """The history a seed stands for, with some features of its own choice, or with `features`."""
    chance = Random(seed)
    share = chance.choice([0.15, 0.3, 0.6])
    enabled = features or tuple(name for name in FEATURES if chance.random() < share)
    weights = dict(ALWAYS)
    for name in enabled:
        weights |= FEATURES[name]
    seats = chance.choice(COMPANY)
    deeds = chance.choices(list(weights), list(weights.values()), k=chance.randrange(*STEPS))
    steps = tuple(Step(deed.__name__, chance.choice(seats), chance.getrandbits(32)) for deed in deeds)
    return Script(seed, seats, chance.choice([2, 3, 5, 40]), chance.choice([1, 3, 100]), steps, enabled)
