"""When the next round runs: every event in every state has its place in one table.

The table and the delays are pure. `Schedule` holds the little that must be remembered, with the
clock and chance handed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto


class State(StrEnum):
    """What the sync process is about."""

    RESTING = auto()  # nothing to do until something happens or it is time to look
    RUNNING = auto()  # a round is under way
    AGAIN = auto()  # a round is under way, and another is wanted after it
    OFFLINE = auto()  # the last round found no server; trying again later
    REFUSED = auto()  # the server will not continue; asked again rarely
    SIGNED_OUT = auto()  # nothing helps but signing in
    FULL = auto()  # no room on the disk; asked again later
    PAUSED = auto()  # by the user
    PAUSING = auto()  # by the user, while a round is under way


class Event(StrEnum):
    """What can happen."""

    ASKED = auto()  # the user wants it now
    CHANGED = auto()  # something was saved on this laptop
    POKED = auto()  # the server says something happened there
    NETWORK = auto()  # the laptop woke, or is connected anew
    DUE = auto()  # the time noted has come
    DONE = auto()  # the round ended well
    NO_SERVER = auto()
    REFUSAL = auto()
    SESSION_ENDED = auto()
    DISK_FULL = auto()
    SIGNED_IN = auto()
    PAUSE = auto()
    RESUME = auto()


class Then(StrEnum):
    """What follows."""

    NOTHING = auto()
    START = auto()
    START_SOON = auto()  # gathers what comes together
    SPREAD = auto()  # laptops that were poked together do not come together
    LOOK_LATER = auto()  # polling is the truth behind every poke
    RETRY = auto()  # later each time
    RETRY_RARELY = auto()
    WAIT = auto()  # for an event, however long


Step = tuple[State, Then]
_RUN: Step = (State.RUNNING, Then.START)
_ENDINGS: dict[Event, Step] = {
    Event.DONE: (State.RESTING, Then.LOOK_LATER),
    Event.NO_SERVER: (State.OFFLINE, Then.RETRY),
    Event.REFUSAL: (State.REFUSED, Then.RETRY_RARELY),
    Event.SESSION_ENDED: (State.SIGNED_OUT, Then.WAIT),
    Event.DISK_FULL: (State.FULL, Then.RETRY_RARELY),
}


def _idle(state: State, **but: Step) -> dict[Event, Step]:
    """A state in which no round runs: an ending can only be an echo, and changes nothing."""
    stay = (state, Then.NOTHING)
    row = dict.fromkeys(Event, stay)
    row |= {Event.ASKED: _RUN, Event.DUE: _RUN, Event.SIGNED_IN: _RUN, Event.PAUSE: (State.PAUSED, Then.WAIT)}
    return row | {Event(name): step for name, step in but.items()}


def _busy(state: State, **but: Step) -> dict[Event, Step]:
    """A state in which a round runs: what comes up meanwhile is remembered by the state."""
    row = dict.fromkeys(Event, (state, Then.NOTHING)) | _ENDINGS
    row |= {Event.PAUSE: (State.PAUSING, Then.NOTHING)}
    return row | {Event(name): step for name, step in but.items()}


_AGAIN: Step = (State.AGAIN, Then.NOTHING)
_SOON: Step = (State.RESTING, Then.START_SOON)

TABLE: Mapping[State, Mapping[Event, Step]] = {
    State.RESTING: _idle(State.RESTING, changed=_SOON, network=_SOON, poked=(State.RESTING, Then.SPREAD)),
    State.OFFLINE: _idle(
        State.OFFLINE, network=(State.OFFLINE, Then.START_SOON), poked=(State.OFFLINE, Then.SPREAD)
    ),
    State.REFUSED: _idle(State.REFUSED),
    State.FULL: _idle(State.FULL),
    State.SIGNED_OUT: _idle(
        State.SIGNED_OUT,
        asked=(State.SIGNED_OUT, Then.NOTHING),
        due=(State.SIGNED_OUT, Then.NOTHING),
    ),
    State.PAUSED: _idle(
        State.PAUSED,
        asked=(State.PAUSED, Then.NOTHING),
        due=(State.PAUSED, Then.NOTHING),
        signed_in=(State.PAUSED, Then.NOTHING),
        resume=_RUN,
    ),
    State.RUNNING: _busy(
        State.RUNNING, asked=_AGAIN, changed=_AGAIN, poked=_AGAIN, network=_AGAIN, signed_in=_AGAIN
    ),
    State.AGAIN: _busy(State.AGAIN, done=_RUN),
    State.PAUSING: dict.fromkeys(Event, (State.PAUSING, Then.NOTHING))
    | dict.fromkeys(_ENDINGS, (State.PAUSED, Then.WAIT))
    | {Event.RESUME: _AGAIN},
}

GATHER = 0.15  # seconds; what is saved together travels together
LOOK = 60.0
FIRST_RETRY, LAST_RETRY = 2.0, 300.0
RARELY = 600.0


@dataclass
class Schedule:
    """`due` is the clock's reading at which DUE is to be reported; None: wait for an event.

    `clock` counts seconds steadily and never jumps; `chance` gives a number from 0 to 1.
    """

    clock: Callable[[], float]
    chance: Callable[[], float]
    state: State = State.RESTING
    reason: str | None = None
    due: float | None = None
    failures: int = 0

    def on(self, event: Event, reason: str | None = None, at_least: float = 0.0, spread: float = 0.0) -> bool:
        """Note an event; True where a round is to start now. `at_least`: seconds the server asked us to
        wait; `spread`: those over which it wants to see all whom it poked."""
        self.state, then = TABLE[self.state][event]
        if event in _ENDINGS:
            self.reason = reason
            self.failures = self.failures + 1 if event is Event.NO_SERVER else 0
        elif event is Event.NETWORK:
            self.failures = 0
        if then is not Then.NOTHING:
            self._note_due(then, at_least, spread)
        return then is Then.START

    def wait(self) -> float | None:
        """Seconds until DUE; None where there is nothing to wait for."""
        return None if self.due is None else max(0.0, self.due - self.clock())

    def _note_due(self, then: Then, at_least: float, spread: float) -> None:
        if then in (Then.START, Then.WAIT):
            self.due = None
            return
        due = self.clock() + max(at_least, delay(then, self.failures, self.chance(), spread))
        sooner = then in (Then.START_SOON, Then.SPREAD) and self.due is not None
        self.due = min(due, self.due) if sooner and self.due is not None else due


def delay(then: Then, failures: int, chance: float, spread: float = 0.0) -> float:
    """Seconds to wait; `chance`, from 0 to 1, keeps laptops from coming all at once."""
    match then:
        case Then.START_SOON:
            return GATHER
        case Then.SPREAD:
            return spread * chance
        case Then.LOOK_LATER:
            return LOOK * (0.8 + 0.4 * chance)
        case Then.RETRY:
            longest = min(LAST_RETRY, FIRST_RETRY * 2.0 ** min(failures - 1, 16))
            return longest * (0.5 + 0.5 * chance)
        case Then.RETRY_RARELY:
            return RARELY * (0.8 + 0.4 * chance)
        case _:
            return 0.0
