"""A pause lasts until the user continues, or for an hour, whatever happens to the computer meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from app.settings import Settings
from ui.pausing import Pausing

HOUR = timedelta(hours=1)


class Sync:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def pause(self) -> None:
        self.told.append("pause")

    def resume(self) -> None:
        self.told.append("resume")


class Wall:
    """A clock that is turned by hand."""

    now = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def sync(qapp) -> Sync:
    return Sync()


@pytest.fixture
def wall() -> Wall:
    return Wall()


def test_a_pause_without_end_lasts_until_the_user_continues(sync: Sync, wall: Wall) -> None:
    pausing = Pausing(Settings(), sync, wall)
    pausing.begin()
    wall.now += 100 * HOUR
    pausing.look()
    assert pausing.is_on

    pausing.end()

    assert not pausing.is_on
    assert sync.told == ["pause", "resume"]


def test_a_pause_of_an_hour_ends_by_itself_though_the_program_was_started_anew(
    sync: Sync, wall: Wall
) -> None:
    settings = Settings()
    Pausing(settings, sync, wall).begin(HOUR)
    pausing = Pausing(settings, sync, wall)
    pausing.look()
    assert pausing.until == wall.now + HOUR

    wall.now += HOUR
    pausing.look()

    assert (pausing.is_on, settings.sync_paused, settings.pause_until) == (False, False, "")
    assert sync.told == ["pause", "resume"]


def test_an_end_that_makes_no_sense_is_none(sync: Sync, wall: Wall) -> None:
    pausing = Pausing(Settings(sync_paused=True, pause_until="tomorrow"), sync, wall)

    pausing.look()

    assert pausing.is_on
    assert pausing.until is None
