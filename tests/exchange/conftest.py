"""Where the full sets are, and a loud word where they are not."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.language import current_language, use_language

_BESIDE = Path(__file__).parents[3] / "shared" / "data"
FULL_SETS = Path(os.environ.get("ROUNDTRIP_DATA", _BESIDE))


@pytest.fixture(scope="session")
def full_sets() -> Path:
    """The folder of the full sets; whoever cloned only the project has none."""
    if not FULL_SETS.is_dir():
        pytest.skip(f"the full sets are absent: {FULL_SETS}")
    return FULL_SETS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not FULL_SETS.is_dir():
        terminalreporter.section("THE FULL REAL SETS WERE NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{FULL_SETS} is absent; set ROUNDTRIP_DATA to the folder that holds them.")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = current_language()
    use_language("en")
    yield
    use_language(before)
