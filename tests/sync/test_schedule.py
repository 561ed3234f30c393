"""When rounds run, and why."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.schedule import LAST_RETRY, LOOK, TABLE, Event, Schedule, State, Then, delay

ENDINGS = (Event.DONE, Event.NO_SERVER, Event.REFUSAL, Event.SESSION_ENDED, Event.DISK_FULL)
BUSY = (State.RUNNING, State.AGAIN, State.PAUSING)


class Clock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def schedule(clock: Clock) -> Schedule:
    return Schedule(clock, lambda: 1.0)


def after(schedule: Schedule, events: Iterable[Event]) -> Schedule:
    for event in events:
        schedule.on(event)
    return schedule


@pytest.mark.parametrize("state", State)
def test_every_state_knows_every_event(state: State) -> None:
    assert set(TABLE[state]) == set(Event)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_a_round_starts_only_where_none_runs_or_one_has_ended(state: State, event: Event) -> None:
    then_state, then = TABLE[state][event]

    if then is Then.START:
        assert then_state is State.RUNNING
        assert state not in BUSY or event is Event.DONE


@pytest.mark.parametrize("state", [s for s in State if s not in BUSY])
def test_from_every_rest_the_user_can_get_going_again(state: State, clock: Clock) -> None:
    schedule = Schedule(clock, lambda: 0.0, state)

    started = [schedule.on(event) for event in (Event.RESUME, Event.SIGNED_IN, Event.ASKED)]

    assert any(started)


def test_what_is_saved_travels_after_a_moment(schedule: Schedule, clock: Clock) -> None:
    assert not schedule.on(Event.CHANGED)

    assert 0 < (schedule.wait() or 0) < 0.5


def test_laptops_that_were_poked_together_come_over_the_time_the_server_wants(clock: Clock) -> None:
    waits = []
    for place in range(11):
        schedule = Schedule(clock, lambda place=place: place / 10)
        schedule.on(Event.POKED, spread=3.0)
        waits.append(schedule.wait())

    assert waits == pytest.approx([0.3 * place for place in range(11)])


def test_a_network_that_is_back_is_used_at_once_and_trusted_anew(schedule: Schedule) -> None:
    for _ in range(8):
        after(schedule, [Event.DUE, Event.NO_SERVER])
    assert (schedule.wait() or 0) > 100

    schedule.on(Event.NETWORK)
    assert (schedule.wait() or 0) < 0.5
    after(schedule, [Event.DUE, Event.NO_SERVER])

    assert schedule.wait() == 2


@pytest.mark.parametrize("state", [State.PAUSED, State.SIGNED_OUT, State.REFUSED, State.FULL])
def test_a_network_changes_nothing_where_none_was_lacking(clock: Clock, state: State) -> None:
    schedule = Schedule(clock, lambda: 0.0, state)

    assert not schedule.on(Event.NETWORK)
    assert (schedule.state, schedule.due) == (state, None)


def test_more_work_does_not_put_off_what_is_due_already(schedule: Schedule, clock: Clock) -> None:
    schedule.on(Event.CHANGED)
    first = schedule.due
    clock.now += 1

    schedule.on(Event.CHANGED)

    assert schedule.due == first


def test_what_comes_up_during_a_round_gets_a_round_of_its_own(schedule: Schedule) -> None:
    after(schedule, [Event.ASKED, Event.CHANGED])

    assert schedule.on(Event.DONE)
    assert schedule.state is State.RUNNING


def test_without_a_poke_a_laptop_looks_now_and_then(schedule: Schedule) -> None:
    after(schedule, [Event.ASKED, Event.DONE])

    assert LOOK * 0.8 <= (schedule.wait() or 0) <= LOOK * 1.2


def test_without_a_server_the_next_attempt_comes_later_each_time(schedule: Schedule) -> None:
    waits = []
    for _ in range(12):
        schedule.on(Event.DUE)
        schedule.on(Event.NO_SERVER, "sync.unreachable")
        waits.append(schedule.wait())

    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == LAST_RETRY
    assert schedule.reason == "sync.unreachable"


def test_success_forgets_earlier_failures(schedule: Schedule) -> None:
    after(schedule, [Event.ASKED, Event.NO_SERVER, Event.DUE, Event.NO_SERVER, Event.DUE, Event.DONE])

    after(schedule, [Event.ASKED, Event.NO_SERVER])

    assert schedule.wait() == 2
    assert schedule.failures == 1


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(schedule: Schedule) -> None:
    schedule.on(Event.ASKED)
    schedule.on(Event.NO_SERVER, "server.busy", at_least=120)

    assert schedule.wait() == 120


def test_the_user_need_not_wait_for_the_next_attempt(schedule: Schedule) -> None:
    after(schedule, [Event.ASKED, Event.NO_SERVER])

    assert schedule.on(Event.ASKED)


def test_a_pause_lets_the_round_end_and_then_nothing_starts(schedule: Schedule) -> None:
    after(schedule, [Event.ASKED, Event.PAUSE, Event.DONE])

    assert [schedule.on(event) for event in (Event.CHANGED, Event.POKED, Event.ASKED)] == [False] * 3
    assert schedule.wait() is None
    assert schedule.on(Event.RESUME)


def test_after_the_session_ended_only_signing_in_helps(schedule: Schedule) -> None:
    after(schedule, [Event.ASKED, Event.SESSION_ENDED])

    assert [schedule.on(event) for event in (Event.CHANGED, Event.DUE, Event.ASKED)] == [False] * 3
    assert schedule.on(Event.SIGNED_IN)


@given(st.lists(st.sampled_from(Event), max_size=40))
def test_no_story_leaves_a_laptop_waiting_for_nothing(events: list[Event]) -> None:
    schedule = Schedule(lambda: 0.0, lambda: 0.5)
    running = False
    for event in events:
        if event in ENDINGS and not running:
            continue
        started = schedule.on(event)
        running = started or (running and event not in ENDINGS)

    assert running == (schedule.state in BUSY)
    nothing_due = schedule.due is None
    assert not nothing_due or running or schedule.state in (State.PAUSED, State.SIGNED_OUT, State.RESTING)


@given(st.sampled_from(Then), st.integers(1, 100), st.floats(0, 1))
def test_no_delay_is_negative_or_longer_than_the_rarest(then: Then, failures: int, chance: float) -> None:
    assert 0 <= delay(then, failures, chance) < 721
