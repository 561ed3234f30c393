"""The log: what is written down, and what never is."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.logs import start_logging, stop_logging, tail


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    yield start_logging(tmp_path / "logs")
    stop_logging()


def test_what_happens_is_written_down(log_file):
    logging.getLogger("app.test").info("round %s: %s rows", 7, 12)

    assert "INFO app.test round 7: 12 rows" in tail(log_file)


def test_statements_with_customers_data_are_not(log_file):
    logging.getLogger("sqlalchemy.engine").info("SELECT '王芳'")
    logging.getLogger("app.test").info("after")

    assert "王芳" not in tail(log_file)


def test_only_the_end_is_shown(log_file):
    for number in range(50):
        logging.getLogger("app.test").info("line %s", number)

    assert tail(log_file, 2).splitlines()[-1].endswith("line 49")
    assert len(tail(log_file, 2).splitlines()) == 2


def test_a_log_that_is_not_there_is_empty(tmp_path):
    assert tail(tmp_path / "none.log") == ""


def test_starting_again_does_not_write_twice(log_file):
    start_logging(log_file.parent)
    logging.getLogger("app.test").info("once")

    assert tail(log_file).count("once") == 1
