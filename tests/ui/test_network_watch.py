"""What this computer is connected to is told, and a sleep or a network that is back is used at once."""

from dataclasses import dataclass, field

import pytest

from ui.network_watch import ASLEEP, TICK_MS, Connection, NetworkWatch

HOME, PHONE = Connection(medium="WiFi"), Connection(medium="Cellular", metered=True)
NOWHERE, HOTEL = Connection(online=False), Connection(medium="WiFi", behind_portal=True)


@dataclass
class Sync:
    """Remembers what it was told."""

    told: list[tuple[bool, bool, bool]] = field(default_factory=list)

    def meet_network(self, *, metered: bool, mobile: bool, anew: bool) -> None:
        self.told.append((metered, mobile, anew))


class Computer:
    """Carried from one network to the next; its clock is turned by hand."""

    def __init__(self) -> None:
        self.connection, self.now, self.sync = HOME, 0.0, Sync()
        self.watch = NetworkWatch(self.sync, None, lambda: self.connection, lambda: self.now)
        self.sync.told.clear()

    def meets(self, connection: Connection) -> None:
        self.connection = connection
        self.watch.look_again()

    def ticks(self, after: float) -> None:
        self.now += after
        self.watch.tick()


@pytest.fixture
def computer(qapp) -> Computer:
    return Computer()


def test_a_network_that_costs_money_is_told(computer: Computer) -> None:
    computer.meets(PHONE)

    assert computer.sync.told == [(True, True, True)]


def test_what_stays_as_it_is_is_told_once(computer: Computer) -> None:
    computer.meets(HOME)
    computer.ticks(TICK_MS / 1000)

    assert computer.sync.told == []


@pytest.mark.parametrize(
    ("before", "now", "anew"),
    [
        (NOWHERE, HOME, True),
        (HOTEL, HOME, True),
        (HOME, PHONE, True),
        (HOME, NOWHERE, False),
        (HOME, HOTEL, False),
        (PHONE, Connection(medium="Cellular"), False),
    ],
)
def test_a_look_is_worth_while_where_something_has_come(
    before: Connection, now: Connection, anew: bool
) -> None:
    assert now.is_worth_a_look_after(before) is anew


def test_a_computer_that_wakes_looks_at_once(computer: Computer) -> None:
    computer.ticks(TICK_MS / 1000 + ASLEEP + 1)

    assert computer.sync.told == [(False, False, True)]


def test_a_network_that_changed_unsaid_is_seen_soon(computer: Computer) -> None:
    computer.connection = PHONE
    computer.ticks(TICK_MS / 1000)

    assert computer.sync.told == [(True, True, True)]
