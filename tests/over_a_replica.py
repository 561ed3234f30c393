"""Fixtures: a replica, a clock that the test turns, and what may be read and done over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.persistence.replica import Replica
from app.queries import Queries
from app.services import Services
from tests.builders import MORNING
from tests.replicas import a_replica


@dataclass
class TurnedClock:
    """Stands still until it is turned."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def replica(tmp_path: Path, clock: TurnedClock) -> Iterator[Replica]:
    made = a_replica(tmp_path, clock=clock)
    yield made
    made.close()


@pytest.fixture
def services(replica: Replica, clock: TurnedClock) -> Services:
    return Services.over(replica, clock)


@pytest.fixture
def queries(replica: Replica, clock: TurnedClock) -> Queries:
    return Queries.over(replica, clock)
