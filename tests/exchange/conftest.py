"""Where the full sets are, and a loud word where they are not."""

import os
from pathlib import Path

import pytest

from app.language import use_language

_BESIDE = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def full_sets() -> Path:
    """The folder of the full sets; whoever cloned only the project has none."""
    folder = Path(os.environ.get("ROUNDTRIP_DATA", _BESIDE))
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: the full sets are absent ({folder}); set ROUNDTRIP_DATA to their folder")
    return folder


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")
