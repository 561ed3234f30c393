"""A few dozen laptops, a few seconds: nothing that was acknowledged is missing, nothing is there twice."""

from pathlib import Path

import pytest

from tests.load.company import found
from tests.load.day import Day, postgres, work


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_acknowledged_change_is_lost_or_applied_twice(database: str, tmp_path: Path) -> None:
    day = Day(devices=20, seconds=2, pause=0.3, seed=11, deaf=0.3)
    if database == "sqlite":
        report = work(found(f"sqlite:///{tmp_path}/server.db", day.devices), day, tmp_path)
    else:
        with postgres() as url:
            report = work(found(url, day.devices), day, tmp_path)

    assert report.acked
    assert (report.lost, report.twice) == (0, 0)
    assert report.measured.deaf, "some answers never arrived, and their changes were sent again"
    assert not report.measured.refused
