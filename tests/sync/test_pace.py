"""The time left is what the rest takes at the pace so far, and nothing while that is a guess."""

from sync.client.pace import Pace


def test_the_rest_takes_as_long_as_what_has_come() -> None:
    now = [100.0]
    pace = Pace(lambda: now[0])

    told = [pace.seconds_left(1_000, 10_000)]  # these came in an earlier round
    for seconds, done in ((101.0, 1_500), (103.0, 4_000), (109.0, 10_000)):
        now[0] = seconds
        told.append(pace.seconds_left(done, 10_000))

    assert told == [None, None, 6, 0]


def test_nothing_is_said_of_a_pull_whose_end_is_not_known_nor_when_nothing_comes() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.seconds_left(0, 10)
    now[0] = 10.0

    assert pace.seconds_left(5, None) is None
    assert pace.seconds_left(0, 10) is None
